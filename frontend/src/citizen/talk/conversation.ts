/** The conversation as this page knows it: what was said, what is still to be sent, and in which state it is. */
import {Connection, UP, type Link} from './connection'
import type {Message, State, Turn} from './contract'
import {forget, keep, kept} from './kept'
import {rememberNamed} from './identity'
import {messageId} from './messageId'
import {CallError, address, call} from './server'

/** A message of the citizen on its way. `shown` differs from `text` for a button, whose payload nobody wants to read. */
export interface Outgoing {
  clientId: string
  text: string
  shown: string
  at: string
  /** waiting: for the one before it, or for the network. failed: the server refused it, and the citizen may send it again. */
  status: 'waiting' | 'sending' | 'failed'
  problem: string
}

/** A message on the screen; `key` stays its own when a new conversation begins below it. */
export interface Entry extends Message {
  key: string
}

export interface Snapshot {
  conversation: string | null
  state: State
  entries: Entry[]
  outbox: Outgoing[]
  link: Link
  /** The messages of a conversation that was begun before a reload are not here yet. */
  restoring: boolean
  /** The conversation before this one ended, so that the next words begin a new one. */
  ended: boolean
}

const OWN = ['conversation', 'outbox', 'draft', 'ticked', 'followed', 'looked', 'named']

export class Conversation {
  private snapshot: Snapshot
  private readonly watchers = new Set<() => void>()
  private readonly connection: Connection
  private last = 0

  constructor(private readonly about: () => {region: string | null; elder: boolean}) {
    const conversation = kept<string>('conversation')
    const outbox = (kept<Outgoing[]>('outbox') ?? []).map<Outgoing>(one => (one.status === 'sending' ? {...one, status: 'waiting'} : one))
    this.snapshot = {conversation, state: 'bot', entries: [], outbox, link: UP, restoring: conversation !== null, ended: false}
    this.connection = new Connection(
      {
        turn: turn => this.take(turn),
        message: message => this.add([message]),
        state: state => this.change({state}),
        gone: () => this.end(),
        link: link => {
          this.change({link})
          if (link.up) void this.pump()
        },
      },
      () => ({conversation: this.snapshot.conversation, after: this.last, state: this.snapshot.state}),
    )
    if (conversation !== null) this.connection.restart()
    else void this.pump()
  }

  readonly subscribe = (watcher: () => void): (() => void) => {
    this.watchers.add(watcher)
    return () => this.watchers.delete(watcher)
  }

  readonly current = (): Snapshot => this.snapshot

  send(text: string, shown: string = text): void {
    const outgoing: Outgoing = {clientId: messageId(), text, shown, at: new Date().toISOString(), status: 'waiting', problem: ''}
    this.change({outbox: [...this.snapshot.outbox, outgoing]})
    void this.pump()
  }

  /** Send a failed message once more, under the same id: the server does nothing twice. */
  resend(clientId: string): void {
    this.mark(clientId, 'waiting')
    this.connection.retryNow()
    void this.pump()
  }

  discard(clientId: string): void {
    this.change({outbox: this.snapshot.outbox.filter(one => one.clientId !== clientId)})
  }

  readonly retryNow = (): void => this.connection.retryNow()

  /** The citizen leaves: what was said goes from the screen and from this device. */
  async close(): Promise<void> {
    const {conversation} = this.snapshot
    if (conversation !== null) await call(address(`/chat/${conversation}/close`), {})
    forget(...OWN)
    this.change({state: 'closed', outbox: [], entries: []})
  }

  /** Somebody else is here now: nothing of the one before stays on the screen or on this device. */
  drop(): void {
    forget(...OWN)
    this.last = 0
    this.change({conversation: null, state: 'bot', outbox: [], entries: [], restoring: false, ended: false})
  }

  async rate(stars: number, reasons: string[], text: string): Promise<void> {
    try {
      await call(address(`/chat/${this.snapshot.conversation}/rating`), {stars, reasons, text})
    } catch (error) {
      if (!(error instanceof CallError && error.status === 409)) throw error // it was rated before, which is as good
    }
  }

  /** One message in flight: answers come in the order of the questions. */
  private async pump(): Promise<void> {
    const {outbox, conversation, restoring, link} = this.snapshot
    const next = outbox.find(one => one.status === 'waiting')
    if (!next || restoring || !link.up || outbox.some(one => one.status === 'sending')) return
    this.mark(next.clientId, 'sending')
    try {
      this.take(await call<Turn>(address('/chat'), {conversation, text: next.text, client_id: next.clientId, ...this.about()}))
      this.discard(next.clientId)
    } catch (error) {
      const {unreached, told} = error as CallError
      this.mark(next.clientId, unreached ? 'waiting' : 'failed', told)
      if (unreached) return this.connection.lost()
    }
    return this.pump()
  }

  private take({conversation, state, messages}: Turn): void {
    const other = conversation !== this.snapshot.conversation
    const {entries} = this.snapshot
    this.change({conversation, state, restoring: false, ended: this.snapshot.ended || (other && entries.length > 0)})
    if (other) {
      this.last = 0
      rememberNamed()
    }
    this.add(messages)
    if (other && state !== 'closed') this.connection.restart()
    void this.pump()
  }

  private add(messages: Message[]): void {
    const {conversation, entries, outbox} = this.snapshot
    const known = new Set(entries.map(entry => entry.key))
    const fresh = messages.map(message => ({...message, key: `${conversation}/${message.id}`})).filter(entry => !known.has(entry.key))
    if (!fresh.length) return
    const sent = new Set(fresh.map(entry => entry.client_id))
    // The stream and the reply to a sent message overtake each other.
    const own = (entry: Entry) => (entry.key.startsWith(`${conversation}/`) ? 1 : 0)
    const sorted = [...entries, ...fresh].sort((a, b) => own(a) - own(b) || (own(a) ? a.id - b.id : 0))
    keep('conversation', conversation)
    this.last = Math.max(this.last, ...fresh.map(entry => entry.id))
    this.change({entries: sorted, outbox: outbox.filter(one => one.status === 'sending' || !sent.has(one.clientId))})
  }

  /** The server knows the conversation no more: the next words begin a new one. */
  private end(): void {
    forget('conversation')
    this.last = 0
    this.change({conversation: null, state: 'bot', restoring: false, ended: true})
    void this.pump()
  }

  private mark(clientId: string, status: Outgoing['status'], problem = ''): void {
    this.change({outbox: this.snapshot.outbox.map(one => (one.clientId === clientId ? {...one, status, problem} : one))})
  }

  private change(part: Partial<Snapshot>): void {
    this.snapshot = {...this.snapshot, ...part}
    if (part.outbox) keep('outbox', this.snapshot.outbox)
    this.watchers.forEach(watcher => watcher())
  }
}
