/** What is being written, one draft a conversation, kept over a reload; and which suggestions went into it. */
import {useSyncExternalStore} from 'react'
import {forget, readStored, store} from '../../shared/storage'
import {tell, type Use} from '../advice/uses'

export interface Draft {
  text: string
  /** Suggestions that were put in: what becomes of them is told when the reply is sent. */
  uses: Use[]
  savedAt: number
}

interface Undo {
  /** Before and after the insertion. */
  text: string
  after: string
  script: string
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

/** A day old, a conversation is long over: what citizens told must not lie about on a shared computer. */
function forgetOld(): void {
  try {
    for (const key of Object.keys(localStorage).filter(name => name.startsWith(PREFIX))) {
      const kept = readStored<Draft>(key)
      if (!kept || Date.now() - kept.savedAt > KEPT_MS) forget(key)
    }
  } catch {
    // a browser that keeps nothing has nothing to forget
  }
}
forgetOld()

export function draftOf(conversation: string): Draft {
  let draft = drafts.get(conversation)
  if (!draft) {
    draft = readStored<Draft>(PREFIX + conversation) ?? EMPTY
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

/** Put a suggestion behind what is written; for five seconds it can be taken back. One that stays counts as taken. */
export function insert(conversation: string, title: string, script: string, use: Use | null): void {
  const {text, uses} = draftOf(conversation)
  const until = Date.now() + UNDO_MS
  const after = text.trim() ? `${text.trimEnd()}\n${script}` : script
  undos.set(conversation, {text, after, script, uses, title, until})
  setTimeout(() => {
    if (undos.get(conversation)?.until !== until) return
    undos.delete(conversation)
    changed()
    if (use) void tell(use, 'inserted').catch(() => undefined) // when it is sent that is told again, with the text
  }, UNDO_MS)
  write(conversation, after, use ? [...uses, use] : uses)
}

export function undo(conversation: string): void {
  const former = undos.get(conversation)
  if (!former) return
  undos.delete(conversation)
  const now = draftOf(conversation).text
  // What was typed since the insertion stays.
  write(conversation, now === former.after ? former.text : now.replace(former.script, '').trim(), former.uses)
}

/** Sent, or over: nothing is left here. */
export function clear(conversation: string): void {
  clearTimeout(timers.get(conversation))
  undos.delete(conversation)
  drafts.set(conversation, EMPTY)
  forget(PREFIX + conversation)
  changed()
}
