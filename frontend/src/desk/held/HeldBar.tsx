/** 待核对: answers that citizens wait for, the one whose time ends first in front; one is open, and has the keys. */
import {App, Button, Input} from 'antd'
import {useEffect, useRef, useState} from 'react'
import {send, sentenceOf} from '../../shared/api'
import {useDesk} from '../desk'
import {useCommand} from '../keys/commands'
import {useNow} from '../live/useNow'
import {MaskedText} from '../talk/masked'
import type {Held} from '../types'
import {citizenName} from '../words'
import './held.css'

type Decision = 'approve' | 'edit' | 'refuse'

const DONE: Record<Decision, string> = {approve: '已采纳，答案发给市民了。', edit: '已发出您改过的答案。', refuse: '没有发这个答案，市民可以转人工。'}

export default function HeldBar({held}: {held: Held[]}) {
  const {message} = App.useApp()
  const {reload} = useDesk()
  const [chosen, choose] = useState<number | null>(null)
  const [words, setWords] = useState<string | null>(null)
  // The next one can be decided while the word on the one before is still on its way.
  const [sent, setSent] = useState<number | null>(null)
  const field = useRef<HTMLTextAreaElement>(null)
  const ends = useEnds(held)
  const one = held.find(each => each.id === chosen) ?? held[0]
  const mine = useRef(0)

  // Who is at one keeps it; only when it is decided or over comes the next.
  useEffect(() => {
    if (one?.id === chosen) return
    if (words !== null && chosen !== mine.current) void message.info('这个答案已经发给市民了，您正在改的话没有发出。')
    choose(one?.id ?? null)
    setWords(null)
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [one?.id, chosen])

  const decide = (decision: Decision): void => {
    if (!one || sent === one.id) return
    const {id} = one
    setSent(id)
    mine.current = id
    send('POST', `/desk/validations/${id}`, {decision, text: decision === 'edit' ? words : null})
      .then(() => message.success(DONE[decision]), error => message.warning(sentenceOf(error)))
      .finally(() => {
        setSent(former => (former === id ? null : former))
        reload()
      })
  }
  const mend = (): void => {
    if (!one) return
    setWords(former => former ?? one.answer)
    setTimeout(() => field.current?.focus())
  }
  useCommand('approve', () => decide('approve'))
  useCommand('mend', mend)
  useCommand('refuse', () => decide('refuse'))

  if (!one) return null
  const busy = sent === one.id
  return (
    <section className="held" aria-label="待核对的答案">
      <h2>待核对 {held.length}</h2>
      <ul>
        {held.map(each => each.id === one.id ? (
          <li key={each.id} className="held-one">
            <p className="held-head"><Left until={ends(each)} /><b><MaskedText text={each.question} conversation={null} /></b><span className="muted small">{aboutOf(each)}</span></p>
            {words === null
              ? <div className="held-answer words" tabIndex={0} role="region" aria-label="智能助手的答案">{each.answer}</div>
              : (
                <Input.TextArea
                  ref={input => { field.current = input?.resizableTextArea?.textArea ?? null }} aria-label="改成" value={words} maxLength={4000} autoSize={{minRows: 3, maxRows: 8}}
                  onChange={event => setWords(event.target.value)}
                  onKeyDown={event => { if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) { event.preventDefault(); decide('edit') } }}
                />
              )}
            <p className="source small">{each.source.title ? `来源：${each.source.title}${each.source.basis ? `（${each.source.basis}）` : ''}` : '没有写明来源'}</p>
            <p className="row">
              {words === null ? (
                <>
                  <Button type="primary" size="small" disabled={busy} onClick={() => decide('approve')}>采纳 <kbd className="keys">Alt C</kbd></Button>
                  <Button size="small" disabled={busy} onClick={mend}>改 <kbd className="keys">Alt G</kbd></Button>
                </>
              ) : (
                <>
                  <Button type="primary" size="small" disabled={busy || !words.trim()} onClick={() => decide('edit')}>发出改过的 <kbd className="keys">Ctrl Enter</kbd></Button>
                  <Button size="small" disabled={busy} onClick={() => setWords(null)}>不改了</Button>
                </>
              )}
              <Button size="small" danger disabled={busy} onClick={() => decide('refuse')}>不采纳 <kbd className="keys">Alt B</kbd></Button>
              <span className="muted small">时间到了会注明“未经人工核对”原样发出。</span>
            </p>
          </li>
        ) : (
          <li key={each.id}>
            <button type="button" className="held-other" onClick={() => { mine.current = each.id; choose(each.id); setWords(null) }}><Left until={ends(each)} /><span className="queue-text"><MaskedText text={each.question} conversation={null} /></span></button>
          </li>
        ))}
      </ul>
    </section>
  )
}

function aboutOf(one: Held): string {
  return [citizenName({id: one.conversation}), one.item_name, one.region_name].filter(Boolean).join(' · ')
}

/** When each is over by this computer's clock: said once, so that a later look does not lengthen it. */
function useEnds(held: Held[]): (one: Held) => number {
  const known = useRef(new Map<number, number>())
  for (const one of held) {
    const end = Date.now() + one.left_ms
    known.current.set(one.id, Math.min(known.current.get(one.id) ?? end, end))
  }
  return one => known.current.get(one.id) ?? 0
}

function Left({until}: {until: number}) {
  const seconds = Math.max(0, Math.ceil((until - useNow()) / 1000))
  return <span className={seconds <= 5 ? 'clock late' : 'clock'}>{seconds > 0 ? `还有 ${seconds} 秒` : '时间到'}</span>
}
