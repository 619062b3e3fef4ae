/** Something of the person whom the platform has named: asked for anew each time, kept nowhere. */
import {useEffect, useState} from 'react'
import {CallError, call} from '../talk/server'

export interface Own<T> {
  value: T | null
  /** The server's sentence why not; '' when it was not reached. */
  problem: string | null
  again: () => void
}

/** `null` asks for nothing. */
export function useOwn<T>(url: string | null): Own<T> {
  const [value, setValue] = useState<T | null>(null)
  const [problem, setProblem] = useState<string | null>(null)
  const [attempt, setAttempt] = useState(0)
  useEffect(() => {
    if (url === null) return
    const own = new AbortController()
    setProblem(null)
    call<T>(url, undefined, own.signal).then(
      told => own.signal.aborted || setValue(told),
      (error: unknown) => own.signal.aborted || setProblem((error as CallError).told ?? ''),
    )
    return () => own.abort()
  }, [url, attempt])
  return {value, problem, again: () => setAttempt(attempt + 1)}
}
