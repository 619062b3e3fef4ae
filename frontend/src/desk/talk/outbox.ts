/** Replies on their way. They are shown at once; a lost one is sent again under the same id, so that it is never told twice. */
import {useSyncExternalStore} from 'react'
import {ApiError, send, sentenceOf} from '../../shared/api'
import {newId} from '../../shared/ids'
import {tellSent, type Use} from '../advice/uses'
import type {Message} from '../types'

export interface Outgoing {
  clientId: string
  text: string
  uses: Use[]
  state: 'sending' | 'failed'
  /** Why it failed, and whether it was only the line. */
  problem: string
  lineDown: boolean
  at: string
}

const NONE: Outgoing[] = []
const boxes = new Map<string, Outgoing[]>()
const listeners = new Set<() => void>()
const arrivals = new Set<(conversation: string, message: Message) => void>()

function put(conversation: string, change: (box: Outgoing[]) => Outgoing[]): void {
  boxes.set(conversation, change(boxes.get(conversation) ?? NONE))
  listeners.forEach(told => told())
}

export function useOutbox(conversation: string): Outgoing[] {
  return useSyncExternalStore(
    told => {
      listeners.add(told)
      return () => listeners.delete(told)
    },
    () => boxes.get(conversation) ?? NONE,
  )
}

/** Hear of every message that the server took. */
export function onArrival(told: (conversation: string, message: Message) => void): () => void {
  arrivals.add(told)
  return () => void arrivals.delete(told)
}

export function post(conversation: string, text: string, uses: Use[]): void {
  const outgoing: Outgoing = {clientId: newId(), text, uses, state: 'sending', problem: '', lineDown: false, at: new Date().toISOString()}
  put(conversation, box => [...box, outgoing])
  void deliver(conversation, outgoing)
}

export function retry(conversation: string, clientId: string): void {
  const outgoing = boxes.get(conversation)?.find(one => one.clientId === clientId)
  if (!outgoing || outgoing.state === 'sending') return
  put(conversation, box => box.map(one => (one === outgoing ? {...one, state: 'sending'} : one)))
  void deliver(conversation, outgoing)
}

/** The line is back: what failed for its sake goes out again, in order. */
export function retryAll(conversation: string): void {
  for (const one of boxes.get(conversation) ?? NONE) if (one.state === 'failed' && one.lineDown) retry(conversation, one.clientId)
}

/** Give up on one; its text is the caller's to keep. */
export function drop(conversation: string, clientId: string): void {
  put(conversation, box => box.filter(one => one.clientId !== clientId))
}

async function deliver(conversation: string, {clientId, text, uses}: Outgoing): Promise<void> {
  try {
    const {message} = await send<{message: Message}>('POST', `/desk/conversations/${encodeURIComponent(conversation)}/messages`, {text, client_id: clientId})
    arrivals.forEach(told => told(conversation, message))
    drop(conversation, clientId)
    void tellSent(uses, text)
  } catch (error) {
    const lineDown = error instanceof ApiError && (error.status === 0 || error.status >= 500 || error.status === 401)
    put(conversation, box => box.map(one => (one.clientId === clientId ? {...one, state: 'failed', problem: sentenceOf(error), lineDown} : one)))
  }
}
