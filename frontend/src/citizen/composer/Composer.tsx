/** The one box for all three modes. What is typed is kept over a reload. */
import {useLayoutEffect, useState, type KeyboardEvent, type RefObject} from 'react'
import {useFace} from '../frame/face'
import {useLater} from '../frame/useLater'
import {forget, keep, kept} from '../talk/kept'
import {useWords} from '../words'
import {identityIn} from './personalNumber'

const LONGEST = 500
const TELL_FROM = 400
const TALLEST_PX = 140

export function Composer({input, leaving, asksLast, onSent}: {
  input: RefObject<HTMLTextAreaElement | null>
  /** A message for the staff is being written. */
  leaving: boolean
  /** The conversation waits for the last four characters of a number. */
  asksLast: boolean
  onSent: (text: string) => void
}) {
  const words = useWords()
  const {mode, settings} = useFace()
  const [asking, setAsking] = useState<{text: string; last: string | null} | null>(null)
  const later = useLater(asking)
  const [text, setText] = useState(() => kept<string>('draft') ?? '')

  function write(typed: string): void {
    setText(typed)
    if (typed) keep('draft', typed)
    else forget('draft')
  }

  useLayoutEffect(() => {
    const box = input.current!
    box.style.height = 'auto'
    if (text) box.style.height = `${Math.min(box.scrollHeight + 3, TALLEST_PX)}px`
  }, [text, settings.size])

  function submit(): void {
    const said = text.trim()
    if (!said) return
    const number = identityIn(said)
    if (number) {
      setAsking({text: said, last: asksLast ? number.slice(-4) : null})
    } else {
      send(said)
    }
  }

  function send(said: string): void {
    setAsking(null)
    write('')
    onSent(said)
  }

  function onKey(event: KeyboardEvent): void {
    // While an input method composes, Enter takes its candidate; Safari says so only by the key code.
    if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing || event.keyCode === 229) return
    event.preventDefault()
    submit()
  }

  const left = LONGEST - text.length
  return (
    <form className="composer" onSubmit={event => (event.preventDefault(), submit())}>
      <label className="unseen" htmlFor="composer">{words.label}</label>
      <textarea
        id="composer" ref={input} rows={1} value={text} maxLength={LONGEST} enterKeyHint="send" autoComplete="off"
        placeholder={leaving ? words.leaveMessage : words.placeholders[mode]} aria-describedby="composer-left"
        onChange={event => write(event.currentTarget.value)} onKeyDown={onKey}
      />
      <button type="submit" className="send" disabled={!text.trim()}>{mode === 'ask' ? words.send : words.find}</button>
      <small id="composer-left" className={left <= LONGEST - TELL_FROM ? '' : 'unseen'}>{words.left(left)}</small>
      {later && asking && <later.NumberDialog {...asking} onSend={send} onClose={() => setAsking(null)}/>}
    </form>
  )
}
