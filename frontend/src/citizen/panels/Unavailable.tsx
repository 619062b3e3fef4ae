/** What stands where the server did not answer: a sentence and another try. */
import {useAllWords} from '../words/all'

export function Unavailable({again}: {again: () => void}) {
  const words = useAllWords()
  return (
    <div className="note" role="alert">
      <p>{words.unavailable}</p>
      <button type="button" className="button" onClick={again}>{words.retry}</button>
    </div>
  )
}
