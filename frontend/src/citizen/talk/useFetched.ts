/** Something the server is asked for once, when it is first shown. */
import {useEffect, useState} from 'react'
import {call} from './server'

const LONGEST_KEPT_MS = 300_000
const fetched = new Map<string, {value: unknown; at: number}>()

export interface Fetched<T> {
  value: T | null
  failed: boolean
  again: () => void
}

/** Fetch an address; null fetches nothing. `fresh` takes no answer from before. */
export function useFetched<T>(url: string | null, fresh = false): Fetched<T> {
  const [state, setState] = useState<{url: string | null; value: T | null; failed: boolean}>({url: null, value: null, failed: false})
  const [attempt, setAttempt] = useState(0)
  useEffect(() => {
    if (url === null) return
    const before = fetched.get(url)
    if (before && !fresh && Date.now() - before.at < LONGEST_KEPT_MS) {
      setState({url, value: before.value as T, failed: false})
      return
    }
    const own = new AbortController()
    setState({url, value: null, failed: false})
    call<T>(url, undefined, own.signal).then(
      value => {
        fetched.set(url, {value, at: Date.now()})
        if (!own.signal.aborted) setState({url, value, failed: false})
      },
      () => own.signal.aborted || setState({url, value: null, failed: true}),
    )
    return () => own.abort()
  }, [url, fresh, attempt])
  const own = state.url === url
  return {value: own ? state.value : null, failed: own && state.failed, again: () => setAttempt(attempt + 1)}
}
