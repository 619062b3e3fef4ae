import type {ChangedAnswer, Told} from '../types'
import {useVocabulary} from '../vocabulary'

export const DECISIONS: Record<string, string> = {answer: '回答', clarify: '反问', reject: '答不了'}

export const CHANGE_KINDS: Record<ChangedAnswer['kind'], string> = {
  decision: '答与不答变了', owner: '答的事项变了', element: '答的要素变了', wording: '只是文字变了',
}

/** What is answered, in one line: 回答 · 居民身份证丢失补领 · 费用. */
export function ToldLine({told}: {told: Told}) {
  const words = useVocabulary()
  const parts = [DECISIONS[told.decision] ?? told.decision, told.title ?? told.item ?? told.id, told.element ? words.elementLabel(told.element) : null].filter(Boolean)
  return <>{parts.join(' · ')}</>
}
