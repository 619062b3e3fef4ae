import {Button} from 'antd'
import {useEffect, useRef} from 'react'
import {command} from '../keys/commands'
import {plain} from '../talk/masked'
import {useCall} from './useCall'

const WHO = {citizen: '来电人', operator: '坐席'}

/** A telephone call in writing. What is being spoken stands in dashes: the recogniser may still change its mind. */
export function CallPane({id}: {id: string}) {
  const {said, speaking, ended} = useCall(id)
  const list = useRef<HTMLDivElement>(null)
  useEffect(() => {
    const box = list.current!
    if (box.scrollHeight - box.scrollTop - box.clientHeight < 160) box.scrollTop = box.scrollHeight
  }, [said.length, speaking])
  return (
    <>
      <div className="pane-head"><h2>来电 {id.slice(-4)}</h2><span className="tag">12345 热线</span><span className="tag info">{ended ? '已挂断' : '实时转写'}</span></div>
      <div className="log-box">
        <div className="scroll log" ref={list} role="log" aria-live="off" aria-label="通话转写" tabIndex={0}>
          {!said.length && !speaking && <p className="muted day">{ended ? '通话已经结束。' : '接通了，等来电人开口。'}</p>}
          {said.map(one => (
            <article key={one.key} className={`bubble ${one.speaker === 'operator' ? 'staff' : 'citizen'}`} aria-label={WHO[one.speaker]}>
              <p className="bubble-head">{WHO[one.speaker]}</p><p className="bubble-text">{plain(one.text)}</p>
            </article>
          ))}
          {speaking && <article className="bubble citizen partial" aria-label="正在说话"><p className="bubble-head">{WHO[speaking.speaker]} 正在说话…（实时转写）</p><p className="bubble-text">{plain(speaking.text)}</p></article>}
        </div>
      </div>
      <div className="composer not-mine"><p>通话里没有回复框：照着右边的建议说，或听不清时手动输入。</p><Button onClick={() => command('phone')}>手动输入</Button></div>
    </>
  )
}
