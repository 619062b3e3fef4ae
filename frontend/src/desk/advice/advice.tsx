/** Suggestions for what is looked at: one board for each conversation and call, one for searching. */
import {createContext, useCallback, useContext, useEffect, useMemo, useRef, useState, type ReactNode} from 'react'
import {send, sentenceOf} from '../../shared/api'
import {newId} from '../../shared/ids'
import {useDesk} from '../desk'
import type {Advice} from '../types'
import {answered, asking, EMPTY, replaced, type Board, type Shown} from './board'

export interface Wanted {
  text: string
  region?: string | null
  conversation?: string | null
  item?: string | null
  answers?: Record<string, string>
  partial?: boolean
}

interface AdviceDesk {
  /** What is on the screen: the search while there is one, else the board of the subject. */
  board: Board
  wanted: Wanted | null
  searching: boolean
  /** How long the last answer took, wherever it stands. */
  tookMs: number | null
  /** Ask for what was said in a conversation, unless this utterance was asked for before. */
  follow: (subject: string, wanted: Wanted, utterance: string | number) => void
  /** Ask for words that an operator typed; they stand for what a caller says. */
  type: (text: string, partial: boolean) => void
  search: (text: string) => void
  endSearch: () => void
  /** Ask again with an answer to the question that was open. */
  answer: (item: string, choice: string, option: string) => void
  again: () => void
  /** Suggestions that came by themselves, of a telephone call. */
  receive: (subject: string, advice: Advice, partial: boolean) => void
  takeNews: () => void
  hold: (held: boolean) => void
}

const AdviceContext = createContext<AdviceDesk | null>(null)
/** The server takes no more of an utterance. */
const LONGEST = 2000
const SEARCH = ' search'
const TYPED = ' typed'
/** Words typed without a conversation belong to a call that only the operator hears. */
export const TYPED_CALL = `typed-${newId()}`

export function useAdvice(): AdviceDesk {
  const advice = useContext(AdviceContext)
  if (!advice) throw new Error('useAdvice needs WithAdvice above it')
  return advice
}

export function WithAdvice({children}: {children: ReactNode}) {
  const {subject, calls} = useDesk()
  const [boards, setBoards] = useState<Record<string, Board>>({})
  const [searching, setSearching] = useState(false)
  const [tookMs, setTookMs] = useState<number | null>(null)
  const wanted = useRef(new Map<string, Wanted>())
  const followed = useRef(new Map<string, string | number>())
  const rounds = useRef(new Map<string, AbortController>())
  const held = useRef(false)
  const regions = useRef((_: string): string | null => null)
  regions.current = call => calls.find(one => one.call === call)?.region ?? null
  const latest = useRef(boards)
  latest.current = boards
  const home = subject?.id ?? TYPED
  const place = searching ? SEARCH : home

  const change = useCallback((key: string, to: (board: Board) => Board) => setBoards(former => ({...former, [key]: to(former[key] ?? EMPTY)})), [])

  const ask = useCallback(async (key: string, what: Wanted): Promise<void> => {
    const {partial = false} = what
    rounds.current.get(key)?.abort()
    const mine = new AbortController()
    rounds.current.set(key, mine)
    // Only while one utterance grows do cards keep their places; the next one begins afresh.
    const former = wanted.current.get(key)
    const same = former?.partial === true || former?.text === what.text
    wanted.current.set(key, what)
    change(key, board => asking(board, partial))
    const begun = performance.now()
    try {
      const shown = (same ? (latest.current[key]?.cards ?? []) : []).filter(card => !card.stale).map(card => card.key)
      const advice = await send<Advice>('POST', '/desk/suggestions', {
        text: what.text.slice(0, LONGEST), region: what.region ?? null, conversation: what.conversation ?? null, item: what.item ?? null, answers: what.answers ?? {}, partial, shown,
      }, mine.signal)
      const took = Math.round(performance.now() - begun)
      setTookMs(took)
      change(key, board => answered(board, {advice, tookMs: took}, held.current, partial))
    } catch (error) {
      if (!mine.signal.aborted) change(key, board => ({...board, loading: false, error: sentenceOf(error)}))
    }
  }, [change])

  const follow = useCallback((key: string, what: Wanted, utterance: string | number) => {
    if (followed.current.get(key) === utterance) return
    followed.current.set(key, utterance)
    setSearching(false)
    void ask(key, what)
  }, [ask])

  const receive = useCallback((key: string, advice: Advice, partial: boolean) => {
    const shown: Shown = {advice, tookMs: advice.took_ms}
    setTookMs(advice.took_ms)
    wanted.current.set(key, {text: advice.text, region: regions.current(key)})
    change(key, board => answered(asking(board, partial), shown, held.current, partial))
  }, [change])

  // Another conversation: what was searched for in the one before is done with.
  useEffect(() => setSearching(false), [home])

  const desk = useMemo<AdviceDesk>(() => ({
    board: boards[place] ?? EMPTY, wanted: wanted.current.get(place) ?? null, searching, tookMs, follow, receive,
    type: (text, partial) => {
      setSearching(false)
      void ask(home, {text, partial, conversation: subject?.kind === 'conversation' ? subject.id : null})
    },
    search: text => {
      setSearching(true)
      change(SEARCH, () => EMPTY)
      void ask(SEARCH, {text, region: wanted.current.get(home)?.region ?? null})
    },
    endSearch: () => setSearching(false),
    answer: (item, choice, option) => {
      const former = wanted.current.get(place)
      if (former) void ask(place, {...former, partial: false, item, answers: {...former.answers, [choice]: option}})
    },
    again: () => {
      const former = wanted.current.get(place)
      if (former) void ask(place, {...former, partial: false})
    },
    takeNews: () => change(place, board => (board.waiting ? replaced(board, board.waiting) : board)),
    hold: now => { held.current = now },
  }), [boards, place, home, searching, tookMs, follow, receive, ask, change, subject])
  return <AdviceContext value={desk}>{children}</AdviceContext>
}
