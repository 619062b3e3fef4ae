import {Button} from 'antd'
import {useState} from 'react'
import {DiffText} from '../../shared/DiffText'
import type {ChangedAnswer, Impact} from '../types'
import {CHANGE_KINDS, ToldLine} from './told'

const SHOWN = 10

/** The questions whose answer changes, the weightiest change first: from what, to what. */
export function ChangedAnswers({impact}: {impact: Impact}) {
  const [kind, setKind] = useState<ChangedAnswer['kind'] | ''>('')
  const [shown, setShown] = useState(SHOWN)
  const kinds = (Object.keys(CHANGE_KINDS) as ChangedAnswer['kind'][]).filter(one => impact.changed.some(change => change.kind === one))
  const rows = impact.changed.filter(change => !kind || change.kind === kind).sort((a, b) => weight(b) - weight(a))
  if (!impact.changed.length) return <p>没有一条提问的答案会变。</p>
  return (
    <section aria-labelledby="changed-title">
      <h3 id="changed-title">答案变化</h3>
      {kinds.length > 1 && (
        <div className="kinds wrap" role="group" aria-label="按变化看">
          <button type="button" aria-pressed={!kind} onClick={() => setKind('')}>全部</button>
          {kinds.map(one => <button key={one} type="button" aria-pressed={kind === one} onClick={() => setKind(one)}>{CHANGE_KINDS[one]}</button>)}
        </div>
      )}
      <ul className="changed-list">
        {rows.slice(0, shown).map((change, index) => (
          <li key={`${change.text}${index}`}>
            <p>“{change.text}” {change.asked > 1 && <span className="muted small">问过 {change.asked} 次</span>} <span className="tag">{CHANGE_KINDS[change.kind]}</span></p>
            {change.kind === 'wording'
              ? <p className="small muted"><ToldLine told={change.after} /></p>
              : <p className="small">原来：<ToldLine told={change.before} /><br />发布后：<ToldLine told={change.after} /></p>}
            {change.before.text && change.after.text && change.before.text !== change.after.text && (
              <details open={change.kind === 'wording' && index < 2}><summary className="small">答案对比</summary><DiffText before={change.before.text} after={change.after.text} /></details>
            )}
          </li>
        ))}
      </ul>
      {rows.length > shown && <Button size="small" onClick={() => setShown(shown + SHOWN)}>再看 {Math.min(SHOWN, rows.length - shown)} 条</Button>}
      {impact.changed_total > impact.changed.length && !kind && rows.length <= shown && <p className="muted small">另有 {impact.changed_total - impact.changed.length} 条没有列出。</p>}
    </section>
  )
}

const ORDER: Record<ChangedAnswer['kind'], number> = {decision: 3, owner: 2, element: 1, wording: 0}

function weight(change: ChangedAnswer): number {
  return ORDER[change.kind] * 1e6 + change.asked
}
