/** 智能搜索: a list of what there is, without a conversation. */
import {useAllWords} from '../words/all'
import {Results} from './Results'

export function SearchPanel({text}: {text: string}) {
  const words = useAllWords()
  return (
    <div className="panel" tabIndex={0} role="region" aria-label={words.search.join('')}>
      {text ? <><h2 lang="zh-CN">{text}</h2><Results text={text} guidesOnly={false}/></> : <p className="note">{words.searchHint}</p>}
    </div>
  )
}
