import {Button} from 'antd'
import {at} from '../../shared/router'
import {ago, waited} from '../../shared/times'
import {LintTags} from '../records/tags'
import {PROVINCE} from '../types'
import {useVocabulary} from '../vocabulary'
import {rowId, type QueueRow} from './types'

interface QueueProps {
  waiting: QueueRow[]
  ready: QueueRow[]
  current: QueueRow | undefined
  picked: Set<string>
  onPick: (picked: Set<string>) => void
}

/** What waits for a reviewer, longest first, and what is approved and can be published together. */
export function Queue({waiting, ready, current, picked, onPick}: QueueProps) {
  const chosen = ready.filter(row => picked.has(rowId(row)))
  const toggle = (row: QueueRow): void => {
    const next = new Set(picked)
    if (!next.delete(rowId(row))) next.add(rowId(row))
    onPick(next)
  }
  return (
    <div className="queue">
      <section className="card" aria-labelledby="queue-waiting">
        <h2 id="queue-waiting">待审核 <span className="muted small">{waiting.length}</span></h2>
        {!waiting.length && <p className="muted">没有。</p>}
        <ul>{[...waiting].sort((a, b) => (b.waiting_days ?? 0) - (a.waiting_days ?? 0)).map(row => <li key={rowId(row)}><QueueLink row={row} current={row === current} /></li>)}</ul>
      </section>
      <section className="card" aria-labelledby="queue-ready">
        <h2 id="queue-ready">已通过，待发布 <span className="muted small">{ready.length}</span></h2>
        {!ready.length && <p className="muted">没有。通过审核的记录在这里一起发布。</p>}
        {ready.length > 0 && (
          <p className="row gap">
            <button type="button" className="link" onClick={() => onPick(new Set(chosen.length === ready.length ? [] : ready.map(rowId)))}>{chosen.length === ready.length ? '全不选' : '全选'}</button>
            <span className="push" />
            <Button type={chosen.length ? 'primary' : 'default'} size="small" disabled={!chosen.length} href={chosen.length ? at(['review', 'publish']) : undefined}>评估并发布 {chosen.length} 条</Button>
          </p>
        )}
        <ul>
          {ready.map(row => (
            <li key={rowId(row)} className="queue-pick">
              <input type="checkbox" aria-label={`选择发布：${row.title}`} checked={picked.has(rowId(row))} onChange={() => toggle(row)} />
              <QueueLink row={row} current={row === current} />
            </li>
          ))}
        </ul>
      </section>
    </div>
  )
}

function QueueLink({row, current}: {row: QueueRow; current: boolean}) {
  const {kindLabel} = useVocabulary()
  return (
    <a className="queue-row" href={at(['review', row.kind, row.key], {region: row.region})} aria-current={current ? 'true' : undefined}>
      <b>{row.title}</b>
      <span className="muted small">{kindLabel(row.kind)} · 第{row.number}版{row.region !== PROVINCE && ` · ${row.region_name}`} · {row.submitted_by ?? row.author_name}</span>
      {row.changed && row.changed.length > 0 && <span className="small">改了：{[...new Set(row.changed.map(label => label.split(/[ ·]/)[0]))].join('、')}</span>}
      <span className="row">
        <LintTags counts={row.lint} />
        {row.submitted_at && <span className={`small push${(row.waiting_days ?? 0) >= 3 ? ' late' : ' muted'}`}>{(row.waiting_days ?? 0) >= 1 ? waited(row.waiting_days!) : `${ago(row.submitted_at, new Date())}提交`}</span>}
      </span>
    </a>
  )
}
