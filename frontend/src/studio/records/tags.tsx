import type {LintCounts, Severity, State} from '../types'
import {useVocabulary} from '../vocabulary'

const LOOKS: Record<State, string> = {
  draft: '', submitted: 'wait', approved: 'info', published: 'good', superseded: '', withdrawn: 'bad', discarded: '',
}

export function StateTag({state}: {state: State}) {
  const {stateLabel} = useVocabulary()
  return <span className={`tag ${LOOKS[state] ?? ''}`}>{stateLabel(state)}</span>
}

export const SEVERITIES: {id: Severity; label: string; look: string}[] = [
  {id: 'error', label: '错误', look: 'bad'},
  {id: 'warning', label: '提醒', look: 'wait'},
  {id: 'advice', label: '建议', look: 'info'},
]

/** How many findings of each severity; 通过 when there is none. */
export function LintTags({counts}: {counts: LintCounts}) {
  const shown = SEVERITIES.filter(severity => counts[severity.id])
  if (!shown.length) return <span className="passed">通过</span>
  return (
    <span className="lint-tags">
      {shown.map(severity => <span key={severity.id} className={`tag ${severity.look}`}>{severity.label} {counts[severity.id]}</span>)}
    </span>
  )
}
