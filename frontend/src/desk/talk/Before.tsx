import {useState} from 'react'
import {clock} from '../live/useNow'
import type {Detail} from '../types'
import {handoverName} from '../words'
import {MaskedText} from './masked'

/** What was before the operator came: asked, answered, open, and what is already known, so that nobody has to say it twice. */
export function Before({detail, mine}: {detail: Detail; mine: boolean}) {
  const {summary, slots, handovers, conversation} = detail
  const [chosen, setChosen] = useState<boolean | null>(null)
  // Until the first reply after taking over it is what must be read; then the talk needs the room.
  const since = conversation.taken_at
  const open = chosen ?? !detail.messages.some(message => message.sender === 'staff' && message.client_id !== null && since !== null && new Date(message.at) > new Date(since))
  const who = mine ? conversation.id : null
  const known = [['事项', slots.item_name], ['所在地', slots.region_name]].filter(([, value]) => value) as [string, string][]
  return (
    <section className="before" aria-label="前情摘要">
      <button type="button" className="link" aria-expanded={open} onClick={() => setChosen(!open)}>
        智能助手已答 {summary.turns} 轮{summary.unsolved.length ? '，有没解决的问题' : ''} · {open ? '收起' : '看'}前情摘要
      </button>
      {open && (
        <dl>
          {summary.asked.length > 0 && <div><dt>问过</dt><dd>{summary.asked.map((text, at) => <p key={at}><MaskedText text={text} conversation={who} /></p>)}</dd></div>}
          {summary.answered.length > 0 && <div><dt>已答</dt><dd>{summary.answered.map((one, at) => <p key={at}><MaskedText text={one.question} conversation={who} />{one.title ? `：${one.title}` : ''}</p>)}</dd></div>}
          {summary.unsolved.length > 0 && <div className="open-question"><dt>没解决</dt><dd>{summary.unsolved.map((text, at) => <p key={at}><MaskedText text={text} conversation={who} /></p>)}</dd></div>}
          {known.length > 0 && <div><dt>已知道</dt><dd>{known.map(([name, value]) => `${name}：${value}`).join('；')}</dd></div>}
          {handovers.length > 0 && <div><dt>经过</dt><dd>{handovers.map((one, at) => <p key={at}>{clock(one.at)} {handoverName(one.kind)}{one.name ? `（${one.name}）` : ''}{one.note ? `：${one.note}` : ''}</p>)}</dd></div>}
        </dl>
      )}
    </section>
  )
}
