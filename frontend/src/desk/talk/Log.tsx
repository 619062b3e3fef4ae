/** What was said. The end is followed only by who stands at it; elsewhere a pill counts what is new. */
import {Fragment, useEffect, useLayoutEffect, useRef, useState} from 'react'
import {day} from '../live/useNow'
import type {Message} from '../types'
import {Bubble, OutgoingBubble} from './Bubble'
import {plain} from './masked'
import {useOutbox} from './outbox'
import {saidIn} from './spoken'

const NEAR_PX = 80
/** Messages before the citizen asked for a person that are shown at once. */
const BEFORE = 4

interface LogProps {
  messages: Message[]
  conversation: string
  mine: boolean
}

export function Log({messages, conversation, mine}: LogProps) {
  const outbox = useOutbox(conversation)
  const list = useRef<HTMLDivElement>(null)
  const near = useRef(true)
  const [missed, setMissed] = useState(0)
  const [whole, setWhole] = useState(false)
  const staffAt = messages.findIndex(message => message.sender === 'staff')
  const from = whole ? 0 : Math.max(0, (staffAt < 0 ? messages.length : staffAt) - BEFORE)
  const shown = messages.slice(from)
  const last = messages.at(-1)
  const end = messages.length + outbox.length

  const toEnd = (): void => {
    list.current!.scrollTop = list.current!.scrollHeight
    setMissed(0)
  }
  const known = useRef(end)
  useLayoutEffect(() => {
    if (near.current) toEnd()
    else if (end > known.current) setMissed(former => former + end - known.current)
    known.current = end
  }, [end])
  // The room changes as the summary is folded or the reply appears: who stood at the end still does.
  useEffect(() => {
    const room = new ResizeObserver(() => near.current && toEnd())
    room.observe(list.current!)
    return () => room.disconnect()
  }, [])
  // One's own reply is always looked at.
  useEffect(() => {
    if (outbox.length) toEnd()
  }, [outbox.length])

  return (
    <div className="log-box">
      <div
        className="scroll log" ref={list} role="log" aria-live="off" aria-label="对话" tabIndex={0}
        onScroll={event => {
          const {scrollHeight, scrollTop, clientHeight} = event.currentTarget
          near.current = scrollHeight - scrollTop - clientHeight < NEAR_PX
          if (near.current && missed) setMissed(0)
        }}
      >
        {from > 0 && <p className="log-more"><button type="button" className="link" onClick={() => { near.current = false; setWhole(true) }}>查看前面的全部对话（{from} 条）</button></p>}
        {shown.map((message, at) => (
          <Fragment key={message.id}>
            {(at === 0 || day(message.at) !== day(shown[at - 1]!.at)) && <p className="day">{day(message.at)}</p>}
            <Bubble message={message} said={saidIn(message, messages.slice(0, from + at))} conversation={mine ? conversation : null} />
          </Fragment>
        ))}
        {outbox.map(outgoing => <OutgoingBubble key={outgoing.clientId} outgoing={outgoing} conversation={conversation} />)}
      </div>
      {missed > 0 && <button type="button" className="new-pill" onClick={toEnd}>{missed} 条新消息 ↓</button>}
      <p className="vh" role="status">{last?.sender === 'citizen' ? `市民：${plain(saidIn(last, messages))}` : ''}</p>
    </div>
  )
}
