/** Above everything, on every page and in every tab: what cannot wait. */
import {Button} from 'antd'
import {lazy, Suspense, useRef, useState} from 'react'
import {readStored, store} from '../shared/storage'
import {useDesk} from './desk'
import {clock} from './live/useNow'
import type {TakenFromMe} from './types'
import {citizenName} from './words'

const HeldBar = lazy(() => import('./held/HeldBar'))
const KEY = 'banshi.desk.taken'
const KEPT = 50

export function News() {
  const {overview} = useDesk()
  // From the first on it stays: what somebody is writing when the last goes is theirs to be told of.
  const begun = useRef(false)
  begun.current ||= overview.held.length > 0
  return (
    <>
      <p className="vh" role="status">{overview.held.length ? `${overview.held.length} 个答案等您核对` : ''}</p>
      <Taken />
      {begun.current && <Suspense fallback={null}><HeldBar held={overview.held} /></Suspense>}
    </>
  )
}

/** A supervisor took a conversation: who and why, until it was read. */
function Taken() {
  const {overview} = useDesk()
  const [read, setRead] = useState(() => readStored<string[]>(KEY) ?? [])
  const news = overview.taken_from_me.filter(one => !read.includes(keyOf(one)))
  const done = (): void => {
    const now = [...read, ...news.map(keyOf)].slice(-KEPT)
    store(KEY, now)
    setRead(now)
  }
  return (
    <div role="status">
      {news.length > 0 && (
        <div className="link-bar taken">
          <span>{news.map(one => <span key={keyOf(one)} className="taken-line">{clock(one.at)} {one.by ?? '主管'} 接管了您接待的 {citizenName({id: one.conversation})}：{one.reason}</span>)}</span>
          <Button size="small" onClick={done}>知道了</Button>
        </div>
      )}
    </div>
  )
}

function keyOf(one: TakenFromMe): string {
  return `${one.conversation} ${one.at}`
}
