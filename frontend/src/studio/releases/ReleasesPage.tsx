/** 发布记录: every release with what it changed; an earlier one can be put in use again. */
import {App, Button} from 'antd'
import {useState} from 'react'
import {get} from '../../shared/api'
import {DataTable, Pager, type Column} from '../../shared/DataTable'
import {Empty, Failure, Loading} from '../../shared/notices'
import {at, type Place} from '../../shared/router'
import {useSession} from '../../shared/session'
import {dateTime} from '../../shared/times'
import {useLoad} from '../../shared/useLoad'
import {PageHead} from '../PageHead'
import {forgetImpacts} from '../review/impacts'
import {PROVINCE, type Release} from '../types'
import {useVocabulary} from '../vocabulary'
import {RollBack} from './RollBack'

const LIMIT = 20
const KINDS: Record<Release['kind'], string> = {seed: '初始导入', publish: '发布', rollback: '回滚', index: '重建索引', scheduled: '定时发布'}
const STATES: Record<string, [string, string]> = {active: ['现行', 'good'], superseded: ['已被取代', ''], failed: ['没有成功', 'bad'], building: ['正在建立', 'wait']}
const FIGURES: [string, string][] = [['questions', '重放提问'], ['changed_total', '答案变化'], ['broken', '用例答错'], ['stolen', '改由别的回答']]

export default function ReleasesPage(_: {place: Place}) {
  const {message} = App.useApp()
  const {may} = useSession()
  const words = useVocabulary()
  const [offset, setOffset] = useState(0)
  const [open, setOpen] = useState<string | null>(null)
  const [target, setTarget] = useState<Release | null>(null)
  const {data, error, loading, reload} = useLoad(signal => get<{rows: Release[]; total?: number}>('/studio/releases', {offset, limit: LIMIT}, signal), [offset])

  const columns: Column<Release>[] = [
    {key: 'id', title: '发布', width: '9rem', cell: row => <><b>{row.id}</b><br /><small>{KINDS[row.kind] ?? row.kind}</small></>},
    {key: 'state', title: '状态', width: '7rem', cell: row => <span className={`tag ${STATES[row.state]?.[1] ?? ''}`}>{STATES[row.state]?.[0] ?? row.state}</span>},
    {key: 'who', title: '谁、何时', width: '11rem', cell: row => <>{row.author_name}<br /><small className="nowrap">{dateTime(row.created_at)}</small></>},
    {key: 'why', title: '为什么', cell: row => <>{row.reason}{row.snapshot && <><br /><small>快照 {row.snapshot}</small></>}</>},
    {
      key: 'changes', title: '改动', width: '11rem', cell: row => row.changes.length
        ? <button type="button" className="link" aria-expanded={open === String(row.id)} onClick={() => setOpen(open === String(row.id) ? null : String(row.id))}>{row.changes_total ?? row.changes.length} 条记录</button>
        : <span className="muted">—</span>,
    },
    {
      key: 'back', title: <span className="vh">操作</span>, width: '9rem', cell: row => row.state === 'superseded' && may('reviewer', 'admin')
        ? <Button size="small" onClick={() => setTarget(row)} aria-label={`回滚到发布 ${row.id}`}>回滚…</Button> : null,
    },
  ]

  return (
    <>
      <PageHead title="发布记录" note="线上同一时刻只有一个现行发布；回滚也是一次发布，什么都不会丢。" />
      {error ? <Failure sentence={error} again={reload} /> : !data ? <Loading what="发布记录" /> : data.rows.length === 0 ? (
        <Empty sentence="还没有发布过。通过审核的记录在“审核与发布”里发布。"><Button href="#/review">去审核与发布</Button></Empty>
      ) : (
        <section className="card">
          <h2 className="vh">发布</h2>
          <DataTable
            caption="发布记录" columns={columns} rows={data.rows} rowKey={row => String(row.id)} busy={loading}
            detail={row => open === String(row.id) && (
              <div className="stack">
                <ul className="near-list">
                  {row.changes.map(change => (
                    <li key={`${change.kind}/${change.key}/${change.region}`}>
                      <span><a href={at(['records', change.kind, change.key, 'history'], {region: change.region})}>{change.title}</a> <span className="muted small">{words.kindLabel(change.kind)} · 第{change.number}版{change.region !== PROVINCE && ` · ${words.regionName(change.region)}`}</span></span>
                    </li>
                  ))}
                </ul>
                {(row.changes_total ?? 0) > row.changes.length && <p className="muted small">另有 {row.changes_total! - row.changes.length} 条没有列出。</p>}
                {row.impact && <p className="small">{FIGURES.filter(([name]) => typeof row.impact![name] === 'number').map(([name, label]) => `${label} ${String(row.impact![name])}`).join('，')}{row.impact.override_reason ? `；破例理由：${String(row.impact.override_reason)}` : ''}</p>}
              </div>
            )}
          />
          <Pager total={data.total ?? (data.rows.length === LIMIT ? offset + LIMIT + 1 : offset + data.rows.length)} offset={offset} limit={LIMIT} onMove={setOffset} unit="次" />
        </section>
      )}
      {target && (
        <RollBack
          target={target} onClose={() => setTarget(null)}
          onDone={() => {
            setTarget(null)
            forgetImpacts()
            void message.success(`已回滚到发布 ${target.id} 的内容`)
            setOffset(0)
            reload()
          }}
        />
      )}
    </>
  )
}
