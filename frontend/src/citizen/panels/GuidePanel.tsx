/** 智能导航: where to go for something, online or to a hall, and whether the hall is open. */
import {HallCards} from '../cards/HallCards'
import {useFace} from '../frame/face'
import {Icon} from '../cards/icons'
import type {Hall} from '../talk/contract'
import {address} from '../talk/server'
import {useFetched} from '../talk/useFetched'
import {useAllWords} from '../words/all'
import {Results} from './Results'
import {Unavailable} from './Unavailable'

export function GuidePanel({text}: {text: string}) {
  const words = useAllWords()
  const {settings, place, open} = useFace()
  return (
    <div className="panel" tabIndex={0} role="region" aria-label={words.guide.join('')}>
      {text ? <><h2 lang="zh-CN">{text}</h2><Results text={text} guidesOnly/></> : <p className="note">{words.guideHint}</p>}
      <h2>{words.hallsOf}{place && <span lang="zh-CN"> · {place}</span>}</h2>
      {settings.region
        ? <Halls region={settings.region}/>
        : (
          <>
            <p className="note">{words.pickRegion}</p>
            <button type="button" className="button main wide" onClick={() => open({what: 'region'})}>
              <Icon name="pin"/>{words.regionTitle}
            </button>
          </>
        )}
    </div>
  )
}

function Halls({region}: {region: string}) {
  const words = useAllWords()
  // Whether a hall is open is never told from memory.
  const {value, failed, again} = useFetched<{rows?: Hall[]; halls?: Hall[]}>(address('/halls', {region}), true)
  if (failed) return <Unavailable again={again}/>
  if (!value) return <p className="note">{words.searching}</p>
  const halls = value.rows ?? value.halls ?? []
  return halls.length ? <HallCards halls={halls}/> : <p className="note">{words.noHalls}</p>
}
