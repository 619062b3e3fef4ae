/** What the citizen may want next: at most three other items, each of which is asked for as if it had been written. */
import {useFace} from '../frame/face'
import type {Custom} from '../talk/contract'
import {useFurtherWords} from '../words/further'

export function Related({items}: {items: NonNullable<Custom['related']>}) {
  const title = useFurtherWords().related
  const {say} = useFace()
  return (
    <div className="related" role="group" aria-label={title}>
      <p className="quiet">{title}</p>
      {items.slice(0, 3).map(({id, name, why}) => (
        <button key={id} type="button" lang="zh-CN" onClick={() => say(`${name}怎么办`)}>{name}<small>{why}</small></button>
      ))}
    </div>
  )
}
