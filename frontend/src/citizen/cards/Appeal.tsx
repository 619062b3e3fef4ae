/** 申诉: once in a conversation, against how a rating or a case was met. The server says whether it is taken. */
import {useState} from 'react'
import {useFace} from '../frame/face'
import {address, call, CallError} from '../talk/server'
import {useAppealWords} from '../words/appeal'

const LONGEST_WORDS = 500

export function Appeal() {
  const words = useAppealWords()
  const {talk, announce} = useFace()
  const {conversation} = talk.current()
  const [opened, setOpened] = useState(false)
  const [text, setText] = useState('')
  const [told, setTold] = useState('')
  const [failed, setFailed] = useState(false)

  async function send(): Promise<void> {
    setFailed(false)
    try {
      const answer = await call<{text: string}>(address(`/chat/${conversation}/appeal`), {text: text.trim()})
      setTold(answer.text)
      announce(answer.text)
    } catch (error) {
      // What the server refuses it explains, and asking again would not help.
      if (error instanceof CallError && error.status === 409) setTold(error.told)
      else setFailed(true)
    }
  }

  if (told) return <p className="note" role="status" lang="zh-CN">{told}</p>
  if (!opened) return <button type="button" className="button" onClick={() => setOpened(true)}>{words.open}</button>
  return (
    <div className="card">
      <label className="field">{words.what}
        <textarea rows={2} maxLength={LONGEST_WORDS} value={text} onChange={event => setText(event.currentTarget.value)}/>
      </label>
      {failed && <p role="alert" className="warning">{words.failed}</p>}
      <button type="button" className="button main wide" disabled={text.trim().length < 2} onClick={() => void send()}>{words.send}</button>
    </div>
  )
}
