/** Suggestions: searching, words of a caller typed by hand, and the cards. */
import {App, Button} from 'antd'
import {useEffect, useRef} from 'react'
import {sentenceOf} from '../../shared/api'
import {copyText} from '../../shared/copy'
import {useDesk} from '../desk'
import {command, useCommand} from '../keys/commands'
import {insert} from '../talk/drafts'
import {TYPED_CALL, useAdvice} from './advice'
import {AskCard} from './AskCard'
import type {Card} from './board'
import {Latency} from './Latency'
import {SearchBox} from './SearchBox'
import {SuggestionCard} from './SuggestionCard'
import {TypedBox} from './TypedBox'
import {tell, useOf, type Use} from './uses'

export function AdvicePane() {
  const {message} = App.useApp()
  const {overview, subject, find, show} = useDesk()
  const advice = useAdvice()
  const {board, searching} = advice
  const list = useRef<HTMLDivElement>(null)
  const row = subject?.kind === 'conversation' ? find(subject.id) : undefined
  const mine = row?.state === 'human' && row.operator?.account === overview.me.account
  const where = subject?.kind === 'conversation' ? {conversation: subject.id} : {call: subject?.id ?? TYPED_CALL}
  // On the telephone nothing is sent: the operator says it.
  const spoken = subject?.kind !== 'conversation'
  const useFor = (card: Card) => useOf(card, where, board.tookMs)

  const putWords = (title: string, words: string, use: Use | null = null): void => {
    insert(subject!.id, title, words, use)
    show('talk')
    setTimeout(() => command('reply'))
  }
  const putIn = (card: Card): void => {
    if (subject?.kind === 'conversation' && mine) {
      putWords(card.title, card.script, useFor(card))
    } else if (spoken) {
      tell(useFor(card), 'inserted').then(() => message.success('已记为采用，请照着说。'), error => message.warning(sentenceOf(error)))
    } else {
      void message.info('接入之后才能插入回复框，可以先复制。')
    }
  }
  // What does not fit into a minute goes behind the script; it is the same suggestion.
  const goOn = (card: Card): void => putWords(card.title, card.rest.join('\n'))
  const copy = async (card: Card): Promise<void> => {
    void ((await copyText(card.script)) ? message.success(`已复制“${card.title}”。`) : message.warning('没有复制成，请选中文字后按 Ctrl+C。'))
  }
  const nth = (which: number, act: (card: Card) => void): void => {
    const card = board.cards[which]
    if (card) act(card)
  }
  useCommand('insert', which => nth(which, putIn))
  useCommand('copy', which => nth(which, card => void copy(card)))

  // A hand on the cards: nothing may move under it.
  const release = (): void => {
    const box = list.current
    if (box && !box.matches(':hover') && !box.querySelector(':focus-visible')) {
      advice.hold(false)
      advice.takeNews()
    }
  }
  useEffect(() => () => advice.hold(false), [subject?.id])

  return (
    <section className="pane advice" aria-label="智能建议">
      <div className="pane-head"><h2>智能建议</h2><span className="muted small">{searching ? '搜索结果' : '随对话自动更新'}</span><span className="push" /><span className="small muted kept">{board.tookMs !== null && <Latency ms={board.tookMs} />}</span></div>
      <div className="scroll">
        <SearchBox />
        <TypedBox />
        {/* of one height, so that nothing moves when it has something to say */}
        <div className="news" role="status">
          {board.loading ? <span className="muted small">正在找建议…</span>
            : board.waiting ? <button type="button" className="link" onClick={() => { advice.hold(false); advice.takeNews() }}>有更新（{board.waiting.advice.suggestions.length} 条），点这里换上</button>
              : board.error ? <span className="row small">{board.error}<Button size="small" onClick={advice.again}>再试一次</Button></span>
                : board.utterance ? <span className="muted small">{board.cards.length ? `${board.cards.length} 条建议` : '没有建议'}</span> : null}
        </div>
        <div
          ref={list} className="cards" onPointerEnter={() => advice.hold(true)} onFocus={event => event.target.matches(':focus-visible') && advice.hold(true)}
          onPointerLeave={() => setTimeout(release)} onBlur={() => setTimeout(release)}
        >
          {board.redirect && <article className="advice-card redirect" aria-label={board.redirect.title}><h3>{board.redirect.title}</h3><p className="script">{board.redirect.script}</p>
            {mine && <p className="row"><Button size="small" onClick={() => putWords(board.redirect!.title, board.redirect!.script)}>插入</Button></p>}
          </article>}
          {board.cards.map((card, at) => (
            <SuggestionCard key={card.key} card={card} nth={at + 1} can={!!mine || spoken} spoken={spoken} onInsert={() => putIn(card)} onMore={mine ? () => goOn(card) : null} onCopy={() => void copy(card)} use={useFor(card)} />
          ))}
          {board.ask && <AskCard ask={board.ask} can={!!mine} onInsert={question => putWords('追问', question)} />}
        </div>
        {!board.loading && !board.error && !board.cards.length && !board.ask && !board.redirect && (
          <div className="notice">
            <p>{board.utterance ? '知识库里没有找到能用的答案，别凭印象回答。' : '市民说的话会在这里变成建议。也可以搜索知识库，或手动输入来电人的话。'}</p>
            {board.utterance && <p className="row"><Button onClick={() => command('search')}>换个说法搜一搜</Button></p>}
          </div>
        )}
      </div>
    </section>
  )
}
