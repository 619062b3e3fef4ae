/** What the whole desk knows: the overview, kept current by one stream, and what is looked at. */
import {createContext, useCallback, useContext, useEffect, useMemo, useRef, useState, type ReactNode} from 'react'
import {get, send, sentenceOf} from '../shared/api'
import {Failure, Loading} from '../shared/notices'
import {at, go, usePlace} from '../shared/router'
import {useSession} from '../shared/session'
import type {Link} from './live/lifeline'
import {usePresence, type Presence} from './live/presence'
import {useLifeline} from './live/useLifeline'
import type {Call, Conversation, Detail, MeAtDesk, Overview} from './types'

/** What the middle pane shows: a conversation, a telephone call, or nothing yet. */
export type Subject = {kind: 'conversation' | 'call'; id: string} | null
export type Pane = 'queue' | 'talk' | 'advice'

interface Desk extends Presence {
  overview: Overview
  calls: Call[]
  link: Link
  retryNow: () => void
  reload: () => void
  /** Show more of a long queue. */
  more: () => void
  subject: Subject
  select: (conversation: string) => void
  /** The conversation is somebody else's now: back to the queue. */
  letGo: () => void
  /** Which of the three is seen on a phone. */
  pane: Pane
  show: (pane: Pane) => void
  /** Take a waiting conversation; rejects with a sentence when somebody was faster. */
  claim: (conversation: string) => Promise<Detail>
  find: (conversation: string) => Conversation | undefined
}

const DeskContext = createContext<Desk | null>(null)
const CALLS_EVERY_MS = 3_000
/** Conversations of a list that are shown at first, and more with each wish for more. */
const A_PAGE = 50

export function useDesk(): Desk {
  const desk = useContext(DeskContext)
  if (!desk) throw new Error('useDesk needs WithDesk above it')
  return desk
}

export function WithDesk({children}: {children: ReactNode}) {
  const {me} = useSession()
  const place = usePlace()
  const [overview, setOverview] = useState<Overview | null>(null)
  const [problem, setProblem] = useState<string | null>(null)
  const [pane, show] = useState<Pane>('queue')
  const version = useRef('')
  const round = useRef(0)
  const shown = useRef(0)
  const most = useRef(A_PAGE)
  const calls = useCalls()

  const presence = usePresence(me.account, useCallback((told: Partial<MeAtDesk>) => setOverview(former => former && {...former, me: {...former.me, ...told}}), []))
  const {known} = presence

  const load = useCallback(async (signal?: AbortSignal): Promise<void> => {
    await known()
    const mine = (round.current += 1)
    try {
      const told = await get<Overview>('/desk/overview', {most: most.current}, signal)
      // Of several on their way at once the one asked for last is the newest, whichever comes first.
      if (mine > shown.current) {
        shown.current = mine
        setOverview(told)
      }
      setProblem(null)
    } catch (error) {
      if (!signal?.aborted) setProblem(sentenceOf(error))
      throw error
    }
  }, [known])
  const reload = useCallback(() => void load().catch(() => undefined), [load])
  const more = useCallback(() => {
    most.current += A_PAGE
    reload()
  }, [reload])

  const {link, retryNow} = useLifeline('/desk/events', {
    refresh: load,
    told: ({event, data}) => {
      if (event !== 'queue') return
      const told = (JSON.parse(data) as {version?: string}).version ?? data
      if (told === version.current) return
      version.current = told
      reload()
    },
  })

  const [kind, id] = place.parts
  const subject = useMemo<Subject>(() => (id && kind === 'c' ? {kind: 'conversation', id} : id && kind === 'call' ? {kind: 'call', id} : null), [kind, id])
  const select = useCallback((conversation: string) => {
    go(at(['c', conversation]))
    show('talk')
  }, [])

  const letGo = useCallback(() => {
    go('#/')
    show('queue')
  }, [])

  const claim = useCallback(async (conversation: string) => {
    try {
      return await send<Detail>('POST', `/desk/conversations/${encodeURIComponent(conversation)}/claim`)
    } finally {
      reload()
    }
  }, [reload])

  const desk = useMemo<Desk | null>(() => overview && {
    ...presence, overview, calls, link, retryNow, reload, more, subject, select, letGo, pane, show, claim,
    find: wanted => [...overview.mine, ...overview.waiting, ...overview.others].find(one => one.id === wanted),
  }, [overview, calls, link, retryNow, reload, subject, select, pane, claim, presence.available])

  if (desk) return <DeskContext value={desk}>{children}</DeskContext>
  return <main className="alone">{problem ? <Failure sentence={problem} again={retryNow} /> : <Loading what="坐席工作台" />}</main>
}

/** Telephone calls under way. Where no telephony is connected there are none. */
function useCalls(): Call[] {
  const [calls, setCalls] = useState<Call[]>([])
  useEffect(() => {
    const abort = new AbortController()
    let known = ''
    const ask = (): void => {
      get<{calls: Call[]}>('/desk/calls', {}, abort.signal).then(told => {
        const now = told.calls
        if (JSON.stringify(now) === known) return
        known = JSON.stringify(now)
        setCalls(now)
      }, () => undefined)
    }
    ask()
    const timer = setInterval(ask, CALLS_EVERY_MS)
    return () => {
      clearInterval(timer)
      abort.abort()
    }
  }, [])
  return calls
}
