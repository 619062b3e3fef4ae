/** 待办: 差评, 申诉 and 办不成事, who has waited longest first; each ends with a change or a reason. */
import {get} from '../../shared/api'
import {DataTable, type Column} from '../../shared/DataTable'
import {Empty, Failure, Loading} from '../../shared/notices'
import {at, replace, type Place} from '../../shared/router'
import {dateTime, waited} from '../../shared/times'
import {useLoad} from '../../shared/useLoad'
import {PageHead} from '../PageHead'
import {KINDS, OUTCOMES, type WorkRow} from './types'
import {WorkItemView} from './WorkItemView'

const LATE_DAYS = 5

export default function WorkPage({place}: {place: Place}) {
  const [, id] = place.parts
  return id === undefined ? <WorkList state={place.query.get('state') === 'closed' ? 'closed' : 'open'} /> : <WorkItemView id={id} />
}

function WorkList({state}: {state: 'open' | 'closed'}) {
  const {data, error, loading, reload} = useLoad(signal => get<{rows: WorkRow[]}>('/studio/work-items', {state}, signal), [state])
  const open = state === 'open'
  const columns: Column<WorkRow>[] = [
    {key: 'kind', title: '来自', width: '7rem', cell: row => <span className={row.kind === 'rating' ? 'tag wait' : 'tag bad'}>{KINDS[row.kind]}{row.stars !== null && ` ${row.stars}星`}</span>},
    {key: 'text', title: '群众说的', cell: row => <a href={at(['work', row.id])}>{row.text || '没有写原因'}</a>},
    {key: 'item', title: '事项', width: '14rem', cell: row => row.title ?? <span className="muted">没认出来</span>},
    {key: 'where', title: '地区和部门', width: '13rem', cell: row => <>{row.region_name ?? '地区不明'}<br /><small>{row.department ?? '还没有部门'}</small></>},
    open
      ? {key: 'wait', title: '等了多久', width: '8rem', cell: row => <span className={(row.waiting_days ?? 0) >= LATE_DAYS ? 'late' : undefined}>{waited(row.waiting_days ?? 0)}</span>}
      : {key: 'end', title: '结果', width: '15rem', cell: row => <>{row.outcome && <span className="tag good">{OUTCOMES[row.outcome]}</span>} {row.reason}<br /><small>{row.closed_by}，{dateTime(row.closed_at)}</small></>},
  ]
  return (
    <>
      <PageHead title="待办" note="差评、申诉、办不成事：核实后改内容，或者说明理由，群众会收到答复。" />
      <div className="row gap">
        <div className="kinds" role="group" aria-label="状态">
          <button type="button" aria-pressed={open} onClick={() => replace(at(['work']))}>待处理</button>
          <button type="button" aria-pressed={!open} onClick={() => replace(at(['work'], {state: 'closed'}))}>已办结</button>
        </div>
      </div>
      {error ? <Failure sentence={error} again={reload} /> : !data ? <Loading what="待办" />
        : !data.rows.length ? <Empty sentence={open ? '没有待处理的。有了差评、申诉或办不成事反映，会出现在这里。' : '还没有办结的。'} />
          : <section className="card"><h2 className="vh">待办</h2><DataTable caption="待办" columns={columns} rows={data.rows} rowKey={row => String(row.id)} busy={loading} /></section>}
    </>
  )
}
