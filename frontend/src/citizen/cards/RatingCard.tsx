/** 好差评: five levels; the two bad ones ask for a reason. Once in a conversation, and never in the way of leaving. */
import {useId, useState} from 'react'
import {useFace} from '../frame/face'
import {Appeal} from './Appeal'
import {FaceIcon} from './icons'
import {keep, kept} from '../talk/kept'
import {useAllWords} from '../words/all'
import {zhLater} from '../words/zhLater'

const BAD = 3
const LONGEST_WORDS = 200

export function RatingCard() {
  const words = useAllWords()
  const {talk, announce} = useFace()
  const {conversation} = talk.current()
  const [level, setLevel] = useState(-1)
  const [reasons, setReasons] = useState<string[]>([])
  const [further, setFurther] = useState('')
  const [done, setDone] = useState(() => (kept<Record<string, string>>('rated') ?? {})[conversation ?? ''] ?? '')
  const [failed, setFailed] = useState(false)
  const id = useId()

  function tell(reason: string, on: boolean): void {
    setReasons(on ? [...reasons, reason] : reasons.filter(other => other !== reason))
  }

  async function send(): Promise<void> {
    setFailed(false)
    try {
      await talk.rate(5 - level, level >= BAD ? reasons : [], further.trim())
      const thanks = level >= BAD ? words.ratedBad : words.rated
      keep('rated', {...kept<Record<string, string>>('rated'), [conversation ?? '']: thanks})
      setDone(thanks)
      announce(thanks)
    } catch {
      setFailed(true)
    }
  }

  if (!conversation) return null
  if (done) return <div data-turn=""><p className="note">{done}</p><Appeal/></div>
  return (
    <section className="card rating" aria-labelledby={id} lang={words.code} data-turn="">
      <h3 id={id}>{words.rateTitle}</h3>
      <div role="radiogroup" aria-labelledby={id} className="levels">
        {words.levels.map((name, index) => (
          <label key={name} className={level === index ? 'on' : ''}>
            <input type="radio" name={id} checked={level === index} onChange={() => setLevel(index)}/>
            <FaceIcon level={index}/><span>{name}</span>
          </label>
        ))}
      </div>
      {level >= BAD && (
        <fieldset>
          <legend>{words.reasonsTitle}</legend>
          {words.reasons.map((reason, index) => {
            // Reasons are stored in one language, whatever language they are read in.
            const stored = zhLater.reasons[index]!
            return (
              <label key={reason} className="chip">
                <input
                  type="checkbox" checked={reasons.includes(stored)}
                  onChange={event => tell(stored, event.currentTarget.checked)}
                />
                <span>{reason}</span>
              </label>
            )
          })}
        </fieldset>
      )}
      {level >= 0 && (
        <>
          <label className="field">{words.furtherWords}
            <textarea rows={2} maxLength={LONGEST_WORDS} value={further} onChange={event => setFurther(event.currentTarget.value)}/>
          </label>
          {failed && <p role="alert" className="warning">{words.rateFailed}</p>}
          <button type="button" className="button main wide" disabled={level >= BAD && !reasons.length} onClick={() => void send()}>
            {words.rateSend}
          </button>
        </>
      )}
    </section>
  )
}
