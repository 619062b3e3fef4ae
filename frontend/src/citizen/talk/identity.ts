/** Who the citizen is, when the host knows: the platform's signed token. In memory only; never in an address, never in storage. */
import {tellHost} from '../frame/host'
import {forget, keep, kept} from './kept'

const PATIENCE_MS = 3000
/** A conversation that is given up is not taken up again, so that after a reload a slow phone and a busy host are waited for longer. */
const RELOAD_PATIENCE_MS = 10_000
let token = hostsOwn()
let who = subject(token)
const watchers = new Set<() => void>()

/** A frame of the same site may carry the token as `data-token`. */
function hostsOwn(): string {
  try {
    return window.frameElement?.getAttribute('data-token') ?? ''
  } catch {
    return ''
  }
}

/** Whom a token is about, so far as it says so itself; what it proves only the server knows. */
function subject(written: string): string {
  try {
    return written && String(JSON.parse(atob(written.split('.')[1]!.replace(/-/g, '+').replace(/_/g, '/'))).sub)
  } catch {
    return written
  }
}

export const known = (): boolean => token !== ''

export function watch(watcher: () => void): () => void {
  watchers.add(watcher)
  return () => watchers.delete(watcher)
}

export function authorization(): Record<string, string> {
  return token ? {authorization: `Bearer ${token}`} : {}
}

/** Take what the host says, '' after signing out. Tells whether somebody else was here before. */
export function identify(said: unknown): boolean {
  if (typeof said !== 'string') return false
  if (said === token) {
    if (!said) watchers.forEach(watcher => watcher()) // the host knows nobody: there is nothing to wait for
    return false
  }
  const next = subject(said)
  const other = who !== '' && next !== who
  who = next
  become(said)
  return other
}

function become(next: string): void {
  token = next
  watchers.forEach(watcher => watcher())
}

/** The host's next token; after a while without one the page goes on as nobody's. */
function next(patience: number = PATIENCE_MS): Promise<void> {
  return new Promise(resolve => {
    const done = () => (stop(), resolve())
    const stop = watch(done)
    setTimeout(done, patience)
  })
}

let renewing: Promise<void> | null = null

/** The server takes a token no more: ask the host for another, once for all who wait. */
export function renew(refused: string): Promise<void> {
  if (refused === authorization().authorization) {
    become('')
    renewing = next()
    tellHost('token')
  }
  return renewing ?? Promise.resolve()
}

let arrival: Promise<void> | null = null

/** A conversation that was begun with a name goes on with it: after a reload nothing is asked about it before the token is here. */
export function awaited(): Promise<void> {
  arrival ??= kept('named') && !known() ? next(RELOAD_PATIENCE_MS) : Promise.resolve()
  return arrival
}

export function rememberNamed(): void {
  if (known()) keep('named', true)
  else forget('named')
}
