/** 公告与开关: what stands above the conversations of a place, and where the bot is switched off. */
import {App, Button} from 'antd'
import {useState} from 'react'
import {get, send, sentenceOf} from '../../shared/api'
import {DataTable, type Column} from '../../shared/DataTable'
import {Empty, Failure, Loading} from '../../shared/notices'
import {at, replace, type Place} from '../../shared/router'
import {dateTime} from '../../shared/times'
import {useLoad} from '../../shared/useLoad'
import {PageHead} from '../PageHead'
import {NoticeDialog} from './NoticeDialog'
import {ValidationRules} from './ValidationRules'
import type {Kind, NoticeRow} from './types'

const STATES = {running: {label: '生效中', tag: 'good'}, planned: {label: '还没开始', tag: 'wait'}, over: {label: '已结束', tag: ''}}

export default function NoticesPage({place}: {place: Place}) {
  const past = place.query.get('past') === '1'
  const {message, modal} = App.useApp()
  const {data, error, loading, reload} = useLoad(signal => get<{rows: NoticeRow[]}>('/studio/notices', {past}, signal), [past])
  const [making, setMaking] = useState<Kind | null>(null)

  const end = (row: NoticeRow): void => void modal.confirm({
    title: row.kind === 'off' ? `恢复${row.region_name}的智能问答？` : '结束这条公告？',
    content: row.kind === 'off' ? '一秒内恢复回答。' : '群众马上看不到了。',
    okText: row.kind === 'off' ? '恢复' : '结束',
    onOk: async () => {
      try {
        await send<NoticeRow>('DELETE', `/studio/notices/${row.id}`)
        void message.success(row.kind === 'off' ? '已恢复' : '已结束')
      } catch (error) {
        void message.error(sentenceOf(error))
      }
      reload()
    },
  })

  const columns: Column<NoticeRow>[] = [
    {key: 'state', title: '状态', width: '7rem', cell: row => <span className={`tag ${STATES[row.state].tag}`}>{STATES[row.state].label}</span>},
    {key: 'text', title: '内容', cell: row => <>{row.kind === 'off' && <span className="tag bad">关停</span>} {row.text}</>},
    {key: 'region', title: '地区', width: '11rem', cell: row => row.region_name},
    {
      key: 'time', title: '时间', width: '15rem',
      cell: row => <>{dateTime(row.starts_at)} 起<br /><small>{row.ended_at ? `${dateTime(row.ended_at)} 由 ${row.ended_by} 结束` : row.ends_at ? `到 ${dateTime(row.ends_at)}` : '手动结束'}</small></>,
    },
    {key: 'by', title: '谁发的', width: '8rem', cell: row => row.created_by},
    {
      key: 'act', title: <span className="vh">操作</span>, width: '6rem',
      cell: row => row.state !== 'over' && <Button size="small" onClick={() => end(row)} aria-label={`${row.kind === 'off' ? '恢复' : '结束'}：${row.text}`}>{row.kind === 'off' ? '恢复' : '结束'}</Button>,
    },
  ]

  const rows = data?.rows ?? []
  const off = rows.filter(row => row.kind === 'off' && row.state === 'running')
  return (
    <>
      <PageHead title="公告与开关" note="公告到时间自己结束；关停一秒内对所有人生效。">
        <Button danger onClick={() => setMaking('off')}>关停智能问答…</Button>
        <Button type="primary" onClick={() => setMaking('banner')}>发公告</Button>
      </PageHead>
      {!past && off.length > 0 && <p className="problem" role="status">智能问答在这些地方停着：{off.map(row => row.region_name).join('、')}。</p>}
      <div className="row gap">
        <div className="kinds" role="group" aria-label="哪些">
          <button type="button" aria-pressed={!past} onClick={() => replace(at(['notices']))}>现在和以后</button>
          <button type="button" aria-pressed={past} onClick={() => replace(at(['notices'], {past: 1}))}>已结束</button>
        </div>
      </div>
      {error ? <Failure sentence={error} again={reload} /> : !data ? <Loading what="公告" />
        : !rows.length ? <Empty sentence={past ? '还没有结束的公告。' : '现在没有公告，智能问答都开着。'} />
          : <section className="card"><h2 className="vh">公告</h2><DataTable caption="公告" columns={columns} rows={rows} rowKey={row => String(row.id)} busy={loading} /></section>}
      {!past && <ValidationRules />}
      {making && (
        <NoticeDialog
          kind={making} onClose={() => setMaking(null)}
          onDone={row => {
            setMaking(null)
            void message.success(row.kind === 'off' ? '已关停，一秒内生效' : '已发布')
            reload()
          }}
        />
      )}
    </>
  )
}
