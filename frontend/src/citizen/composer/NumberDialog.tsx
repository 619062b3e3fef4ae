/** Before an identity number is sent: it is hardly ever needed here. */
import {Dialog} from '../frame/Dialog'
import {useAllWords} from '../words/all'

export function NumberDialog({text, last, onSend, onClose}: {
  text: string; last: string | null; onSend: (text: string) => void; onClose: () => void
}) {
  const words = useAllWords()
  return (
    <Dialog title={words.numberTitle} onClose={onClose}>
      <p>{last ? words.numberLast : words.numberWhy}</p>
      <div className="stack">
        {last && <button type="button" className="button main wide" onClick={() => onSend(last)}>{words.numberSendLast(last)}</button>}
        <button type="button" className={`button wide ${last ? '' : 'main'}`} onClick={onClose}>{words.numberEdit}</button>
        <button type="button" className="button wide" onClick={() => onSend(text)}>{words.numberSend}</button>
      </div>
    </Dialog>
  )
}
