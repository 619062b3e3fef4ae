/** 质量看板: how much is asked and answered, where it falls short, and how complete the knowledge is. */
import {Button} from 'antd'
import {get} from '../../shared/api'
import {Bars, Columns, Figure, percent} from '../../shared/charts'
import {DataTable, type Column} from '../../shared/DataTable'
import {Empty, Failure, Loading} from '../../shared/notices'
import {at, replace, type Place} from '../../shared/router'
import {useLoad} from '../../shared/useLoad'
import {PageHead} from '../PageHead'
import {useVocabulary} from '../vocabulary'
import type {Board} from './types'

const SPANS = [7, 30, 90]
const number = (value: number): string => value.toLocaleString('zh-CN')

export default function BoardPage({place}: {place: Place}) {
  const days = Number(place.query.get('days') ?? 30)
  const {data, error, loading, reload} = useLoad(signal => get<Board>('/studio/board', {days}, signal), [days])
  return (
    <>
      <PageHead title="质量看板" note={`近 ${days} 天`}>
        <div className="kinds" role="group" aria-label="时间">
          {SPANS.map(span => <button key={span} type="button" aria-pressed={span === days} onClick={() => replace(at(['board'], {days: span === 30 ? undefined : span}))}>{span} 天</button>)}
        </div>
      </PageHead>
      {error ? <Failure sentence={error} again={reload} /> : !data ? <Loading what="看板" /> : <div aria-busy={loading}><Tiles board={data} /><Answers board={data} /><Knowledge board={data} /></div>}
    </>
  )
}

function Tiles({board}: {board: Board}) {
  const tiles = [
    ['提问', number(board.asked), `反问 ${number(board.clarified)} 次`],
    ['答复率', percent(board.answered, board.asked), `答出 ${number(board.answered)} 次`],
    ['答不了', percent(board.refused, board.asked), `${number(board.refused)} 次，见“缺口”`],
    ['好差评', board.rating.mean === null || !board.rating.count ? '—' : board.rating.mean.toFixed(1), `${number(board.rating.count)} 人评价，不满意 ${number(board.rating.bad)}`],
    ['规则错误', number(board.lint.error), `提醒 ${number(board.lint.warning)}，建议 ${number(board.lint.advice)}`],
  ]
  return <dl className="tiles">{tiles.map(([label, value, note]) => <div key={label} className="card"><dt>{label}</dt><dd><b>{value}</b><span className="muted small">{note}</span></dd></div>)}</dl>
}

