/** Places of the one-page consoles live behind the hash: `#/records/qa/qa-1?region=220000`. */
import {useEffect, useSyncExternalStore} from 'react'
import type {Query} from './api'

export interface Place {
  parts: string[]
  query: URLSearchParams
}

/** Asked before a place is left: `leaves` tells whether going there would lose something, `ask` lets the person decide. */
export interface LeaveGuard {
  leaves: (next: Place) => boolean
  ask: () => Promise<boolean>
}

let shown = location.hash
let guard: LeaveGuard | null = null
const listeners = new Set<() => void>()

function placeOf(hash: string): Place {
  const [path = '', query = ''] = hash.replace(/^#\/?/, '').split('?')
  return {parts: path.split('/').filter(Boolean).map(decodeURIComponent), query: new URLSearchParams(query)}
}

let place = placeOf(shown)

function show(hash: string): void {
  shown = hash
  place = placeOf(hash)
  listeners.forEach(told => told())
}

async function changed(): Promise<void> {
  const wanted = location.hash
  if (wanted === shown) return
  if (guard?.leaves(placeOf(wanted))) {
    const asking = guard
    history.pushState(null, '', shown || '#/') // stay until the person has decided
    if (!(await asking.ask())) return
    guard = null
    history.pushState(null, '', wanted)
  }
  show(wanted)
}

window.addEventListener('hashchange', () => void changed())

export function usePlace(): Place {
  return useSyncExternalStore(
    told => {
      listeners.add(told)
      return () => listeners.delete(told)
    },
    () => place,
  )
}

/** The address of a place, for links. */
export function at(parts: (string | number)[], query: Query = {}): string {
  const kept = Object.entries(query).filter(([, value]) => value !== undefined && value !== null && value !== '')
  const text = new URLSearchParams(kept.map(([key, value]) => [key, String(value)])).toString()
  return `#/${parts.map(part => encodeURIComponent(String(part))).join('/')}${text ? `?${text}` : ''}`
}

export function go(hash: string): void {
  if (hash !== location.hash) location.hash = hash
}

/** Change the address without a new step in the history and without asking: for filters and tabs. */
export function replace(hash: string): void {
  if (hash === location.hash) return
  history.replaceState(null, '', hash)
  show(hash)
}

/** Guard this place while `active`; also warns when the window is closed. */
export function useLeaveGuard(active: boolean, make: () => LeaveGuard): void {
  useEffect(() => {
    if (!active) return undefined
    const mine = make()
    guard = mine
    const warn = (event: BeforeUnloadEvent): void => event.preventDefault()
    window.addEventListener('beforeunload', warn)
    return () => {
      if (guard === mine) guard = null
      window.removeEventListener('beforeunload', warn)
    }
    // `make` closes over the place it was made at, which is the place guarded.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [active])
}

/** Leave without being asked, after saving or throwing away. */
export function leaveFreely(): void {
  guard = null
}
