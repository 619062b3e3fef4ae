/** Messages on their way: what is being done, an apology when it takes long, and another try when it failed. */
import {useEffect, useState} from 'react'
import {useFace} from '../frame/face'
import type {Outgoing} from '../talk/conversation'
import {languageOf, useWords} from '../words'

const LONG_MS = 8_000

export function PendingRow({outgoing, cut}: {
  outgoing: Outgoing
  /** The server cannot be reached. */
  cut: boolean
}) {
  const words = useWords()
  const {talk} = useFace()
  const {clientId, shown, status, problem} = outgoing
  return (
    <article className="row mine" data-turn="" aria-label={words.me}>
      <p className="bubble" lang={languageOf(shown)}>{shown}</p>
      {status === 'waiting' && cut && <p className="quiet">{words.queued}</p>}
      {status === 'failed' && (
        <p className="failed">
          <span>{problem || words.failed}</span>
          <button type="button" className="text-button" onClick={() => talk.resend(clientId)}>{words.resend}</button>
          <button type="button" className="text-button" onClick={() => talk.discard(clientId)}>{words.discard}</button>
        </p>
      )}
    </article>
  )
}

/** Shown from the moment a question is sent until something comes back. */
export function Working() {
  const words = useWords()
  const {say, announce} = useFace()
  const [slow, setSlow] = useState(false)
  useEffect(() => {
    const timer = setTimeout(() => {
      setSlow(true)
      announce(words.slow)
    }, LONG_MS)
    return () => clearTimeout(timer)
  }, [])
  return (
    <div className="row">
      <span className="badge" aria-hidden="true">吉</span>
      <div className="said">
        <p className="bubble working" lang={words.code}>{slow ? words.slow : words.working}</p>
        {slow && <button type="button" className="button" onClick={() => say('转人工', words.handOff)}>{words.handOff}</button>}
      </div>
    </div>
  )
}
