/** After a link was followed: did it work? */
import {useState} from 'react'
import {useFace} from '../frame/face'
import {useAllWords} from '../words/all'

type Answer = 'yes' | 'no' | null

export function DidIt({title}: {title: string}) {
  const words = useAllWords()
  const {say, show, rate, followed} = useFace()
  const [answer, setAnswer] = useState<Answer>(null)
  const said = answer === 'yes' ? words.didItGood : answer === 'no' ? words.didItBad : words.didIt
  return (
    <section className="card did-it" data-turn="" aria-label={words.didIt} lang={words.code}>
      <p className="quiet" lang="zh-CN">{title}</p>
      <h3>{said}</h3>
      <div className="actions">
        {answer === null && (
          <>
            <button type="button" className="button" onClick={() => (setAnswer('yes'), rate())}>{words.didItYes}</button>
            <button type="button" className="button" onClick={() => setAnswer('no')}>{words.didItNo}</button>
            <button type="button" className="button" onClick={() => followed('')}>{words.didItLater}</button>
          </>
        )}
        {answer === 'no' && (
          <>
            <button type="button" className="button main" onClick={() => say('转人工', words.handOff)}>{words.handOff}</button>
            <button type="button" className="button" onClick={() => show('guide')}>{words.goHall}</button>
          </>
        )}
      </div>
    </section>
  )
}
