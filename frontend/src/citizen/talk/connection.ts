/** The way from the server: one stream of events, taken up again where it broke off; where no stream gets through, asking now and then. */
import type {Message, State, Turn} from './contract'
import {eventCutter} from '../../shared/events'
import {authorization, awaited} from './identity'
import {CallError, address, call} from './server'

const PAUSES_S = [1, 2, 4, 8, 15]
/** The server's heart beats every 15 s: after so long without a sound the line is dead. */
const SILENCE_MS = 40_000
/** A stream that held so long was a good one; the next pause begins at the shortest again. */
const GOOD_MS = 10_000
/** After so many from which nothing was heard, something between here and there lets none through. */
const BROKEN_AT_MOST = 3
const ASK_MS = {bot: 10_000, waiting: 3_000, human: 3_000, closed: 60_000}

export interface Link {
  up: boolean
  /** The device itself has no network. */
  offline: boolean
  failures: number
  /** When the next attempt comes, in milliseconds since 1970. */
  retryAt: number
}

export const UP: Link = {up: true, offline: false, failures: 0, retryAt: 0}

export interface Position {
  conversation: string | null
  after: number
  state: State
}

/** Who is told what comes in. */
export interface Listener {
  turn(turn: Turn): void
  message(message: Message): void
  state(state: State): void
  gone(): void
  link(link: Link): void
}

export class Connection {
  private link = UP
  private tries = 0
  private streams = true
  /** Streams in a row from which nothing was heard. */
  private broken = 0
  private running = false
  private left = false
  private own = new AbortController()
  private wake = () => {}

  constructor(private readonly listener: Listener, private readonly position: () => Position) {
    addEventListener('online', () => this.retryNow())
    addEventListener('offline', () => {
      this.down()
      this.own.abort()
      void this.run()
    })
    // A page in the back/forward cache keeps no stream open.
    addEventListener('pagehide', () => this.leave())
    addEventListener('pageshow', () => {
      this.left = false
      void this.run()
    })
  }

  /** Begin, or begin anew when the conversation is another one. */
  restart(): void {
    this.own.abort()
    this.retryNow()
  }

  retryNow(): void {
    this.tries = 0
    this.wake()
    void this.run()
  }

  /** A message could not be sent: find out when the server is there again. */
  lost(): void {
    if (this.link.up) {
      this.down()
      this.own.abort()
    }
    void this.run()
  }

  private leave(): void {
    this.left = true
    this.own.abort()
    this.wake()
  }

  private wanted(): boolean {
    const {conversation, state} = this.position()
    return !this.left && (!this.link.up || (conversation !== null && state !== 'closed'))
  }

  private async run(): Promise<void> {
    if (this.running) return
    this.running = true
    while (this.wanted()) {
      const begun = Date.now()
      const {conversation} = this.position()
      try {
        await this.listen()
        if (Date.now() - begun > GOOD_MS) this.tries = 0
      } catch (error) {
        // Switched to another conversation, or gone: no failure of the line.
        if (conversation === this.position().conversation && !this.left) {
          if (error instanceof CallError && error.status === 404) this.listener.gone()
          else this.down()
        }
      }
      if (!this.wanted()) break
      await this.sleep(PAUSES_S[Math.min(this.tries++, PAUSES_S.length - 1)]! * 1000)
    }
    this.running = false
  }

  private async listen(): Promise<void> {
    this.own = new AbortController()
    const {conversation, after} = this.position()
    if (conversation === null) {
      await call(address('/start'), undefined, this.own.signal)
      this.up()
      return
    }
    await awaited()
    const path = `/chat/${conversation}`
    const turn = await call<Turn>(address(`${path}/messages`, {after}), undefined, this.own.signal)
    if (conversation !== this.position().conversation) return
    this.listener.turn(turn)
    this.up()
    if (turn.state === 'closed') return
    if (this.streams) {
      await this.stream(address(`${path}/events`))
    } else {
      this.tries = 0
      await this.sleep(ASK_MS[turn.state])
    }
  }

  /** Read until it ends, for whatever reason. Whether the line is dead shows the next question to the server, not this one's end. */
  private async stream(url: string): Promise<void> {
    const {after} = this.position()
    const own = this.own
    let heard = false
    let silent = false
    let watch = 0
    const listening = () => {
      clearTimeout(watch)
      watch = window.setTimeout(() => {
        silent = true
        own.abort()
      }, SILENCE_MS)
    }
    listening()
    try {
      const response = await fetch(url, {
        headers: {...authorization(), accept: 'text/event-stream', 'last-event-id': String(after)}, cache: 'no-store', signal: own.signal,
      })
      const type = response.headers.get('content-type') ?? ''
      if (!response.ok || !type.startsWith('text/event-stream') || !response.body) {
        this.streams = false
        return
      }
      const cut = eventCutter(({event, data}) => {
        if (event === 'message') this.listener.message(JSON.parse(data) as Message)
        else if (event === 'state') this.listener.state((JSON.parse(data) as {state: State}).state)
      })
      const reader = response.body.getReader()
      const decoder = new TextDecoder()
      for (let part = await reader.read(); !part.done; part = await reader.read()) {
        heard = true
        listening()
        cut(decoder.decode(part.value, {stream: true}))
      }
    } catch {
      // broken off, or ended from here
    } finally {
      clearTimeout(watch)
    }
    if (heard) this.broken = 0
    // Something between here and there holds streams back: ask instead.
    else if (silent || (!own.signal.aborted && ++this.broken === BROKEN_AT_MOST)) this.streams = false
  }

  private up(): void {
    if (this.link.up) return
    this.link = UP
    this.listener.link(UP)
  }

  private down(): void {
    const offline = !navigator.onLine
    const retryAt = Date.now() + PAUSES_S[Math.min(this.tries, PAUSES_S.length - 1)]! * 1000
    this.link = {up: false, offline, failures: this.link.failures + 1, retryAt}
    this.listener.link(this.link)
  }

  private sleep(milliseconds: number): Promise<void> {
    return new Promise(resolve => {
      const timer = setTimeout(resolve, milliseconds)
      this.wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }
}
