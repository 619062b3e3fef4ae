/** Tell the server that somebody sits here. Unseen for 45 s, their conversations go back to the queue. */
import {useCallback, useEffect, useRef, useState} from 'react'
import {send} from '../../shared/api'
import {readStored, store} from '../../shared/storage'
import type {MeAtDesk} from '../types'

export interface Presence {
  available: boolean
  setAvailable: (available: boolean) => void
  /** Besides Chinese also conversations in Korean. */
  setKorean: (korean: boolean) => void
  /** Settles when the server knows that this person is there: before that, what it says of them is not yet true. */
  known: () => Promise<void>
  /** Going home: nobody is sent here any more. */
  leave: () => Promise<void>
}

/** `told` hears what the server now says of this person. */
export function usePresence(account: string, told: (me: Partial<MeAtDesk>) => void): Presence {
  const key = `banshi.desk.available.${account}`
  // Asked anew each time: of two windows both must say the same.
  const wanted = useCallback(() => readStored<boolean>(key) ?? true, [key])
  const [available, setState] = useState(wanted)
  const first = useRef<Promise<void> | null>(null)
  const latest = useRef(told)
  latest.current = told

  const beat = useCallback(async (more: {languages?: string[]} = {}): Promise<void> => {
    try {
      latest.current(await send<MeAtDesk>('POST', '/desk/presence', {available: wanted(), ...more}))
    } catch {
      // the next beat comes in 15 s; that the line is down is shown elsewhere
    }
  }, [wanted])
  const known = useCallback(() => (first.current ??= beat()), [beat])

  useEffect(() => {
    void known()
    const pulse = new Worker(new URL('./pulse.ts', import.meta.url), {type: 'module'})
    pulse.onmessage = () => void beat()
    const elsewhere = (event: StorageEvent): void => {
      if (event.key === key) setState(wanted())
    }
    addEventListener('storage', elsewhere)
    return () => {
      pulse.terminate()
      removeEventListener('storage', elsewhere)
    }
  }, [beat, known, key, wanted])

  const setAvailable = useCallback((now: boolean) => {
    store(key, now)
    setState(now)
    void beat()
  }, [key, beat])
  const setKorean = useCallback((korean: boolean) => {
    const languages = korean ? ['zh', 'ko'] : ['zh']
    latest.current({languages})
    void beat({languages})
  }, [beat])
  const leave = useCallback(async () => {
    try {
      await send('POST', '/desk/presence', {available: false})
    } catch {
      // signing out goes on; the server notices the silence by itself
    }
  }, [])
  return {available, setAvailable, setKorean, known, leave}
}
