/** What a key can set off. Whoever can do it says so while it is on the page. */
import {useEffect, useRef} from 'react'

export type Command = 'insert' | 'copy' | 'switch' | 'search' | 'send' | 'keys' | 'claim' | 'phone' | 'reply' | 'approve' | 'mend' | 'refuse'

const doers = new Map<Command, (which: number) => void>()

/** Set something off; false when nothing on the page can do it. */
export function command(name: Command, which = 0): boolean {
  const doer = doers.get(name)
  doer?.(which)
  return doer !== undefined
}

export function useCommand(name: Command, doer: (which: number) => void): void {
  const latest = useRef(doer)
  latest.current = doer
  useEffect(() => {
    const mine = (which: number): void => latest.current(which)
    doers.set(name, mine)
    return () => {
      if (doers.get(name) === mine) doers.delete(name)
    }
  }, [name])
}
