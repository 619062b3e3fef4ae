import {Button} from 'antd'
import {elapsed, useNow} from '../live/useNow'
import {plain} from '../talk/masked'
import type {Conversation} from '../types'
import {channelName, citizenName, tagsOf} from '../words'

/** Seconds after which a wait is too long. */
const LIMIT_S = 180

interface QueueRowProps {
  conversation: Conversation
  /** A colleague has it. */
  foreign?: boolean
  current: boolean
  onOpen: () => void
  onTake: () => void
}

export function QueueRow({conversation, foreign = false, current, onOpen, onTake}: QueueRowProps) {
  const {state, unread} = conversation
  const waits = state === 'waiting'
  return (
    <li className={current ? 'queue-row on' : 'queue-row'}>
      <button type="button" className="queue-open" aria-current={current ? 'true' : undefined} onClick={onOpen}>
        <span className="queue-line">
          <b>{citizenName(conversation)}</b>
          {unread > 0 && !current && <span className="badge hot">{unread}<span className="vh"> 条未读</span></span>}
        </span>
        <span className="queue-text">{conversation.topic || lastWords(conversation)}</span>
        <span className="queue-line small">
          <span className="muted">{channelName(conversation.channel)}{conversation.region_name ? ` · ${conversation.region_name}` : ''}</span>
          <Clock conversation={conversation} />
        </span>
        {(tagsOf(conversation).length > 0 || foreign) && (
          <span className="queue-tags">
            {tagsOf(conversation).map(tag => <span key={tag.text} className={`tag ${tag.tone}`}>{tag.text}</span>)}
            {foreign && <span className="muted small">{conversation.operator?.name}</span>}
          </span>
        )}
      </button>
      {waits && <Button size="small" type={current ? 'primary' : 'default'} className="take" onClick={onTake}>接入<span className="vh">{citizenName(conversation)}</span></Button>}
    </li>
  )
}

const WHO = {citizen: '', bot: '智能助手：', staff: '坐席：'}

/** Where nobody knows the matter: what was said last, and by whom when not by the citizen. */
function lastWords({last}: Conversation): string {
  return last ? WHO[last.sender] + plain(last.text) : '还没有说要办什么'
}

/** 等待 01:12, after three minutes red and in words; 对话 03:25. */
export function Clock({conversation}: {conversation: Conversation}) {
  const now = useNow()
  const waits = conversation.state === 'waiting'
  const since = waits ? conversation.waiting_since : conversation.taken_at
  if (!since) return null
  const late = waits && now - new Date(since).getTime() > LIMIT_S * 1000
  return <span className={late ? 'clock late' : 'clock'}>{late ? '久等 ' : waits ? '等待 ' : '对话 '}{elapsed(since, now)}</span>
}
