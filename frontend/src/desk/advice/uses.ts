/** What became of a suggestion: put in, sent as it was or changed, useful, or wrong. */
import {send} from '../../shared/api'
import type {Suggestion} from '../types'

export type Reason = '答非所问' | '过时' | '口径不符'
export const REASONS: Reason[] = ['答非所问', '过时', '口径不符']

/** One suggestion in one situation, as the server wants it. */
export interface Use {
  key: string
  version: number | null
  conversation?: string | null
  call?: string | null
  said: string
  original: string
  first_ms: number | null
}

export function useOf(suggestion: Suggestion, where: {conversation?: string | null; call?: string | null}, firstMs: number | null): Use {
  return {
    key: suggestion.key, version: suggestion.source?.version ?? null, conversation: where.conversation ?? null, call: where.call ?? null,
    said: suggestion.utterance, original: suggestion.script, first_ms: firstMs,
  }
}

type Action = 'inserted' | 'sent' | 'useful' | 'reported'

export function tell(use: Use, action: Action, more: {reason?: Reason; text_sent?: string} = {}): Promise<unknown> {
  return send('POST', '/desk/suggestions/uses', {...use, action, reason: more.reason ?? null, text_sent: more.text_sent ?? null})
}

/** The reply is out: how much of each suggestion is left in it is the server's to measure. The reply does not wait for that. */
export async function tellSent(uses: Use[], text: string): Promise<void> {
  await Promise.allSettled(uses.map(use => tell(use, 'sent', {text_sent: text})))
}
