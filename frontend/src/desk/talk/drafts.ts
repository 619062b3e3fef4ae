/** What is being written, one draft a conversation, kept over a reload; and which suggestions went into it. */
import {useSyncExternalStore} from 'react'
import {forget, readStored, store} from '../../shared/storage'
import type {Use} from '../advice/uses'

export interface Draft {
  text: string
  /** Suggestions that were put in: what becomes of them is told when the reply is sent. */
  uses: Use[]
  savedAt: number
}

interface Undo {
  text: string
  uses: Use[]
  title: string
  until: number
}

const EMPTY: Draft = {text: '', uses: [], savedAt: 0}
const SAVE_MS = 400
const KEPT_MS = 24 * 3_600_000
export const UNDO_MS = 5_000

const PREFIX = 'banshi.desk.draft.'
const drafts = new Map<string, Draft>()
const undos = new Map<string, Undo>()
const timers = new Map<string, number>()
const listeners = new Set<() => void>()
const changed = (): void => listeners.forEach(told => told())
const subscribe = (told: () => void): (() => void) => {
  listeners.add(told)
  return () => listeners.delete(told)
}

export function draftOf(conversation: string): Draft {
  let draft = drafts.get(conversation)
  if (!draft) {
    const kept = readStored<Draft>(PREFIX + conversation)
    // A day old, the conversation is long over: what citizens told must not lie about on a shared computer.
    draft = kept && Date.now() - kept.savedAt < KEPT_MS ? kept : EMPTY
    drafts.set(conversation, draft)
  }
  return draft
}

export function useDraft(conversation: string): Draft {
  return useSyncExternalStore(subscribe, () => draftOf(conversation))
}

export function useUndo(conversation: string): Undo | undefined {
  return useSyncExternalStore(subscribe, () => undos.get(conversation))
}

export function write(conversation: string, text: string, uses = draftOf(conversation).uses): void {
  drafts.set(conversation, {...draftOf(conversation), text, uses: text ? uses : []})
  clearTimeout(timers.get(conversation))
  timers.set(conversation, window.setTimeout(() => save(conversation), SAVE_MS))
  changed()
}

function save(conversation: string): void {
  const draft = draftOf(conversation)
  if (!draft.text) forget(PREFIX + conversation)
  else {
    drafts.set(conversation, {...draft, savedAt: Date.now()})
    store(PREFIX + conversation, drafts.get(conversation))
  }
  changed()
}

/** Put a suggestion behind what is written; for five seconds it can be taken back. */
export function insert(conversation: string, title: string, script: string, use: Use | null): void {
  const {text, uses} = draftOf(conversation)
  const until = Date.now() + UNDO_MS
  undos.set(conversation, {text, uses, title, until})
  setTimeout(() => {
    if (undos.get(conversation)?.until !== until) return
    undos.delete(conversation)
    changed()
  }, UNDO_MS)
  write(conversation, text.trim() ? `${text.trimEnd()}\n${script}` : script, use ? [...uses, use] : uses)
}

export function undo(conversation: string): void {
  const former = undos.get(conversation)
  if (!former) return
  undos.delete(conversation)
  write(conversation, former.text, former.uses)
}

/** Sent, or over: nothing is left here. */
export function clear(conversation: string): void {
  clearTimeout(timers.get(conversation))
  undos.delete(conversation)
  drafts.set(conversation, EMPTY)
  forget(PREFIX + conversation)
  changed()
}
