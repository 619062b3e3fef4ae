/** One conversation as it goes on. */
import {useEffect, useRef, useState} from 'react'
import {get, sentenceOf} from '../../shared/api'
import {useDesk} from '../desk'
import type {Link} from '../live/lifeline'
import {useLifeline} from '../live/useLifeline'
import type {Detail, Message} from '../types'
import {onArrival, retryAll} from './outbox'

export interface Talk {
  detail: Detail | null
  error: string | null
  link: Link
  reload: () => void
  put: (detail: Detail) => void
}

/** Messages by id, oldest first; one that is told twice is there once. */
function merged(known: Message[], told: Message[]): Message[] {
  const byId = new Map(known.map(message => [message.id, message]))
  for (const message of told) byId.set(message.id, message)
  return [...byId.values()].sort((a, b) => a.id - b.id)
}

export function useTalk(id: string): Talk {
  const {find} = useDesk()
  const [detail, setDetail] = useState<Detail | null>(null)
  const [error, setError] = useState<string | null>(null)
  const last = useRef(0)
  const path = `/desk/conversations/${encodeURIComponent(id)}`

  const put = (told: Detail): void => {
    last.current = Math.max(last.current, ...told.messages.map(message => message.id))
    setError(null)
    setDetail(former => ({...told, messages: merged(former?.messages ?? [], told.messages)}))
  }
  const add = (message: Message): void => {
    last.current = Math.max(last.current, message.id)
    setDetail(former => former && {...former, messages: merged(former.messages, [message])})
  }
  const load = async (signal?: AbortSignal): Promise<void> => {
    try {
      put(await get<Detail>(path, {}, signal))
    } catch (failure) {
      if (!signal?.aborted) setError(sentenceOf(failure))
      throw failure
    }
  }
  const reload = (): void => void load().catch(() => undefined)

  const {link, retryNow} = useLifeline(`${path}/events`, {
    refresh: load,
    after: () => last.current,
    // Passed on, or out of one's scope: nothing of it stays on the page.
    refused: () => setDetail(null),
    told: ({event, data}) => {
      if (event === 'message') add(JSON.parse(data) as Message)
      else if (event === 'state' && (JSON.parse(data) as {state: string}).state !== detail?.conversation.state) reload()
    },
  })
  useEffect(() => onArrival((conversation, message) => conversation === id && add(message)), [id])
  useEffect(() => {
    if (link.up) retryAll(id)
  }, [link.up, id])

  // The overview learns of a new owner, of tags and of the end as well; whatever differs is asked for.
  const row = find(id)
  const seen = row && `${row.state} ${row.operator?.account} ${row.mood} ${row.taken_at}`
  useEffect(() => {
    if (detail && seen !== undefined) reload()
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [seen])

  return {detail, error, link, reload: () => (link.up ? reload() : retryNow()), put}
}
