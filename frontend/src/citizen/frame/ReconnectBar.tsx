/** Told while the server cannot be reached: what happens to what was written, and a way to try at once. */
import {useEffect, useState} from 'react'
import type {Link} from '../talk/connection'
import {useWords} from '../words'
import {useFace} from './face'

/** A single failed attempt is mended within a second and not worth a word. */
const WORTH_TELLING = 2

export function ReconnectBar({link}: {link: Link}) {
  const words = useWords()
  const {talk, announce} = useFace()
  const [, tick] = useState(0)
  const broken = !link.up && (link.offline || link.failures >= WORTH_TELLING)
  const told = link.offline ? words.offline : words.reconnecting
  const [was, setWas] = useState(false)

  useEffect(() => {
    if (broken) announce(told)
    else if (was) announce(words.back)
    setWas(broken)
  }, [broken, told])

  useEffect(() => {
    if (!broken) return
    const clock = setInterval(() => tick(count => count + 1), 1000)
    return () => clearInterval(clock)
  }, [broken])

  if (!broken) return null
  const left = Math.max(0, Math.ceil((link.retryAt - Date.now()) / 1000))
  return (
    <section className="bar" aria-label={told}>
      <span>{told}{left > 0 && <small aria-hidden="true"> · {words.seconds(left)}</small>}</span>
      <button type="button" className="text-button" onClick={talk.retryNow}>{words.retry}</button>
    </section>
  )
}
