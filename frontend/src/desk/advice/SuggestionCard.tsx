import {App, Button} from 'antd'
import {useState} from 'react'
import {sentenceOf} from '../../shared/api'
import {date} from '../../shared/times'
import {plain} from '../talk/masked'
import type {Card} from './board'
import {REASONS, tell, type Reason, type Use} from './uses'

/** Characters beyond which a card shows the beginning only, so that the next one stays in sight. */
const LONG = 130
const TONES = {高: 'good', 中: 'wait', 低: 'bad'} as const

interface CardProps {
  card: Card
  nth: number
  /** There is a reply to put it into. */
  can: boolean
  /** It is said, not sent. */
  spoken: boolean
  use: Use
  onInsert: () => void
  /** Put the rest in as well; null where there is no reply. */
  onMore: (() => void) | null
  onCopy: () => void
}

/** One suggestion: what to say, what not to say, where it is from, and what the operator makes of it. */
export function SuggestionCard({card, nth, can, spoken, use, onInsert, onMore, onCopy}: CardProps) {
  const {message} = App.useApp()
  const [open, setOpen] = useState(false)
  const long = card.script.length > LONG
  const [reporting, setReporting] = useState(false)
  const [told, setTold] = useState<string | null>(null)
  const judge = async (action: 'useful' | 'reported', reason?: Reason): Promise<void> => {
    setReporting(false)
    setTold(reason ? `已报错：${reason}` : '已记“有用”')
    try {
      await tell(use, action, reason ? {reason} : {})
    } catch (error) {
      setTold(null)
      void message.warning(sentenceOf(error))
    }
  }
  const {source} = card
  return (
    <article className={card.stale ? 'advice-card stale' : 'advice-card'} aria-label={`建议 ${nth}：${card.title}`}>
      <p className="card-head">
        <kbd className="keys">{nth}</kbd>
        <b>{card.title}</b>
        {card.changed && <span className="tag wait">昨日有更新</span>}
        <span className={`tag ${TONES[card.level] ?? ''}`}>可信度 {card.level}</span>
      </p>
      {card.utterance && <p className="utterance small muted">答“{plain(card.utterance)}”</p>}
      {card.stale && <p className="small stale-why">{card.stale}</p>}
      <p className={long && !open ? 'script clamped' : 'script'}>{card.script}</p>
      {long && <button type="button" className="link small more" aria-expanded={open} onClick={() => setOpen(!open)}>{open ? '收起' : '看全部'}</button>}
      {card.rest?.length > 0 && (
        <details className="rest">
          <summary>还可以接着说（{card.rest.length} 段）</summary>
          {card.rest.map((part, at) => <p key={at} className="script">{part}</p>)}
          {onMore && <Button size="small" onClick={onMore}>这些也插入</Button>}
        </details>
      )}
      {card.avoid.length > 0 && <p className="avoid"><b>不要这样说：</b>{card.avoid.join('；')}</p>}
      {source && (
        <p className="source small">
          {[source.basis || source.title, source.version !== null ? `第 ${source.version} 版` : '', source.valid_from ? `${date(source.valid_from)} 起` : ''].filter(Boolean).join(' · ')}
          {card.url && <> <a href={card.url} target="_blank" rel="noreferrer">查看原文<span className="vh">（新窗口）</span></a></>}
        </p>
      )}
      <div className="card-foot">
        {reporting ? (
          <span className="row" role="group" aria-label="哪里不对">
            {REASONS.map((reason, at) => <Button key={reason} size="small" danger autoFocus={at === 0} onClick={() => void judge('reported', reason)}>{reason}</Button>)}
            <Button size="small" type="text" onClick={() => setReporting(false)}>取消</Button>
          </span>
        ) : (
          <>
            <Button size="small" type={nth === 1 && can && !card.stale ? 'primary' : 'default'} onClick={onInsert} aria-keyshortcuts={nth <= 3 ? `Alt+${nth}` : undefined}>{spoken ? '采用' : '插入'}{nth <= 3 && <kbd className="keys">Alt {nth}</kbd>}</Button>
            <Button size="small" onClick={onCopy}>复制</Button>
            <span className="push" />
            {told ? <span className="small muted" role="status">{told}</span> : (
              <>
                <Button size="small" type="text" onClick={() => void judge('useful')}>有用</Button>
                <Button size="small" type="text" onClick={() => setReporting(true)}>报错</Button>
              </>
            )}
          </>
        )}
      </div>
    </article>
  )
}
