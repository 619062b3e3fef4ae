/** How many records and questions wait for somebody, beside the names of their pages. */
import {useEffect, useState} from 'react'
import {get} from '../shared/api'

const listeners = new Set<() => void>()

/** Something was submitted, approved, published or closed: count again. */
export function countAgain(): void {
  listeners.forEach(told => told())
}

/** Counted when a page is opened and when something changed; a failure shows no number. */
export function useWaiting(page: string): Record<string, number> {
  const [waiting, setWaiting] = useState<Record<string, number>>({})
  useEffect(() => {
    let abort = new AbortController()
    const count = (): void => {
      abort.abort()
      abort = new AbortController()
      for (const [name, path] of [['review', '/studio/review'], ['gaps', '/studio/gaps?state=open'], ['work', '/studio/work-items?state=open']] as const) {
        get<{rows: unknown[]}>(path, {}, abort.signal).then(({rows}) => setWaiting(former => ({...former, [name]: rows.length})), () => undefined)
      }
    }
    count()
    listeners.add(count)
    return () => {
      listeners.delete(count)
      abort.abort()
    }
  }, [page])
  return waiting
}
