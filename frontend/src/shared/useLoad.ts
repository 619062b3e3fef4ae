import {useCallback, useEffect, useRef, useState} from 'react'
import {sentenceOf} from './api'

export interface Loaded<T> {
  data: T | null
  error: string | null
  failure: unknown
  loading: boolean
  reload: () => void
  put: (data: T) => void
}

/** Load something and load it again when `keys` change. While loading anew the former data stay, so that nothing jumps. */
export function useLoad<T>(load: (signal: AbortSignal) => Promise<T>, keys: readonly unknown[]): Loaded<T> {
  const [state, setState] = useState<{data: T | null; failure: unknown; loading: boolean}>({data: null, failure: null, loading: true})
  const [round, setRound] = useState(0)
  const latest = useRef(load)
  latest.current = load
  useEffect(() => {
    const abort = new AbortController()
    setState(former => ({...former, loading: true}))
    latest.current(abort.signal).then(
      data => abort.signal.aborted || setState({data, failure: null, loading: false}),
      (failure: unknown) => abort.signal.aborted || setState(former => ({data: former.data, failure, loading: false})),
    )
    return () => abort.abort()
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [...keys, round])
  const reload = useCallback(() => setRound(former => former + 1), [])
  const put = useCallback((data: T) => setState({data, failure: null, loading: false}), [])
  return {...state, error: state.failure ? sentenceOf(state.failure) : null, reload, put}
}
