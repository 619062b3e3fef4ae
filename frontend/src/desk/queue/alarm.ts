/** Somebody new waits, or an answer does: a tone, and a title that can be seen from another window. */
import {useEffect, useRef, useSyncExternalStore} from 'react'
import {readStored, store} from '../../shared/storage'
import type {Overview} from '../types'

const KEY = 'banshi.desk.muted'
const TITLE = '坐席工作台'
const FLASH_MS = 1000
const listeners = new Set<() => void>()
let quiet = readStored<boolean>(KEY) ?? false
let sound: AudioContext | null = null

// A browser lets a page sound only after it was touched.
function allow(): void {
  sound ??= new AudioContext()
  void sound.resume()
}
addEventListener('pointerdown', allow, {once: true})
addEventListener('keydown', allow, {once: true})

export const muted = (): boolean => quiet

export function setMuted(now: boolean): void {
  quiet = now
  store(KEY, now)
  listeners.forEach(told => told())
  if (!now) beep()
}

export function useMuted(): boolean {
  return useSyncExternalStore(told => {
    listeners.add(told)
    return () => listeners.delete(told)
  }, muted)
}

/** Two short tones, the second higher. */
function beep(): void {
  if (quiet || !sound) return
  const begin = sound.currentTime
  for (const [at, hertz] of [[0, 660], [0.18, 880]] as const) {
    const tone = sound.createOscillator()
    const volume = sound.createGain()
    tone.frequency.value = hertz
    volume.gain.setValueAtTime(0.0001, begin + at)
    volume.gain.exponentialRampToValueAtTime(0.2, begin + at + 0.02)
    volume.gain.exponentialRampToValueAtTime(0.0001, begin + at + 0.16)
    tone.connect(volume).connect(sound.destination)
    tone.start(begin + at)
    tone.stop(begin + at + 0.17)
  }
}

interface Known {
  count: number
  newest: string
  held: number
}

/** Sound and flash for whoever was not waiting before; the first look at the queue alarms nobody. */
export function useAlarm(overview: Overview): void {
  const known = useRef<Known | null>(null)
  const flashing = useRef(0)
  const {waiting_count: count} = overview
  const newest = overview.newest ?? ''
  const held = Math.max(0, ...overview.held.map(one => one.id))
  useEffect(() => {
    const before = known.current
    known.current = {count, newest: before && before.newest > newest ? before.newest : newest, held: Math.max(before?.held ?? 0, held)}
    const person = before !== null && (count > before.count || newest > before.newest)
    const answer = before !== null && held > before.held
    const fresh = person || answer
    const calm = count ? `（${count}）${TITLE}` : TITLE
    if (!fresh && ((count === 0 && !held) || !flashing.current)) {
      clearInterval(flashing.current)
      flashing.current = 0
      document.title = calm
      return
    }
    if (!fresh) return
    beep()
    clearInterval(flashing.current)
    let on = false
    const stop = (): void => {
      clearInterval(flashing.current)
      flashing.current = 0
      document.title = calm
    }
    const news = person ? '● 有新的转人工' : '● 有答案等您核对'
    document.title = news
    flashing.current = window.setInterval(() => {
      // Whoever looks at the page has seen it.
      if (document.hasFocus()) return stop()
      document.title = (on = !on) ? calm : news
    }, FLASH_MS)
  }, [count, newest, held])
  useEffect(() => () => clearInterval(flashing.current), [])
}
