import {useCallback, useEffect, useRef, useState} from 'react'
import {ApiError, get, sentenceOf} from './api'

export interface Job<T> {
  id: string
  kind: string
  state: 'running' | 'done' | 'failed'
  done: number
  total: number
  sentence: string
  result: T | null
}

export interface JobWatch<T> {
  job: Job<T> | null
  error: string | null
  running: boolean
  /** Start a job: `begin` makes it and gives its id. Resolves with the result, or with null when it failed. */
  start: (begin: () => Promise<{job: string}>) => Promise<T | null>
  clear: () => void
}

const pause = (milliseconds: number): Promise<void> => new Promise(resolve => setTimeout(resolve, milliseconds))

/** Work that the server does in the background, asked after until it ends. A lost connection is tried again for a minute. */
export function useJob<T>(): JobWatch<T> {
  const [job, setJob] = useState<Job<T> | null>(null)
  const [error, setError] = useState<string | null>(null)
  const [running, setRunning] = useState(false)
  const round = useRef(0)
  useEffect(() => () => void (round.current += 1), [])

  const start = useCallback(async (begin: () => Promise<{job: string}>): Promise<T | null> => {
    const mine = (round.current += 1)
    const current = (): boolean => round.current === mine
    setJob(null)
    setError(null)
    setRunning(true)
    let failures = 0
    try {
      const {job: id} = await begin()
      for (let wait = 300; current(); wait = Math.min(wait * 1.5, 2000)) {
        let seen: Job<T>
        try {
          seen = await get<Job<T>>(`/studio/jobs/${encodeURIComponent(id)}`)
          failures = 0
        } catch (failure) {
          failures += 1
          if (!(failure instanceof ApiError) || failure.status !== 0 || failures > 30) throw failure
          await pause(2000)
          continue
        }
        if (!current()) return null
        setJob(seen)
        if (seen.state === 'failed') setError(seen.sentence || '没有做成，请再试一次。')
        if (seen.state !== 'running') {
          setRunning(false)
          return seen.state === 'done' ? seen.result : null
        }
        await pause(wait)
      }
    } catch (failure) {
      if (current()) setError(sentenceOf(failure))
    }
    if (current()) setRunning(false)
    return null
  }, [])

  const clear = useCallback(() => {
    round.current += 1
    setJob(null)
    setError(null)
    setRunning(false)
  }, [])
  return {job, error, running, start, clear}
}
