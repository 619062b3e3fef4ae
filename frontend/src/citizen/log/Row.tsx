/** One message of the conversation. */
import {memo} from 'react'
import {useLater} from '../frame/useLater'
import type {State} from '../talk/contract'
import type {Entry} from '../talk/conversation'
import {languageOf, useWords} from '../words'
import {AnswerText} from './AnswerText'
import {Options} from './Options'

export interface RowProps {
  entry: Entry
  /** What a citizen's message reads as. */
  shown: string
  state: State
  /** The last of its kind: its buttons are in force. */
  current: boolean
}

export const Row = memo(function Row(props: RowProps) {
  const words = useWords()
  const later = useLater()
  const {entry, shown} = props
  const time = timeOf(entry.at)
  if (entry.sender === 'citizen') {
    return (
      <article className="row mine" data-turn="" aria-label={`${words.me} ${time}`}>
        <p className="bubble" lang={languageOf(shown)}>{shown}</p>
      </article>
    )
  }
  const staff = entry.sender === 'staff'
  return (
    <article className="row" data-turn={staff ? '' : undefined} aria-label={`${staff ? words.staff : words.bot} ${time}`}>
      <span className={staff ? 'badge staff' : 'badge'} aria-hidden="true">{staff ? '人' : '吉'}</span>
      <div className="said">
        {staff && entry.custom.staff && <p className="quiet">{words.staffName(entry.custom.staff)}</p>}
        {later ? <later.Reply {...props}/> : <PlainReply entry={entry}/>}
      </div>
    </article>
  )
})

function PlainReply({entry}: {entry: Entry}) {
  return (
    <div className="bubble">
      <AnswerText text={entry.text}/>
      <Options buttons={entry.buttons} numbered={false} usable question={entry.custom}/>
    </div>
  )
}

export function timeOf(at: string): string {
  const moment = new Date(at)
  if (Number.isNaN(moment.getTime())) return ''
  return moment.toLocaleTimeString('zh-CN', {hour: '2-digit', minute: '2-digit', timeZone: 'Asia/Shanghai'})
}
