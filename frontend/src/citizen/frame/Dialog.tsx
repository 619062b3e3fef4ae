/** A sheet over the page: the browser's own dialog, which keeps the focus inside and gives it back. */
import {useEffect, useId, useRef, type ReactNode} from 'react'
import {useAllWords} from '../words/all'
import {Icon} from '../cards/icons'

export function Dialog({title, onClose, children}: {title: string; onClose: () => void; children: ReactNode}) {
  const words = useAllWords()
  const dialog = useRef<HTMLDialogElement>(null)
  const id = useId()
  useEffect(() => {
    const own = dialog.current!
    if (own.showModal) own.showModal()
    else own.setAttribute('open', '')
  }, [])
  return (
    <dialog
      ref={dialog} className="sheet" aria-labelledby={id} onClose={onClose}
      onClick={event => event.target === dialog.current && onClose()}
    >
      <div className="sheet-in">
        <div className="sheet-head">
          <h2 id={id}>{title}</h2>
          <button type="button" className="icon-button" aria-label={words.close} onClick={onClose}><Icon name="close"/></button>
        </div>
        {children}
      </div>
    </dialog>
  )
}
