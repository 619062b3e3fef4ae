import {App, Button} from 'antd'
import {useEffect, useState} from 'react'
import {ApiError, get, send} from '../../shared/api'
import {copyText} from '../../shared/copy'
import {Failure, Loading} from '../../shared/notices'
import {date, dateTime} from '../../shared/times'
import {useLoad} from '../../shared/useLoad'
import {useDesk} from '../desk'
import {MaskedText} from '../talk/masked'
import {useDoing} from '../talk/useDoing'
import {Due} from './Due'
import {MoveDialog} from './MoveDialog'
import {actorName, eventName, movesIn, SATISFACTION, type Move} from './moves'
import {problemsOf, TicketFields} from './TicketFields'
import type {Ticket} from './types'

const AGAIN_MS = 2000

/** One ticket: what it says, what was done, what comes next. */
export function TicketPane({number, back, onChanged}: {number: string; back: string; onChanged: () => void}) {
  const {message} = App.useApp()
  const path = `/desk/tickets/${encodeURIComponent(number)}`
  const {data: ticket, error, reload, put} = useLoad(signal => get<Ticket>(path, {}, signal), [path])
  const {overview} = useDesk()
  const known = new Map([overview.me, ...overview.operators].map(one => [one.account, one.name]))
  const [move, setMove] = useState<Move | null>(null)
  const [edited, setEdited] = useState<Ticket | null>(null)
  const [asked, setAsked] = useState(false)
  const {busy, problem, attempt} = useDoing()
  // On its way to the 12345 system: what became of it is seen without asking.
  const underWay = ticket?.push?.state === 'waiting'
  useEffect(() => {
    if (!underWay) return
    const again = setInterval(reload, AGAIN_MS)
    return () => { clearInterval(again); onChanged() }
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [underWay, reload])
  if (!ticket) return error ? <Failure sentence={error} again={reload}><Button href={back}>回到列表</Button></Failure> : <Loading what="工单" />

  const changed = (now: Ticket): void => {
    put(now)
    onChanged()
  }
  const save = (): void => {
    setAsked(true)
    if (!edited || Object.keys(problemsOf(edited)).length) return
    void attempt(async () => {
      try {
        const {kind, topics, region, address, title, description, person, contact, confidential, urgency, department} = edited
        changed(await send<Ticket>('PUT', path, {kind, topics, region, address, title, description, person, contact, confidential, urgency, department, edition: ticket.edition}))
        setEdited(null)
      } catch (failure) {
        // Somebody was faster: what stands now is loaded, what was written here stays.
        if (failure instanceof ApiError && failure.status === 409) reload()
        throw failure
      }
    })
  }
  const facts: [string, string | null | undefined][] = [
    ['主题', ticket.topics.join('、')], ['办理单位', ticket.department], ['紧急程度', ticket.urgency], ['地点', ticket.address], ['称呼', ticket.person],
    ['联系方式', ticket.contact], ['身份', ticket.confidential ? '要求保密' : null], ['到期', ticket.due_on && date(ticket.due_on)], ['12345 编号', ticket.outside_number],
    ['办理结果', ticket.result], ['回访', ticket.satisfaction ? SATISFACTION[ticket.satisfaction - 1] : null],
  ]
  return (
    <>
      <div className="pane-head">
        <a className="back" href={back}>← 列表</a>
        <h2>{ticket.number}</h2>
        <span className="tag info">{ticket.state}</span><span className="tag">{ticket.kind}</span>
        <Due ticket={ticket} />
        <span className="push" />
        <Button size="small" onClick={() => void copyText(ticket.number).then(ok => void (ok ? message.success('已复制编号。') : message.warning('没有复制成。')))}>复制编号</Button>
        {!edited && ticket.state !== '已办结' && <Button size="small" onClick={() => { setAsked(false); setEdited(ticket) }}>修改</Button>}
      </div>
      <div className="scroll padded">
        {edited ? (
          <div className="stack">
            <TicketFields ticket={edited} asked={asked} onChange={change => setEdited({...edited, ...change})} />
            {problem && <p className="problem" role="alert">{problem}</p>}
            <p className="row"><Button type="primary" loading={busy} onClick={save}>保存</Button><Button onClick={() => setEdited(null)}>不改了</Button></p>
          </div>
        ) : (
          <>
            <h3 className="gap"><MaskedText text={ticket.title} conversation={null} /></h3>
            <p className="gap words"><MaskedText text={ticket.description} conversation={null} /></p>
            <dl className="facts">{facts.filter(([, value]) => value).map(([name, value]) => <div key={name}><dt>{name}</dt><dd><MaskedText text={value!} conversation={null} /></dd></div>)}</dl>
            {ticket.push?.state === 'failed' && <p className="problem gap">没有送到 12345 系统：{ticket.push.error ?? '对方没有应答'}。<Button size="small" loading={busy} onClick={() => void attempt(async () => changed(await send<Ticket>('POST', `${path}/push`)))}>再送一次</Button></p>}
            {ticket.reply && <p className="reply words"><b>答复：</b><MaskedText text={ticket.reply} conversation={null} /></p>}
            <p className="row gap">
              {movesIn(ticket.state, overview.me.supervisor).map((one, at) => <Button key={one.to} danger={!!one.danger} type={at === 0 ? 'primary' : 'default'} onClick={() => setMove(one)}>{one.label}</Button>)}
              {ticket.conversation && <Button href={`#/c/${encodeURIComponent(ticket.conversation)}`}>看会话</Button>}
            </p>
            <h3 className="gap">经过</h3>
            <ol className="events">{ticket.events.map((event, at) => <li key={at}><time dateTime={event.at}>{dateTime(event.at)}</time> <b>{eventName(event.kind)}</b> {known.get(event.actor) ?? actorName(event.actor)}{event.text && <p className="words"><MaskedText text={event.text} conversation={null} /></p>}</li>)}</ol>
          </>
        )}
      </div>
      {move && <MoveDialog move={move} ticket={ticket} onEnd={moved => { setMove(null); if (moved) changed(moved) }} />}
    </>
  )
}
