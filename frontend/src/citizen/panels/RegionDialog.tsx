/** Where the citizen is: prefectures first, their counties and zones below; or any of them by a few characters of its name. */
import {useState} from 'react'
import {Dialog} from '../frame/Dialog'
import {useFace} from '../frame/face'
import {useAllWords} from '../words/all'

export function RegionDialog({onClose}: {onClose: () => void}) {
  const words = useAllWords()
  const {start, settings, change} = useFace()
  const regions = start?.regions ?? []
  const own = regions.find(region => region.id === settings.region)
  const tops = regions.filter(region => !regions.some(other => other.id === region.parent))
  const [top, setTop] = useState(tops.some(region => region.id === own?.id) ? own!.id : (own?.parent ?? ''))
  const [looked, setLooked] = useState('')
  const found = looked ? regions.filter(region => region.name.includes(looked.trim())) : []

  function choose(region: string | null): void {
    change({region})
    onClose()
  }

  const button = (id: string | null, name: string) => (
    <button key={id} type="button" aria-pressed={settings.region === id} lang="zh-CN" onClick={() => choose(id)}>{name}</button>
  )
  return (
    <Dialog title={words.regionTitle} onClose={onClose}>
      <p className="quiet">{words.regionHint}</p>
      <label className="field">{words.regionFind}
        <input type="search" value={looked} autoComplete="off" onChange={event => setLooked(event.currentTarget.value)}/>
      </label>
      {looked
        ? <div className="choices">{found.map(region => button(region.id, region.name))}{!found.length && <p>{words.regionNone}</p>}</div>
        : (
          <>
            <div className="choices">{button(null, words.allRegions)}</div>
            {tops.map(prefecture => (
              <details key={prefecture.id} open={prefecture.id === top}>
                <summary lang="zh-CN" onClick={event => (event.preventDefault(), setTop(top === prefecture.id ? '' : prefecture.id))}>
                  {prefecture.name}
                </summary>
                <div className="choices">
                  {[prefecture, ...regions.filter(region => region.parent === prefecture.id)].map(region => button(region.id, region.name))}
                </div>
              </details>
            ))}
          </>
        )}
    </Dialog>
  )
}
