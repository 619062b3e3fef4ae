/** What people ask next, one tap away. The way to a person stands in front of them and never scrolls out of sight. */
import {useSyncExternalStore} from 'react'
import {useFace} from '../frame/face'
import {Icon} from '../frame/icons'
import {known, watch} from '../talk/identity'
import {useWords} from '../words'

export function QuickReplies({item, begun}: {item: boolean; begun: boolean}) {
  const words = useWords()
  const {say, rate, open} = useFace()
  const named = useSyncExternalStore(watch, known)
  const next: [string, string][] = item
    ? [
      ['要什么材料', words.materials], ['多少钱', words.cost], ['多久能办好', words.time], ['在哪办', words.where],
      ['网上怎么办', words.online],
    ]
    : []
  const always: [string, string][] = [['查进度', words.status], ['附近的办事大厅', words.halls]]
  return (
    <nav className="quick" aria-label={words.quick}>
      <button type="button" className="hand-on" onClick={() => say('转人工', words.handOff)}>
        <Icon name="person" size={18}/>{words.handOff}
      </button>
      <div className="quick-rest">
        {named && <button type="button" onClick={() => open({what: 'mine'})}>{words.mine}</button>}
        {[...next, ...always].map(([text, title]) => <button key={text} type="button" onClick={() => say(text, title)}>{title}</button>)}
        {begun && <button type="button" onClick={rate}>{words.rate}</button>}
      </div>
    </nav>
  )
}
