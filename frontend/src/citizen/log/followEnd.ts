/** Keep the newest words in sight, unless the citizen reads further up. */
import {useCallback, useEffect, useRef, useState, type RefObject} from 'react'

const NEAR_PX = 80
const MARGIN_PX = 8
const GLIDE_MS = 800

interface Following {
  list: RefObject<HTMLDivElement | null>
  content: RefObject<HTMLDivElement | null>
  onScroll: () => void
  /** Messages that came while the citizen read further up. */
  unread: number
  arrived: (count: number) => void
  toEnd: (glide?: boolean) => void
}

/** An answer longer than the screen is shown from its question on, not from its end: the place is the element marked `data-turn`. */
export function useFollowEnd(): Following {
  const list = useRef<HTMLDivElement>(null)
  const content = useRef<HTMLDivElement>(null)
  const following = useRef(true)
  const glidingUntil = useRef(0)
  const [unread, setUnread] = useState(0)

  const target = useCallback(() => {
    const box = list.current!
    const end = box.scrollHeight - box.clientHeight
    const turns = box.querySelectorAll<HTMLElement>('[data-turn]')
    const turn = turns[turns.length - 1]
    return turn ? Math.min(end, turn.offsetTop - MARGIN_PX) : 0 // nothing was said yet: the first screen from its top
  }, [])

  const follow = useCallback(() => {
    // Never scrollIntoView: in a frame it would move the page around this one.
    if (following.current) list.current!.scrollTop = target()
  }, [target])

  useEffect(() => {
    if (!('ResizeObserver' in window)) return
    const watch = new ResizeObserver(follow)
    watch.observe(content.current!)
    watch.observe(list.current!)
    return () => watch.disconnect()
  }, [follow])

  const onScroll = () => {
    if (Date.now() < glidingUntil.current) return
    const box = list.current!
    const toEnd = box.scrollHeight - box.clientHeight - box.scrollTop
    following.current = toEnd < NEAR_PX || Math.abs(box.scrollTop - target()) < 4
    if (toEnd < NEAR_PX) setUnread(0)
  }

  const arrived = useCallback((count: number) => {
    if (following.current) follow()
    else setUnread(before => before + count)
  }, [follow])

  const toEnd = useCallback((glide = false) => {
    following.current = true
    setUnread(0)
    const smooth = glide && !matchMedia('(prefers-reduced-motion: reduce)').matches
    glidingUntil.current = smooth ? Date.now() + GLIDE_MS : 0
    list.current!.scrollTo({top: target(), behavior: smooth ? 'smooth' : 'auto'})
  }, [target])

  return {list, content, onScroll, unread, arrived, toEnd}
}
