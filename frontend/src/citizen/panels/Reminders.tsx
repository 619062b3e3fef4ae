/** What the citizen wants to be reminded of: off until it is switched on, and off again at once. */
import {useEffect, useState} from 'react'
import {CallError, address, call} from '../talk/server'
import {useAllWords} from '../words/all'
import {useReminderWords} from '../words/reminders'
import {useOwn} from './useOwn'

interface Told {
  wording: string
  consent: string
  kinds: {kind: string; explained: string; since: string | null}[]
  reminders: {kind: string; text: string; due: string; state: string}[]
}

const HERE = address('/me/reminders')

export function Reminders() {
  const words = useReminderWords()
  const all = useAllWords()
  const {value} = useOwn<Told>(HERE)
  const [told, setTold] = useState<Told | null>(null)
  const [note, setNote] = useState('')
  const [problem, setProblem] = useState('')
  const [saving, setSaving] = useState(false)
  useEffect(() => setTold(value), [value])
  if (!told) return null

  async function choose(kind: string, wanted: boolean): Promise<void> {
    if (saving) return // not disabled meanwhile: the keyboard's place would be lost
    const before = told!
    const rows = before.kinds.map(one => (one.kind === kind ? {...one, since: wanted ? new Date().toISOString() : null} : one))
    setTold({...before, kinds: rows}) // the box stays as it was set while the server is asked
    setSaving(true)
    setNote('')
    setProblem('')
    try {
      const kinds = rows.filter(one => one.since).map(one => one.kind)
      setTold(await call<Told>(HERE, {kinds, wording: before.wording}, undefined, 'PUT'))
      setNote(words.kept)
    } catch (error) {
      setTold(before)
      setProblem((error as CallError).told || all.unavailable)
    }
    setSaving(false)
  }

  return (
    <section className="reminders" aria-labelledby="reminders-title">
      <h3 id="reminders-title">{words.title}</h3>
      <p className="quiet" lang="zh-CN">{told.consent}</p>
      {told.kinds.map(({kind, explained, since}) => (
        <label key={kind} className="consent">
          <input type="checkbox" checked={since !== null} onChange={event => void choose(kind, event.currentTarget.checked)}/>
          <span><span lang="zh-CN">{kind}：{explained}</span>{since && <small> · {words.since(since.slice(0, 10))}</small>}</span>
        </label>
      ))}
      <p role="status">{note}</p>
      {problem && <p className="warning" role="alert" lang="zh-CN">{problem}</p>}
      {told.reminders.length > 0 && (
        <>
          <h4>{words.recent}</h4>
          <ul className="plain-list">
            {told.reminders.slice(0, 5).map((one, index) => (
              <li key={index}><b>{words.states[one.state] ?? ''}</b> · {one.due.slice(0, 10)} · <span lang="zh-CN">{one.text}</span></li>
            ))}
          </ul>
        </>
      )}
    </section>
  )
}
