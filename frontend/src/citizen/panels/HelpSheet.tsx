/** 帮办: when and how to reach whoever asks for help with a matter; with their consent it becomes a ticket. */
import {useRef, useState, type FormEvent} from 'react'
import {useFace} from '../frame/face'
import {messageId} from '../talk/messageId'
import {CallError, address, call} from '../talk/server'
import {useAllWords} from '../words/all'
import {useVisitWords} from '../words/visits'

export function HelpSheet({item, title}: {item: string; title: string}) {
  const words = useVisitWords()
  const all = useAllWords()
  const {settings, talk} = useFace()
  const {conversation} = talk.current()
  const id = useRef(messageId())
  const [number, setNumber] = useState('')
  const [problem, setProblem] = useState('')
  const [sending, setSending] = useState(false)
  if (!conversation) return <p className="note">{words.helpFirst}</p>
  if (number) return <p className="note" role="status">{words.helpDone(number)}</p>

  async function send(event: FormEvent<HTMLFormElement>): Promise<void> {
    event.preventDefault()
    const given = new FormData(event.currentTarget)
    const said = (name: string) => String(given.get(name) ?? '').trim()
    setSending(true)
    setProblem('')
    try {
      const body = {
        item, region: settings.region, when: said('when'), contact: said('contact'), note: said('note'), consent: true, client_id: id.current,
      }
      setNumber((await call<{number: string}>(address(`/chat/${conversation}/help`), body)).number)
    } catch (error) {
      setProblem((error as CallError).told || all.unavailable)
    }
    setSending(false)
  }

  return (
    <form onSubmit={event => void send(event)}>
      <p lang="zh-CN"><b>{title}</b></p>
      <p>{words.helpWhat}</p>
      <label className="field">{words.helpWhen}<input name="when" required maxLength={100}/></label>
      <label className="field">{words.helpPhone}<input name="contact" type="tel" required maxLength={60} autoComplete="tel"/></label>
      <label className="field">{words.helpNote}<textarea name="note" rows={2} maxLength={500}/></label>
      <label className="consent"><input type="checkbox" required/><span>{words.helpConsent}</span></label>
      {problem && <p className="warning" role="alert">{problem}</p>}
      <button type="submit" className="button main wide" disabled={sending}>{words.helpSend}</button>
    </form>
  )
}
