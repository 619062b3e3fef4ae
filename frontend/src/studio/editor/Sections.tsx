/** The sections of an editor as a column of tabs. Only the open one is there; jumping to a field opens its section first. */
import {createContext, useCallback, useContext, useEffect, useMemo, useRef, useState, type KeyboardEvent, type ReactNode} from 'react'
import type {Finding} from '../types'
import {same} from './content'
import {focusField, useEditing} from './editing'

export interface Section {
  id: string
  label: string
  /** Top-level fields in it; a section without any takes the fields of no other. */
  fields: string[]
  content: ReactNode
}

interface Jumping {
  jump: (path: string) => void
  listeners: Set<(path: string) => void>
}

const JumpContext = createContext<Jumping>({jump: () => undefined, listeners: new Set()})

/** Open the section of a field and put the cursor into the field. */
export function useJump(): (path: string) => void {
  return useContext(JumpContext).jump
}

/** Hear which field is wanted, to show it where it is hidden. */
export function useWanted(told: (path: string) => void): void {
  const {listeners} = useContext(JumpContext)
  const latest = useRef(told)
  latest.current = told
  useEffect(() => {
    const listener = (path: string): void => latest.current(path)
    listeners.add(listener)
    return () => void listeners.delete(listener)
  }, [listeners])
}

export function sectionOf(sections: Section[], path: string): Section {
  const root = path.split('.')[0]!
  return sections.find(section => section.fields.includes(root)) ?? sections.find(section => !section.fields.length) ?? sections[0]!
}

interface SectionsProps {
  sections: Section[]
  base: Record<string, unknown>
  children: (open: ReactNode) => ReactNode
}

export function Sections({sections, base, children}: SectionsProps) {
  const {findings, own} = useEditing()
  const [open, setOpen] = useState(sections[0]!.id)
  const [target, setTarget] = useState<{path: string} | null>(null)
  const listeners = useRef(new Set<(path: string) => void>()).current
  const tabs = useRef<HTMLDivElement>(null)

  const jump = useCallback((path: string) => {
    setOpen(sectionOf(sections, path).id)
    setTarget({path})
  }, [sections])

  // First the section, then what it hides, then the cursor.
  useEffect(() => {
    if (!target) return undefined
    listeners.forEach(told => told(target.path))
    let frame = requestAnimationFrame(() => {
      frame = requestAnimationFrame(() => focusField(target.path))
    })
    return () => cancelAnimationFrame(frame)
  }, [target, listeners])

  const changedFields = useMemo(
    () => [...new Set([...Object.keys(base), ...Object.keys(own)])].filter(name => !same(base[name], own[name])), [base, own])
  const counts = useMemo(() => countBySection(sections, findings), [sections, findings])
  const jumping = useMemo(() => ({jump, listeners}), [jump, listeners])

  const keys = (event: KeyboardEvent): void => {
    const at = sections.findIndex(section => section.id === open)
    const to = {ArrowDown: at + 1, ArrowRight: at + 1, ArrowUp: at - 1, ArrowLeft: at - 1, Home: 0, End: sections.length - 1}[event.key]
    if (to === undefined) return
    event.preventDefault()
    const next = sections[(to + sections.length) % sections.length]!
    setOpen(next.id)
    tabs.current?.querySelector<HTMLElement>(`#tab-${next.id}`)?.focus()
  }

  const shown = sections.find(section => section.id === open) ?? sections[0]!
  return (
    <JumpContext value={jumping}>
      <div className="sections">
        <div className="section-tabs" role="tablist" aria-label="要素" aria-orientation="vertical" ref={tabs} onKeyDown={keys}>
          {sections.map(section => {
            const worst = counts.get(section.id)
            return (
              <button
                key={section.id} id={`tab-${section.id}`} type="button" role="tab" aria-selected={section.id === open} aria-controls={section.id === open ? 'section-panel' : undefined}
                tabIndex={section.id === open ? 0 : -1} onClick={() => setOpen(section.id)}
              >
                <span>{section.label}</span>
                {changedFields.some(name => sectionOf(sections, name) === section) && <span className="changed-dot"><span className="vh">（有修改）</span></span>}
                {worst && <span className={`count ${worst.look}`}>{worst.count}<span className="vh">{worst.label}</span></span>}
              </button>
            )
          })}
        </div>
        {children(<div className="section-panel" id="section-panel" role="tabpanel" aria-labelledby={`tab-${shown.id}`} key={shown.id}><h2 className="vh">{shown.label}</h2>{shown.content}</div>)}
      </div>
    </JumpContext>
  )
}

/** The number of errors, or else of warnings; advice is not worth a mark. */
function countBySection(sections: Section[], findings: Finding[]): Map<string, {count: number; look: string; label: string}> {
  const marks = new Map<string, {count: number; look: string; label: string}>()
  for (const section of sections) {
    const here = findings.filter(finding => sectionOf(sections, finding.path) === section)
    const errors = here.filter(finding => finding.severity === 'error').length
    const warnings = here.filter(finding => finding.severity === 'warning').length
    if (errors) marks.set(section.id, {count: errors, look: 'bad', label: '个错误'})
    else if (warnings) marks.set(section.id, {count: warnings, look: 'wait', label: '个提醒'})
  }
  return marks
}
