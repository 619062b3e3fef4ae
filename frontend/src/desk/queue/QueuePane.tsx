/** Who waits, who is being talked to, and telephone calls. */
import {App, Button} from 'antd'
import {useState} from 'react'
import {sentenceOf} from '../../shared/api'
import {at, go} from '../../shared/router'
import {useDesk} from '../desk'
import {useCommand} from '../keys/commands'
import type {Call, Conversation} from '../types'
import {QueueRow} from './QueueRow'

const FILTERS = [['all', '全部'], ['waiting', '待接入'], ['mine', '进行中']] as const

export function QueuePane() {
  const {message} = App.useApp()
  const {overview, calls, subject, select, show, claim, reload, more} = useDesk()
  const {waiting, mine, others} = overview
  const [filter, setFilter] = useState<'all' | 'waiting' | 'mine' | 'others'>('all')

  const take = async (conversation: Conversation): Promise<void> => {
    try {
      await claim(conversation.id)
      select(conversation.id)
    } catch (error) {
      void message.warning(sentenceOf(error))
    }
  }
  const step = (by: number): void => {
    const order = [...mine, ...waiting]
    if (!order.length) return
    const here = order.findIndex(one => one.id === subject?.id)
    select(order[here < 0 ? (by > 0 ? 0 : order.length - 1) : (here + by + order.length) % order.length]!.id)
  }
  useCommand('switch', step)
  useCommand('claim', () => {
    const first = waiting[0]
    if (first) void take(first)
    else void message.info('现在没有人等待。')
  })

  const shown = {mine: filter === 'all' || filter === 'mine', waiting: filter === 'all' || filter === 'waiting', others: filter === 'others'}
  const filters = others.length || overview.me.supervisor ? [...FILTERS, ['others', '其他坐席'] as const] : FILTERS
  const none = !(shown.mine && (mine.length || calls.length)) && !(shown.waiting && waiting.length) && !(shown.others && others.length)
  const row = (conversation: Conversation) => (
    <QueueRow key={conversation.id} conversation={conversation} foreign={others.includes(conversation)} current={subject?.id === conversation.id} onOpen={() => select(conversation.id)} onTake={() => void take(conversation)} />
  )
  return (
    <section className="pane queue" aria-label="会话">
      <div className="pane-head">
        <h2>会话</h2>
        <div className="filters" role="group" aria-label="看哪些会话">
          {filters.map(([name, label]) => <button key={name} type="button" aria-pressed={filter === name} onClick={() => setFilter(name)}>{label}</button>)}
        </div>
      </div>
      <div className="scroll">
        {!overview.hours.open && <p className="hours-note">{overview.hours.text || '现在不在人工服务时间内。'}</p>}
        {shown.mine && calls.length > 0 && <Group title="正在通话">{calls.map(call => <CallRow key={call.call} call={call} current={subject?.id === call.call} onOpen={() => { go(at(['call', call.call])); show('talk') }} />)}</Group>}
        {shown.waiting && waiting.length > 0 && <Group title={`待接入 ${overview.waiting_count}`} rest={overview.waiting_count - waiting.length} more={more}>{waiting.map(row)}</Group>}
        {shown.mine && mine.length > 0 && <Group title={`进行中 ${mine.length}`}>{mine.map(row)}</Group>}
        {shown.others && others.length > 0 && <Group title={`其他坐席 ${overview.others_count}`} rest={overview.others_count - others.length} more={more}>{others.map(row)}</Group>}
        {none && (
          <div className="notice">
            <p>{filter === 'mine' ? '您手上没有进行中的会话。' : filter === 'others' ? '其他坐席手上没有会话。' : '现在没有人等待。'}</p>
            <p className="row">{filter === 'all' ? <Button onClick={reload}>再看一次</Button> : <Button onClick={() => setFilter('all')}>看全部</Button>}</p>
          </div>
        )}
      </div>
    </section>
  )
}

interface GroupProps {
  title: string
  /** How many more there are than shown. */
  rest?: number
  more?: () => void
  children: React.ReactNode
}

function Group({title, rest = 0, more, children}: GroupProps) {
  return (
    <section aria-label={title}>
      <h3 className="group-title">{title}</h3>
      <ul>{children}</ul>
      {rest > 0 && <p className="queue-rest"><button type="button" className="link" onClick={more}>后面还有 {rest} 位，再看一些</button></p>}
    </section>
  )
}

function CallRow({call, current, onOpen}: {call: Call; current: boolean; onOpen: () => void}) {
  return (
    <li className={current ? 'queue-row on' : 'queue-row'}>
      <button type="button" className="queue-open" aria-current={current ? 'true' : undefined} onClick={onOpen}>
        <span className="queue-line"><b>来电 {call.call.slice(-4)}</b><span className="tag info">通话中</span></span>
        <span className="queue-text">{call.last || '等市民开口'}</span>
      </button>
    </li>
  )
}
