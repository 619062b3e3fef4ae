/** What the field editors of one record share: reading and writing by path, findings, inheritance. */
import {createContext, useContext, useMemo, type ReactNode} from 'react'
import type {Content, Finding, Kind} from '../types'
import {useVocabulary} from '../vocabulary'
import {getAt, pathText, setAt, type Path} from './content'
import type {RecordEditor} from './useRecordEditor'

export interface Editing {
  kind: Kind
  /** Inherited fields and the record's own together. */
  effective: Content
  /** The record's own fields. */
  own: Content
  value: (path: Path) => unknown
  set: (path: Path, next: unknown) => void
  /** Replace the own content as a whole, for changes that touch several fields. */
  replace: (next: Content) => void
  findings: Finding[]
  inherited: {region_name: string; content: Content} | null
  locked: string[]
  /** May anything be changed at all? */
  writable: boolean
}

const EditingContext = createContext<Editing | null>(null)

export function useEditing(): Editing {
  const editing = useContext(EditingContext)
  if (!editing) throw new Error('useEditing needs EditingProvider above it')
  return editing
}

export function EditingProvider({editor, children}: {editor: RecordEditor; children: ReactNode}) {
  const {content, change, lint, opened} = editor
  const writable = editor.may('save')
  const editing = useMemo<Editing>(() => {
    const effective = opened.inherited ? {...opened.inherited.content, ...content} : content
    return {
      kind: opened.address.kind, effective, own: content, writable, findings: lint.findings,
      inherited: opened.inherited, locked: opened.locked,
      value: path => getAt(effective, path),
      set: (path, next) => {
        // A change inside an inherited field begins with a copy of the whole field.
        const [name] = path
        const start = opened.inherited && path.length > 1 && !(String(name) in content)
          ? {...content, [String(name)]: effective[String(name)]} : content
        change(setAt(start, path, next))
      },
      replace: change,
    }
  }, [content, change, lint.findings, opened, writable])
  return <EditingContext value={editing}>{children}</EditingContext>
}

/** The label of a field in the words of the knowledge; `otherwise` where the vocabulary has none. */
export function useFieldLabel(): (name: string, otherwise?: string) => string {
  const {kind} = useEditing()
  const words = useVocabulary()
  return (name, otherwise) => words.field(kind, name)?.label ?? otherwise ?? name
}

/** Findings on a path; `deep` takes those below it as well. */
export function useFindings(path: Path, deep = false): Finding[] {
  const {findings} = useEditing()
  const here = pathText(path)
  return useMemo(() => findings.filter(finding => finding.path === here || (deep && finding.path.startsWith(`${here}.`))), [findings, here, deep])
}

/** Bring a field into view and put the cursor into it; the nearest field above it when it has no control of its own. */
export function focusField(path: string): void {
  const steps = path.split('.')
  for (let length = steps.length; length > 0; length -= 1) {
    const box = document.querySelector<HTMLElement>(`[data-path="${CSS.escape(steps.slice(0, length).join('.'))}"]`)
    if (!box) continue
    box.scrollIntoView({block: 'center'})
    const control = box.matches('input, textarea, button') ? box
      : (box.querySelector<HTMLElement>('input:not([type=hidden]):not(:disabled), textarea:not(:disabled)') ?? box.querySelector<HTMLElement>('button'))
    ;(control ?? box).focus({preventScroll: true})
    return
  }
}
