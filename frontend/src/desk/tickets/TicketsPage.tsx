/** 工单: a list, and the one that is looked at. */
import {Button, Input} from 'antd'
import {useState} from 'react'
import {get} from '../../shared/api'
import {Empty, Failure, Loading} from '../../shared/notices'
import {at, go, replace, type Place} from '../../shared/router'
import {dateTime} from '../../shared/times'
import {useLoad} from '../../shared/useLoad'
import {plain} from '../talk/masked'
import {Due} from './Due'
import {TicketPane} from './TicketPane'
import {STATES, type Ticket} from './types'
import './tickets.css'

export default function TicketsPage({place}: {place: Place}) {
  const number = place.parts[1] ?? null
  const state = place.query.get('state') ?? ''
  const mine = place.query.get('mine') === '1'
  const q = place.query.get('q') ?? ''
  const [words, setWords] = useState(q)
  const {data, error, loading, reload} = useLoad(signal => get<{tickets: Ticket[]}>('/desk/tickets', {state, mine: mine || null, q}, signal), [state, mine, q])
  const rows = data?.tickets ?? []
  const filter = (change: Record<string, string | null>): void => replace(at(['tickets', ...(number ? [number] : [])], {state, mine: mine ? '1' : null, q, ...change}))
  const query = {state, mine: mine ? '1' : null, q}
  return (
    <main className={number ? 'tickets one' : 'tickets'} id="tickets" tabIndex={-1}>
      <section className="pane ticket-list" aria-label="工单列表">
        <div className="pane-head">
          <h2>工单</h2>
          <label className="check"><input type="checkbox" checked={mine} onChange={event => filter({mine: event.target.checked ? '1' : null})} />只看我建的</label>
          <span className="push" />
          <Button size="small" onClick={reload} loading={loading}>刷新</Button>
        </div>
        <form className="ticket-search" role="search" onSubmit={event => { event.preventDefault(); filter({q: words.trim()}) }}>
          <select className="choice" aria-label="状态" value={state} onChange={event => filter({state: event.target.value})}>
            <option value="">全部状态</option>
            {STATES.map(name => <option key={name}>{name}</option>)}
          </select>
          <Input value={words} onChange={event => setWords(event.target.value)} aria-label="按编号、标题找" placeholder="按编号、标题找" allowClear />
          <Button htmlType="submit">找</Button>
        </form>
        <div className="scroll" aria-busy={loading}>
          {error ? <Failure sentence={error} again={reload} />
            : !data ? <Loading what="工单" />
              : !rows.length ? <Empty sentence={state || mine || q ? '没有符合的工单。' : '还没有工单。接待时按“生成工单”就会出现在这里。'}>{state || mine || q ? <Button onClick={() => { setWords(''); replace('#/tickets') }}>看全部</Button> : <Button href="#/">去接待</Button>}</Empty>
                : <ul>{rows.map(ticket => (
                  <li key={ticket.number} className={ticket.number === number ? 'queue-row on' : 'queue-row'}>
                    <button type="button" className="queue-open" aria-current={ticket.number === number ? 'true' : undefined} onClick={() => go(at(['tickets', ticket.number], query))}>
                      <span className="queue-line"><b>{plain(ticket.title)}</b><span className={ticket.state === '退单' ? 'tag bad' : ticket.state === '已办结' ? 'tag good' : 'tag info'}>{ticket.state}</span></span>
                      <span className="queue-line small muted"><span>{ticket.number} · {ticket.kind}{ticket.department ? ` · ${ticket.department}` : ''}</span><Due ticket={ticket} /></span>
                      <span className="small muted">{dateTime(ticket.created_at)}</span>
                    </button>
                  </li>
                ))}</ul>}
        </div>
      </section>
      <section className="pane ticket-one" aria-label="工单内容">
        {number ? <TicketPane key={number} number={number} back={at(['tickets'], query)} onChanged={reload} /> : <Empty sentence="从左边选一张工单。" />}
      </section>
    </main>
  )
}
