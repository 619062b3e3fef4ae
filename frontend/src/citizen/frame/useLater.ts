/** The second part of the page, null until it is there. A failed attempt is repeated when `wish` changes. */
import {useEffect, useState} from 'react'

type Later = typeof import('../later')

let there: Later | null = null

export function useLater(wish?: unknown): Later | null {
  const [later, setLater] = useState(there)
  useEffect(() => {
    if (later) return
    import('../later').then(
      loaded => setLater((there = loaded)),
      () => undefined, // without it answers are plain text, and questions can still be asked
    )
  }, [wish])
  return later
}
