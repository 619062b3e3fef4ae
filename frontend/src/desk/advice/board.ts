/** What stands on the board of suggestions, and how news come onto it without moving anything under somebody's hand. */
import type {Advice, Ask, Suggestion} from '../types'

export interface Card extends Suggestion {
  /** Why it is out of date; null while it is not. */
  stale: string | null
}

export interface Board {
  cards: Card[]
  ask: Ask | null
  redirect: Advice['redirect']
  /** What the cards answer. */
  utterance: string
  tookMs: number | null
  /** News that wait until they are called, because somebody has a hand on the cards. */
  waiting: Shown | null
  loading: boolean
  error: string | null
}

/** An answer of the server with what only this page knows. */
export interface Shown {
  advice: Advice
  tookMs: number
}

export const EMPTY: Board = {cards: [], ask: null, redirect: null, utterance: '', tookMs: null, waiting: null, loading: false, error: null}
const MOST = 3
const FORMER = '这条答的是前一句'

const fresh = (suggestion: Suggestion): Card => ({...suggestion, stale: null})

/** Something new was said: what stands there answers the sentence before. */
export function asking(board: Board, partial: boolean): Board {
  return {...board, loading: true, error: null, cards: partial ? board.cards : board.cards.map(card => ({...card, stale: card.stale ?? FORMER}))}
}

/**
 * An answer came.
 *
 * @param held somebody's pointer or focus is on the cards.
 * @param partial it answers a sentence that is not finished: under a hand, cards grey in their places and new ones come behind.
 */
export function answered(board: Board, shown: Shown, held: boolean, partial: boolean): Board {
  const {advice, tookMs} = shown
  const measured = {...board, loading: false, error: null, tookMs}
  const known = new Set(board.cards.map(card => card.key))
  const told = new Map(advice.suggestions.map(one => [one.key, one]))
  // Nothing moves when every card keeps its place and the others come behind.
  const keeps = board.cards.every((card, at) => advice.suggestions[at]?.key === card.key)
  if (held && board.cards.length > 0) {
    if (!partial && !keeps) return {...measured, waiting: shown}
    const reasons = new Map(advice.changes.map(change => [change.key, change.reason]))
    const stay = board.cards.map(card => {
      const again = told.get(card.key)
      return again ? fresh(again) : {...card, stale: reasons.get(card.key) ?? card.stale ?? FORMER}
    })
    const more = advice.suggestions.filter(one => !known.has(one.key)).map(fresh)
    const room = Math.max(0, MOST - stay.filter(card => !card.stale).length)
    return {...measured, cards: [...stay, ...more.slice(0, room)], ask: advice.ask, redirect: advice.redirect, utterance: advice.text, waiting: null}
  }
  return replaced(measured, shown)
}

/** Put up what waited. */
export function replaced(board: Board, {advice, tookMs}: Shown): Board {
  return {...board, cards: advice.suggestions.map(fresh), ask: advice.ask, redirect: advice.redirect, utterance: advice.text, tookMs, waiting: null}
}
