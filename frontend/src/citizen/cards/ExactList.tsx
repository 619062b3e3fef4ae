/** The exact list that answers have fixed, with what else is to be known in this case. */
import {useEffect, useRef} from 'react'
import {reveal} from '../frame/reveal'
import type {GuideMaterial} from '../talk/contract'
import {useAllWords} from '../words/all'
import {Checklist} from './Checklist'

export function ExactList({item, name, materials, further, onAgain}: {
  item: string; name: string; materials: GuideMaterial[]; further: string[]; onAgain?: () => void
}) {
  const words = useAllWords()
  const head = useRef<HTMLParagraphElement>(null)
  // It takes the place of the last question, which had the focus.
  useEffect(() => {
    if (onAgain) reveal(head.current)
  }, [])
  return (
    <div className="exact">
      <p className="exact-head" ref={head} tabIndex={-1}><b>{words.exact}</b>{name && <span>{name}</span>}</p>
      <Checklist item={item} guide={item} title={words.bring} materials={materials}/>
      {further.length > 0 && (
        <>
          <h4>{words.alsoKnow}</h4>
          <ul className="plain-list">{further.map(line => <li key={line}>{line}</li>)}</ul>
        </>
      )}
      {onAgain && <button type="button" className="text-button" onClick={onAgain}>{words.again}</button>}
    </div>
  )
}
