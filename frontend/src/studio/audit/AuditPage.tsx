/** 审计: who did what when, and whether the ledger is whole. */
import {Button, Input} from 'antd'
import {useState} from 'react'
import {get} from '../../shared/api'
import {DataTable, type Column} from '../../shared/DataTable'
import {Empty, Failure, Loading} from '../../shared/notices'
import {at, replace, type Place} from '../../shared/router'
import {dateTime} from '../../shared/times'
import {useLoad} from '../../shared/useLoad'
import {PageHead} from '../PageHead'

interface Entry {
  seq: number
  at: string
  actor: string
  action: string
  target: string
  detail: Record<string, unknown>
  sentence: string
}

interface Audit {
  rows: Entry[]
  whole: boolean
  problems: string[]
}

const LIMIT = 100

export default function AuditPage({place}: {place: Place}) {
  const actor = place.query.get('actor') ?? ''
  const target = place.query.get('target') ?? ''
  const before = place.query.get('before') ?? ''
  const {data, error, loading, reload} = useLoad(signal => get<Audit>('/studio/audit', {actor, target, before, limit: LIMIT}, signal), [actor, target, before])
  const [form, setForm] = useState({actor, target})
  const [open, setOpen] = useState<number | null>(null)
  const filtered = !!(actor || target)
  const go = (query: {actor?: string; target?: string; before?: number}): void => replace(at(['audit'], query))

  const columns: Column<Entry>[] = [
    {key: 'seq', title: '序号', width: '5.5rem', cell: row => row.seq},
    {key: 'at', title: '时间', width: '10.5rem', cell: row => <span className="nowrap">{dateTime(row.at)}</span>},
    {key: 'actor', title: '谁', width: '9rem', cell: row => <button type="button" className="link" onClick={() => go({actor: row.actor, target})} aria-label={`只看 ${row.actor}`}>{row.actor}</button>},
    {key: 'sentence', title: '做了什么', cell: row => row.sentence || row.action},
    {key: 'target', title: '对象', width: '18rem', cell: row => <button type="button" className="link" onClick={() => go({actor, target: row.target})} aria-label={`只看 ${row.target}`}>{row.target}</button>},
    {key: 'detail', title: <span className="vh">详情</span>, width: '5rem', cell: row => <button type="button" className="link" aria-expanded={open === row.seq} aria-label={`第${row.seq}条的详情`} onClick={() => setOpen(open === row.seq ? null : row.seq)}>详情</button>},
  ]

  return (
    <>
      <PageHead title="审计" note="每一步都有记录，只能添加，不能修改和删除。"><Button onClick={reload} loading={loading}>刷新并校验</Button></PageHead>
      {data && (
        <div className={`card gap ${data.whole ? 'whole-ok' : 'whole-bad'}`} role="status">
          {data.whole ? <p><span className="tag good">完整</span> 哈希链校验通过，没有发现改动或缺失。</p> : (
            <><p><span className="tag bad">不完整</span> 校验发现问题，请保留现场并马上告诉系统管理员：</p><ul className="bullets">{data.problems.map(problem => <li key={problem}>{problem}</li>)}</ul></>
          )}
        </div>
      )}
      <section className="card">
        <h2 className="vh">记录</h2>
        <form className="row filters" role="search" onSubmit={event => { event.preventDefault(); go(form) }}>
          <Input aria-label="谁（账号）" placeholder="谁（账号）" style={{width: 160}} allowClear value={form.actor} onChange={event => setForm({...form, actor: event.target.value.trim()})} />
          <Input aria-label="对象" placeholder="对象，如 qa:qa-…:220000" style={{width: 260}} allowClear value={form.target} onChange={event => setForm({...form, target: event.target.value.trim()})} />
          <Button htmlType="submit">筛选</Button>
          {filtered && <button type="button" className="link" onClick={() => { setForm({actor: '', target: ''}); go({}) }}>清空筛选</button>}
        </form>
        {error ? <Failure sentence={error} again={reload} /> : !data ? <Loading what="审计记录" /> : data.rows.length === 0 ? (
          <Empty sentence={filtered ? '没有符合条件的记录。' : '还没有记录。'}>{filtered && <Button onClick={() => { setForm({actor: '', target: ''}); go({}) }}>清空筛选</Button>}</Empty>
        ) : (
          <>
            <DataTable caption="审计记录" columns={columns} rows={data.rows} rowKey={row => String(row.seq)} busy={loading} detail={row => open === row.seq && <Detail entry={row} />} />
            <nav className="pager" aria-label="翻页">
              <Button size="small" disabled={!before} onClick={() => go({actor, target})}>最新</Button>
              <Button size="small" disabled={data.rows.length < LIMIT} onClick={() => go({actor, target, before: data.rows.at(-1)!.seq})}>更早的</Button>
            </nav>
          </>
        )}
      </section>
    </>
  )
}

function Detail({entry}: {entry: Entry}) {
  const rows = Object.entries(entry.detail)
  return (
    <dl className="detail-list">
      <div><dt>动作</dt><dd><code>{entry.action}</code></dd></div>
      {rows.map(([name, value]) => <div key={name}><dt>{name}</dt><dd>{typeof value === 'object' ? <code>{JSON.stringify(value)}</code> : String(value)}</dd></div>)}
    </dl>
  )
}
