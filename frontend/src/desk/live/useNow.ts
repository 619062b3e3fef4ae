/** The time, told to everybody who shows it once a second: one timer for all. */
import {useSyncExternalStore} from 'react'

let now = Date.now()
let timer = 0
const listeners = new Set<() => void>()

function subscribe(told: () => void): () => void {
  listeners.add(told)
  if (listeners.size === 1) {
    now = Date.now()
    timer = window.setInterval(() => {
      now = Date.now()
      listeners.forEach(one => one())
    }, 1000)
  }
  return () => {
    listeners.delete(told)
    if (!listeners.size) clearInterval(timer)
  }
}

/** Milliseconds since 1970. */
export function useNow(): number {
  return useSyncExternalStore(subscribe, () => now)
}

/** 01:12, 1:02:40. A clock of this computer that is behind shows zero, never less. */
export function elapsed(since: string, until: number): string {
  const seconds = Math.max(0, Math.floor((until - new Date(since).getTime()) / 1000))
  const two = (value: number): string => String(value).padStart(2, '0')
  const hours = Math.floor(seconds / 3600)
  return `${hours ? `${hours}:` : ''}${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`
}

/** 10:21 in China, wherever the computer thinks it is. */
export function clock(iso: string | number): string {
  return new Date(iso).toLocaleTimeString('zh-CN', {timeZone: 'Asia/Shanghai', hour: '2-digit', minute: '2-digit', hourCycle: 'h23'})
}

/** 11月22日 星期日 */
export function day(iso: string): string {
  return new Date(iso).toLocaleDateString('zh-CN', {timeZone: 'Asia/Shanghai', month: 'long', day: 'numeric', weekday: 'long'})
}
