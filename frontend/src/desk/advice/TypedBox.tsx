import {Button} from 'antd'
import {useEffect, useRef, useState} from 'react'
import {useDesk} from '../desk'
import {useCommand} from '../keys/commands'
import {useAdvice} from './advice'

const PAUSE_MS = 500
/** Less than this says nothing yet. */
const SHORTEST = 4

/** A caller on a telephone that is not connected: the operator types what is heard, and suggestions come while typing. */
export function TypedBox() {
  const {type} = useAdvice()
  const {show} = useDesk()
  const [text, setText] = useState('')
  const field = useRef<HTMLTextAreaElement>(null)
  const timer = useRef(0)
  useCommand('phone', () => {
    show('advice')
    setTimeout(() => field.current?.focus())
  })
  useEffect(() => () => clearTimeout(timer.current), [])

  const change = (now: string): void => {
    setText(now)
    clearTimeout(timer.current)
    if (now.trim().length >= SHORTEST) timer.current = window.setTimeout(() => type(now.trim(), true), PAUSE_MS)
  }
  const submit = (): void => {
    clearTimeout(timer.current)
    if (text.trim()) type(text.trim(), false)
  }
  return (
    <form className="typed" onSubmit={event => { event.preventDefault(); submit() }}>
      <label htmlFor="phone-words" className="small muted">手动输入来电人的话</label>
      <textarea
        id="phone-words" ref={field} rows={1} maxLength={500} value={text} placeholder="边听边打，停一下就有建议；Enter 算说完一句" onChange={event => change(event.target.value)}
        onKeyDown={event => {
          if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing || event.keyCode === 229) return
          event.preventDefault()
          submit()
        }}
      />
      {text && <span className="row"><Button size="small" htmlType="submit">说完了，找建议</Button><Button size="small" type="text" onClick={() => { change(''); field.current?.focus() }}>下一句</Button></span>}
    </form>
  )
}
