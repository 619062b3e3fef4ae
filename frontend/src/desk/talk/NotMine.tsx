import {App, Button} from 'antd'
import {lazy, Suspense, useState} from 'react'
import {sentenceOf} from '../../shared/api'
import {useDesk} from '../desk'
import {Clock} from '../queue/QueueRow'
import type {Detail} from '../types'

const TakeOverDialog = lazy(() => import('./TakeOverDialog'))

/** In the place of the reply, when it is not this person's turn: whose it is, and what can be done. */
export function NotMine({detail, onTaken}: {detail: Detail; onTaken: (detail: Detail) => void}) {
  const {message} = App.useApp()
  const {overview, claim} = useDesk()
  const [busy, setBusy] = useState(false)
  const [asking, setAsking] = useState(false)
  const {id, state, operator} = detail.conversation
  const {supervisor} = overview.me
  const take = async (): Promise<void> => {
    setBusy(true)
    try {
      onTaken(await claim(id))
    } catch (error) {
      void message.warning(sentenceOf(error))
    } finally {
      setBusy(false)
    }
  }
  const button = (label: string) => <Button type="primary" loading={busy} onClick={() => void take()}>{label}</Button>
  return (
    <div className="composer not-mine">
      {state === 'waiting' && <><p>这位市民在等人工。<Clock conversation={detail.conversation} /></p>{button('接入')}</>}
      {state === 'bot' && <><p>智能助手正在回答，坐席还没有接入。</p>{supervisor && button('接管')}</>}
      {state === 'human' && <><p>{operator ? `${operator.name}（工号 ${operator.number}）正在接待。` : '另一位坐席正在接待。'}{!supervisor && '要接手请让对方转派给您。'}</p>{supervisor && <Button type="primary" onClick={() => setAsking(true)}>接管…</Button>}</>}
      {state === 'closed' && <><p>会话已经结束。</p><Button href="#/">回到会话列表</Button></>}
      {asking && (
        <Suspense fallback={null}>
          <TakeOverDialog conversation={detail.conversation} onEnd={taken => { setAsking(false); if (taken) onTaken(taken) }} />
        </Suspense>
      )}
    </div>
  )
}
