import {Button} from 'antd'
import {clock} from '../live/useNow'
import type {Message} from '../types'
import {draftOf, write} from './drafts'
import {MaskedText} from './masked'
import {drop, retry, type Outgoing} from './outbox'

/** One message: who, when, what. */
export function Bubble({message, said, conversation}: {message: Message; said: string; conversation: string | null}) {
  const {sender, custom, buttons} = message
  const who = sender === 'citizen' ? '市民' : sender === 'bot' ? '智能助手' : custom.ticket ? `工单 ${custom.ticket}` : custom.staff ? `工号 ${custom.staff}${custom.name ? ` ${custom.name}` : ''}` : '工作人员'
  return (
    <article className={`bubble ${sender}`} aria-label={`${who} ${clock(message.at)}`}>
      <p className="bubble-head">{who}<time dateTime={message.at}>{clock(message.at)}</time></p>
      <p className="bubble-text"><MaskedText text={said || '（只有卡片，没有文字）'} conversation={conversation} /></p>
      {buttons.length > 0 && <p className="small muted">选项：{buttons.map(button => button.title).join('、')}</p>}
      {!!custom.sources?.length && <p className="small muted">依据：{custom.sources.map(source => source.title).join('；')}</p>}
    </article>
  )
}

/** A reply that the server has not taken yet. */
export function OutgoingBubble({outgoing, conversation}: {outgoing: Outgoing; conversation: string}) {
  const {clientId, text, state, problem} = outgoing
  const edit = (): void => {
    const written = draftOf(conversation).text
    write(conversation, written.trim() ? `${text}\n${written}` : text, outgoing.uses)
    drop(conversation, clientId)
  }
  return (
    <article className={`bubble staff ${state}`} aria-label={state === 'sending' ? '正在发送' : '没有发出'}>
      <p className="bubble-head">我<time dateTime={outgoing.at}>{clock(outgoing.at)}</time></p>
      <p className="bubble-text">{text}</p>
      {state === 'sending' ? <p className="small muted">正在发送…</p> : (
        <div role="alert" className="unsent">
          <p className="small">没有发出：{problem}</p>
          <p className="row"><Button size="small" onClick={() => retry(conversation, clientId)}>重发</Button><Button size="small" onClick={edit}>放回输入框</Button></p>
        </div>
      )}
    </article>
  )
}
