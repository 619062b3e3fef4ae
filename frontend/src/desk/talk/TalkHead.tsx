import {Button} from 'antd'
import {lazy, Suspense, useState} from 'react'
import type {Detail} from '../types'
import {channelName, citizenName, stateName, tagsOf} from '../words'

const TransferDialog = lazy(() => import('./TransferDialog'))
const ReturnDialog = lazy(() => import('./ReturnDialog'))
const CloseDialog = lazy(() => import('./CloseDialog'))
const TicketDialog = lazy(() => import('../tickets/TicketDialog'))

type Doing = 'transfer' | 'return' | 'close' | 'ticket' | null

/** Who this is, and what can be done with the conversation as a whole. */
export function TalkHead({detail, mine, onChanged}: {detail: Detail; mine: boolean; onChanged: () => void}) {
  const [doing, setDoing] = useState<Doing>(null)
  const {conversation} = detail
  const end = (changed: boolean): void => {
    setDoing(null)
    if (changed) onChanged()
  }
  return (
    <div className="pane-head">
      <h2>{citizenName(conversation)}</h2>
      <span className="tag">{channelName(conversation.channel)}</span>
      {conversation.region_name && <span className="tag">{conversation.region_name}</span>}
      {tagsOf(conversation).map(tag => <span key={tag.text} className={`tag ${tag.tone}`}>{tag.text}</span>)}
      {!mine && <span className="tag info">{stateName(conversation.state)}</span>}
      <span className="push" />
      {mine && (
        <span className="row">
          <Button size="small" onClick={() => setDoing('ticket')}>生成工单</Button>
          <Button size="small" onClick={() => setDoing('transfer')}>转派</Button>
          <Button size="small" onClick={() => setDoing('return')}>交回智能助手</Button>
          <Button size="small" danger onClick={() => setDoing('close')}>结束</Button>
        </span>
      )}
      <Suspense fallback={null}>
        {doing === 'transfer' && <TransferDialog conversation={conversation} onEnd={end} />}
        {doing === 'return' && <ReturnDialog conversation={conversation} onEnd={end} />}
        {doing === 'close' && <CloseDialog detail={detail} onEnd={end} />}
        {doing === 'ticket' && <TicketDialog conversation={conversation.id} onEnd={() => setDoing(null)} />}
      </Suspense>
    </div>
  )
}
