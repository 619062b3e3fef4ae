/** 事项变更: what the item library changed, what follows for guides, and by when; each task ends with a reason. */
import {App, Button} from 'antd'
import {useState} from 'react'
import {get, send, sentenceOf} from '../../shared/api'
import {DataTable, type Column} from '../../shared/DataTable'
import {Empty, Failure, Loading} from '../../shared/notices'
import {at, replace, type Place} from '../../shared/router'
import {useSession} from '../../shared/session'
import {dateTime} from '../../shared/times'
import {useLoad} from '../../shared/useLoad'
import {PageHead} from '../PageHead'
import {DoneDialog} from './DoneDialog'
import type {Shown, TaskRow} from './types'

const NAMES: Record<Shown, string> = {open: '待核对', late: '已超期', done: '已办结'}
const NOTHING: Record<Shown, string> = {
  open: '没有待核对的。事项库有了变更，会出现在这里。',
  late: '没有超期的。实施清单修订以后，办事指南要在一个月内公布。',
  done: '还没有办结的。',
}

export default function ChangesPage({place}: {place: Place}) {
  const {message} = App.useApp()
  const {may} = useSession()
  const asked = place.query.get('state')
  const shown: Shown = asked === 'late' || asked === 'done' ? asked : 'open'
  const query = shown === 'late' ? {state: 'open', overdue: 'true'} : {state: shown}
  const {data, error, loading, reload} = useLoad(signal => get<{rows: TaskRow[]}>('/studio/catalogue/tasks', query, signal), [shown])
  const [closing, setClosing] = useState<TaskRow | null>(null)
  const [reading, setReading] = useState(false)
  const edits = may('editor', 'reviewer')

  const read = async (): Promise<void> => {
    setReading(true)
    try {
      const found = await send<{items: {new: number} | null}>('POST', '/studio/catalogue/pull', {})
      void message.success(found.items ? `读到 ${found.items.new} 条新变更` : '另一个进程正在读，请稍后刷新')
      reload()
    } catch (problem) {
      void message.error(sentenceOf(problem))
    } finally {
      setReading(false)
    }
  }

  const columns: Column<TaskRow>[] = [
    {key: 'kind', title: '要做什么', width: '9rem', cell: row => <span className={row.kind === 'refused' || row.kind === 'missing-guide' ? 'tag bad' : 'tag wait'}>{row.label}</span>},
    {key: 'title', title: '事项和说明', cell: row => <>{row.guide ? <a href={at(['records', 'guide', row.guide])}>{row.title}</a> : row.title}<br /><small>{row.note}</small></>},
    {key: 'department', title: '部门', width: '12rem', cell: row => row.department ?? <span className="muted">还没有部门</span>},
    shown === 'done'
      ? {key: 'end', title: '怎么处理的', width: '16rem', cell: row => <>{row.reason}<br /><small>{row.done_by}，{dateTime(row.done_at)}</small></>}
      : {key: 'due', title: '最后期限', width: '9rem', cell: row => <><span className={row.overdue ? 'late' : undefined}>{row.due_on ?? '没有期限'}</span>{row.republished_at && <><br /><small>已重新公布</small></>}</>},
    ...(shown !== 'done' && edits ? [{key: 'act', title: '操作', width: '6rem', cell: (row: TaskRow) => <Button size="small" aria-label={`办结：${row.title}`} onClick={() => setClosing(row)}>办结…</Button>}] : []),
  ]
  return (
    <>
      <PageHead title="事项变更" note="事项库改了什么，办事指南要跟着改什么。这里的草稿都要人审核，不会自己发布。">
        {edits && <Button loading={reading} onClick={() => void read()}>现在读取</Button>}
      </PageHead>
      <div className="row gap">
        <div className="kinds" role="group" aria-label="状态">
          {(['open', 'late', 'done'] as const).map(one => (
            <button key={one} type="button" aria-pressed={shown === one} onClick={() => replace(at(['changes'], one === 'open' ? {} : {state: one}))}>{NAMES[one]}</button>
          ))}
        </div>
      </div>
      {error ? <Failure sentence={error} again={reload} /> : !data ? <Loading what="事项变更" />
        : !data.rows.length ? <Empty sentence={NOTHING[shown]} />
          : <section className="card"><h2 className="vh">{NAMES[shown]}</h2><DataTable caption="事项变更" columns={columns} rows={data.rows} rowKey={row => String(row.id)} busy={loading} /></section>}
      {closing && (
        <DoneDialog
          task={closing} onClose={() => setClosing(null)}
          onDone={() => {
            setClosing(null)
            void message.success('已办结')
            reload()
          }}
        />
      )}
    </>
  )
}
