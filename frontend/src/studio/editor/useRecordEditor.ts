/** One record being edited: its content, what is unsaved, saving with the version check, and the steps of its life. */
import {useCallback, useEffect, useMemo, useRef, useState} from 'react'
import {ApiError, send} from '../../shared/api'
import type {Action, Address, Content, KnowledgeRecord, SaveConflict} from '../types'
import {same, textOf} from './content'
import {dropDraft, keepDraft, readDraft, type Draft} from './drafts'
import {NEW_KEY, recordPath, type Opened} from './loading'
import {useLint, type Lint} from './useLint'

export interface RecordEditor {
  opened: Opened
  record: KnowledgeRecord | null
  content: Content
  base: Content
  dirty: boolean
  may: (action: Action) => boolean
  change: (next: Content) => void
  lint: Lint
  /** Resolves with the stored record, or with null when somebody else saved first. */
  save: (reason: string) => Promise<KnowledgeRecord | null>
  act: (action: Exclude<Action, 'save'>, reason: string, more?: Record<string, unknown>) => Promise<KnowledgeRecord>
  conflict: SaveConflict | null
  /** Go on from the other person's version with this content. */
  adopt: (conflict: SaveConflict, content: Content) => void
  draft: Draft | null
  takeDraft: () => void
  dropFoundDraft: () => void
}

/** A new record is stored under the number written in it. */
function keyOf(address: Address, content: Content): string {
  return address.key === NEW_KEY ? textOf(content.id).trim() : address.key
}

export function useRecordEditor(opened: Opened, account: string): RecordEditor {
  const {address} = opened
  const [record, setRecord] = useState(opened.record)
  const [base, setBase] = useState(opened.content)
  const [content, setContent] = useState(opened.content)
  const [conflict, setConflict] = useState<SaveConflict | null>(null)
  const [draft, setDraft] = useState<Draft | null>(() => {
    const found = readDraft(account, address)
    return found && !same(found.content, opened.content) ? found : null
  })
  const expected = useRef<number | null>(opened.record?.number ?? null)
  const dirty = useMemo(() => content !== base && !same(content, base), [content, base])
  const lint = useLint({...address, key: keyOf(address, content)}, content, opened.record?.lint ?? null)

  useEffect(() => {
    if (!dirty || draft) return undefined
    const keep = (): void => keepDraft(account, address, {content, expected: expected.current, at: new Date().toISOString()})
    const timer = setTimeout(keep, 800)
    window.addEventListener('pagehide', keep)
    return () => {
      clearTimeout(timer)
      window.removeEventListener('pagehide', keep)
    }
  }, [dirty, draft, content, account, address])

  const stored = useCallback((fresh: KnowledgeRecord) => {
    setRecord(fresh)
    setBase(fresh.content)
    setConflict(null)
    expected.current = fresh.number
    lint.put(fresh.lint)
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [])

  const save = useCallback(async (reason: string): Promise<KnowledgeRecord | null> => {
    try {
      const fresh = expected.current === null
        ? await send<KnowledgeRecord>('POST', '/studio/records', {
          kind: address.kind, region: address.region, key: keyOf(address, content), content, reason,
        })
        : await send<KnowledgeRecord>('PUT', recordPath(address), {region: address.region, content, expected: expected.current, reason})
      stored(fresh)
      // What was typed while the answer was on its way stays; otherwise the stored form is shown.
      setContent(now => (now === content ? fresh.content : now))
      dropDraft(account, address)
      return fresh
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 409 || error.body.content === undefined) throw error
      setConflict(error.body as unknown as SaveConflict)
      return null
    }
  }, [account, address, content, stored])

  const act = useCallback(async (action: Exclude<Action, 'save'>, reason: string, more: Record<string, unknown> = {}) => {
    const fresh = await send<KnowledgeRecord>('POST', `${recordPath(address)}/${action}`, {region: address.region, expected: expected.current, reason, ...more})
    stored(fresh)
    setContent(fresh.content)
    dropDraft(account, address)
    return fresh
  }, [account, address, stored])

  const adopt = useCallback((theirs: SaveConflict, next: Content) => {
    expected.current = theirs.number
    setBase(theirs.content)
    setContent(next)
    setConflict(null)
    setRecord(now => now && {...now, number: theirs.number, content: theirs.content, author: theirs.by, author_name: theirs.by_name, updated_at: theirs.at})
  }, [])

  const takeDraft = useCallback(() => {
    if (!draft) return
    // Edits begun on an older version are checked against that version, so that nothing newer is written over.
    if (draft.expected !== null) expected.current = draft.expected
    setContent(draft.content)
    setDraft(null)
  }, [draft])

  const dropFoundDraft = useCallback(() => {
    dropDraft(account, address)
    setDraft(null)
  }, [account, address])

  const may = useCallback(
    (action: Action) => (record ? record.allowed.includes(action) : action === 'save'), [record])

  return {opened, record, content, base, dirty, may, change: setContent, lint, save, act, conflict, adopt, draft, takeDraft, dropFoundDraft}
}