function Answers({board}: {board: Board}) {
  const busiest = board.by_day.reduce<Board['by_day'][number] | null>((most, day) => (most && most.asked >= day.asked ? most : day), null)
  const other = (day: {asked: number; answered: number; refused: number}): number => Math.max(0, day.asked - day.answered - day.refused)
  if (!board.asked) return <section className="card unasked"><h2>提问与答复</h2><Empty sentence="这段时间还没有提问。换长一点的时间再看。"><Button href="#/board?days=90">看 90 天</Button></Empty></section>
  const domains: Column<Board['by_domain'][number]>[] = [
    {key: 'domain', title: '领域', cell: row => <a href={at(['records'], {domain: row.domain})}>{row.domain}</a>},
    {key: 'guides', title: '指南', numeric: true, cell: row => number(row.guides)},
    {key: 'qa', title: '答问', numeric: true, cell: row => number(row.qa)},
    {key: 'asked', title: '提问', numeric: true, cell: row => number(row.asked)},
    {key: 'rate', title: '答复率', numeric: true, cell: row => percent(row.answered, row.asked)},
    {key: 'refused', title: '答不了', numeric: true, cell: row => number(row.refused)},
    {key: 'bad', title: '差评', numeric: true, cell: row => number(row.bad)},
  ]
  const weakest = [...board.by_domain].filter(row => row.asked >= 5).sort((a, b) => a.answered / a.asked - b.answered / b.asked)[0]
  return (
    <div className="board-two">
      <section className="card">
        <h2>每天的提问</h2>
        <Figure
          summary={`共 ${number(board.asked)} 次提问，答出 ${percent(board.answered, board.asked)}，答不了 ${percent(board.refused, board.asked)}${busiest ? `；最多的一天是 ${busiest.day}，${number(busiest.asked)} 次` : ''}。`}
          head={['日期', '提问', '答出', '反问', '答不了']} rows={board.by_day.map(day => [day.day, day.asked, day.answered, other(day), day.refused])}
        >
          <Columns
            days={board.by_day.map(day => ({label: day.day.slice(5), bars: [day.answered, other(day), day.refused]}))}
            series={[{label: '答出', fill: '#2f74b8'}, {label: '反问', fill: '#8fb8de'}, {label: '答不了', fill: '#a8461f', striped: true}]}
          />
        </Figure>
      </section>
      <section className="card">
        <h2>各地区</h2>
        <Figure
          summary={board.by_region.length ? `提问最多的是${board.by_region[0]!.name}，${number(board.by_region[0]!.asked)} 次，答出 ${percent(board.by_region[0]!.answered, board.by_region[0]!.asked)}。` : '提问都没有带地区。'}
          head={['地区', '提问', '答出', '答不了', '答复率']} rows={board.by_region.map(row => [row.name, row.asked, row.answered, row.refused, percent(row.answered, row.asked)])}
        >
          <Bars bars={board.by_region.slice(0, 10).map(row => ({label: row.name, value: row.asked, text: `${number(row.asked)} · 答出 ${percent(row.answered, row.asked)}`}))} />
        </Figure>
      </section>
      <section className="card wide">
        <h2>各领域</h2>
        {weakest && <p className="gap">答复率最低的是“{weakest.domain}”，{percent(weakest.answered, weakest.asked)}（{number(weakest.asked)} 次提问）。</p>}
        <DataTable caption="各领域" columns={domains} rows={board.by_domain} rowKey={row => row.domain} />
      </section>
    </div>
  )
}

function Knowledge({board}: {board: Board}) {
  const words = useVocabulary()
  const {coverage} = board
  const thinnest = [...coverage.elements].filter(row => row.total).sort((a, b) => a.filled / a.total - b.filled / b.total)[0]
  const total = board.freshness.reduce((sum, row) => sum + row.count, 0)
  return (
    <div className="board-two">
      <section className="card">
        <h2>覆盖</h2>
        <Figure
          summary={`${number(coverage.guides)} 份指南，其中 ${number(coverage.with_choices)} 份有情形引导，${number(coverage.with_local)} 份有地方版本；${number(coverage.qa)} 条答问。${thinnest ? `填得最少的要素是${words.elementLabel(thinnest.element)}，${percent(thinnest.filled, thinnest.total)}。` : ''}`}
          head={['要素', '填了', '共', '比例']} rows={coverage.elements.map(row => [words.elementLabel(row.element), row.filled, row.total, percent(row.filled, row.total)])}
        >
          <Bars most={1} bars={coverage.elements.map(row => ({label: words.elementLabel(row.element), value: row.total ? row.filled / row.total : 0, text: percent(row.filled, row.total)}))} fill="#2b7a53" />
        </Figure>
      </section>
      <section className="card">
        <h2>多久没有核对</h2>
        <Figure
          summary={total ? `${number(total)} 条记录，${board.freshness.map(row => `${row.bucket} ${number(row.count)} 条`).join('，')}。` : '还没有记录。'}
          head={['距上次更新', '条数', '比例']} rows={board.freshness.map(row => [row.bucket, row.count, percent(row.count, total)])}
        >
          <Bars bars={board.freshness.map(row => ({label: row.bucket, value: row.count}))} fill="#6b5a96" />
        </Figure>
      </section>
    </div>
  )
}
