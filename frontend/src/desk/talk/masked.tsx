/** Personal numbers stay covered; each look at one is written down. */
import {App} from 'antd'
import {Fragment, useState} from 'react'
import {send, sentenceOf} from '../../shared/api'

const TOKEN = /(〈[^〈〉:]+:[0-9a-f]{8}〉)/
const NAMED = /^〈([^:]+):/

/** The words of a covered text without the marks, for lists and titles. */
export function plain(text: string): string {
  return text.split(TOKEN).map(part => (NAMED.test(part) ? `〔${NAMED.exec(part)![1]}〕` : part)).join('')
}

/** `conversation` null: the numbers stay covered, this person has no right to them. */
export function MaskedText({text, conversation}: {text: string; conversation: string | null}) {
  return <>{text.split(TOKEN).map((part, index) => <Fragment key={index}>{NAMED.test(part) ? <Number token={part} conversation={conversation} /> : part}</Fragment>)}</>
}

function Number({token, conversation}: {token: string; conversation: string | null}) {
  const {message} = App.useApp()
  const [value, setValue] = useState<string | null>(null)
  const kind = NAMED.exec(token)![1]!
  const reveal = async (): Promise<void> => {
    try {
      setValue((await send<{value: string}>('POST', `/desk/conversations/${encodeURIComponent(conversation!)}/reveal`, {token})).value)
    } catch (error) {
      void message.warning(sentenceOf(error))
    }
  }
  if (value !== null) return <span className="number">{value}<small>（已记入审计）</small></span>
  return (
    <span className="number">
      {kind} ＊＊＊＊
      {conversation && <button type="button" className="link" onClick={() => void reveal()} title="显示后会记入审计">显示<span className="vh">{kind}，会记入审计</span></button>}
    </span>
  )
}
