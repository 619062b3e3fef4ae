import {useEffect, useRef, useState} from 'react'
import {Lifeline, UP, type Link, type Source} from './lifeline'

export interface Line {
  link: Link
  retryNow: () => void
}

/** Keep one stream open while the component is there; another `path` is another stream, none is none. */
export function useLifeline(path: string | null, source: Omit<Source, 'path' | 'link'>): Line {
  const [link, setLink] = useState(UP)
  const latest = useRef(source)
  latest.current = source
  const line = useRef<Lifeline | null>(null)
  useEffect(() => {
    setLink(UP)
    if (path === null) return undefined
    const opened = new Lifeline({
      path,
      refresh: signal => latest.current.refresh(signal),
      told: event => latest.current.told(event),
      after: latest.current.after ? () => latest.current.after!() : undefined,
      refused: error => latest.current.refused?.(error),
      link: setLink,
    })
    line.current = opened
    return () => opened.stop()
  }, [path])
  return {link, retryNow: () => line.current?.retryNow()}
}
