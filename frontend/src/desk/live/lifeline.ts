/** A stream of events that comes back by itself: what was missed is loaded first, then news are heard until the line breaks. */
import {ApiError, url} from '../../shared/api'
import {eventCutter, type ServerEvent} from '../../shared/events'

const PAUSES_S = [1, 2, 4, 8, 15]
/** The server's heart beats every 15 s: after so long without a sound the line is dead. */
const SILENCE_MS = 40_000
/** After so many streams from which nothing was heard, something between here and there lets none through. */
const DEAF_AT_MOST = 3
const ASK_MS = 3_000

export interface Link {
  up: boolean
  /** When the next attempt comes, in milliseconds since 1970. */
  retryAt: number
}

export const UP: Link = {up: true, retryAt: 0}

export interface Source {
  path: string
  /** Load what may have been missed. */
  refresh: (signal: AbortSignal) => Promise<void>
  told: (event: ServerEvent) => void
  /** The id after which events are wanted, where the stream has ids. */
  after?: () => number
  link: (link: Link) => void
  /** There is no such thing any more, or it is not for this person. */
  refused?: (error: ApiError) => void
}

export class Lifeline {
  private own = new AbortController()
  private stopped = false
  private streams = true
  private deaf = 0
  private tries = 0
  private wake = (): void => undefined
  private readonly online = (): void => this.retryNow()
  private readonly offline = (): void => this.own.abort()

  constructor(private readonly source: Source) {
    addEventListener('online', this.online)
    addEventListener('offline', this.offline)
    void this.run()
  }

  stop(): void {
    this.stopped = true
    removeEventListener('online', this.online)
    removeEventListener('offline', this.offline)
    this.own.abort()
    this.wake()
  }

  retryNow(): void {
    this.tries = 0
    this.wake()
  }

  private async run(): Promise<void> {
    while (!this.stopped) {
      this.own = new AbortController()
      try {
        await this.source.refresh(this.own.signal)
        if (this.stopped) return
        this.source.link(UP)
        this.tries = 0
        if (this.streams) await this.hear()
        else await this.pause(ASK_MS)
        continue
      } catch (error) {
        if (this.stopped) return
        if (error instanceof ApiError && (error.status === 404 || error.status === 403)) {
          this.source.refused?.(error)
          return
        }
      }
      const pause = PAUSES_S[Math.min(this.tries++, PAUSES_S.length - 1)]! * 1000
      this.source.link({up: false, retryAt: Date.now() + pause})
      await this.pause(pause)
    }
  }

  /** Listen until the stream ends for whatever reason. Whether the server is gone shows the next question to it. */
  private async hear(): Promise<void> {
    const own = this.own
    let heard = false
    let silent = false
    let watch = 0
    const listening = (): void => {
      clearTimeout(watch)
      watch = window.setTimeout(() => {
        silent = true
        own.abort()
      }, SILENCE_MS)
    }
    listening()
    try {
      const headers: Record<string, string> = {accept: 'text/event-stream'}
      if (this.source.after) headers['last-event-id'] = String(this.source.after())
      const response = await fetch(url(this.source.path), {headers, cache: 'no-store', credentials: 'same-origin', signal: own.signal})
      if (!response.ok || !response.body || !(response.headers.get('content-type') ?? '').startsWith('text/event-stream')) {
        this.streams = response.status !== 404 && response.status !== 503
        await this.pause(ASK_MS)
        return
      }
      const cut = eventCutter(this.source.told)
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
    if (heard) this.deaf = 0
    else if (silent || (!own.signal.aborted && ++this.deaf === DEAF_AT_MOST)) this.streams = false
    // A stream that ends at once must not become a storm of new ones.
    if (!this.stopped && !own.signal.aborted) await this.pause(heard ? 200 : 1_000)
  }

  private pause(milliseconds: number): Promise<void> {
    if (this.stopped) return Promise.resolve()
    return new Promise(resolve => {
      const timer = setTimeout(resolve, milliseconds)
      this.wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }
}
