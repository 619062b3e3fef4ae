/** 统计: how suggestions were taken, one's own; of everybody for who supervises. */
import {Button} from 'antd'
import {get} from '../../shared/api'
import {DataTable, type Column} from '../../shared/DataTable'
import {Empty, Failure, Loading} from '../../shared/notices'
import {at, replace, type Place} from '../../shared/router'
import {useLoad} from '../../shared/useLoad'
import './figures.css'

interface Share {
  shown: number
  adopted: number
  rate: number | null
}

interface Figures extends Share {
  median_first_ms: number | null
  by_domain: (Share & {domain: string})[]
}

interface Stats {
  days: number
  me: Figures
  all: (Figures & {account: string; name: string})[] | null
}

const DAYS = [['1', '一天内'], ['7', '七天内'], ['30', '三十天内']] as const

export default function FiguresPage({place}: {place: Place}) {
  const days = place.query.get('days') ?? '1'
  const {data, error, loading, reload} = useLoad(signal => get<Stats>('/desk/stats', {days}, signal), [days])
  return (
    <main className="pane figures" id="figures" tabIndex={-1}>
      <div className="pane-head">
        <h2>统计</h2>
        <div className="filters" role="group" aria-label="多久">
          {DAYS.map(([value, label]) => <button key={value} type="button" aria-pressed={days === value} onClick={() => replace(at(['figures'], {days: value}))}>{label}</button>)}
        </div>
        <span className="push" />
        <Button size="small" onClick={reload} loading={loading}>刷新</Button>
      </div>
      <div className="scroll padded" aria-busy={loading}>
        {error ? <Failure sentence={error} again={reload} /> : !data ? <Loading what="统计" /> : <Told stats={data} />}
      </div>
    </main>
  )
}

function Told({stats: {me, all}}: {stats: Stats}) {
  return (
    <>
      <h3>我的</h3>
      <dl className="figure-row">
        <div><dt>采纳率</dt><dd>{percent(me.rate)}</dd></div>
        <div><dt>给过建议的话</dt><dd>{me.shown}</dd></div>
        <div><dt>其中采纳</dt><dd>{me.adopted}</dd></div>
        <div><dt>到首条可用建议</dt><dd>{seconds(me.median_first_ms)}</dd></div>
      </dl>
      <p className="muted small">采纳：插入、发出或标了“有用”。到首条可用建议：市民说完到第一条建议出现，取中位数。</p>
      {me.by_domain.length > 0
        ? <DataTable caption="我的，按领域" columns={DOMAINS} rows={me.by_domain} rowKey={row => row.domain} />
        : <Empty sentence="这段时间还没有给您建议过答复。市民说话后，右边的建议会算在这里。" />}
      {all && (
        <>
          <h3 className="gap">所有坐席</h3>
          {all.length > 0 ? <DataTable caption="所有坐席" columns={PEOPLE} rows={all} rowKey={row => row.account} /> : <Empty sentence="这段时间没有人用过建议。" />}
        </>
      )}
    </>
  )
}

const SHARES: Column<Share>[] = [
  {key: 'shown', title: '给过建议的话', numeric: true, cell: row => row.shown},
  {key: 'adopted', title: '采纳', numeric: true, cell: row => row.adopted},
  {key: 'rate', title: '采纳率', numeric: true, cell: row => percent(row.rate)},
]
const DOMAINS: Column<Share & {domain: string}>[] = [{key: 'domain', title: '领域', cell: row => row.domain}, ...SHARES]
const PEOPLE: Column<Figures & {account: string; name: string}>[] = [
  {key: 'name', title: '坐席', cell: row => row.name},
  ...SHARES,
  {key: 'first', title: '到首条可用建议', numeric: true, cell: row => seconds(row.median_first_ms)},
]

function percent(share: number | null): string {
  return share === null ? '—' : `${Math.round(share * 100)}%`
}

function seconds(milliseconds: number | null): string {
  return milliseconds === null ? '—' : `${(milliseconds / 1000).toFixed(2)} 秒`
}
