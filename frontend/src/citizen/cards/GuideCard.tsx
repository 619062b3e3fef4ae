/** 办事指南 in a fixed order: name, organ, tags, time limit, fee, documents, then folded the steps and the place, then one way on. */
import {useState} from 'react'
import {useFace} from '../frame/face'
import {Icon} from './icons'
import {OutsideLink, allowed} from '../frame/links'
import type {GuideRecord, Situation} from '../talk/contract'
import {address} from '../talk/server'
import {useFetched} from '../talk/useFetched'
import {useAllWords} from '../words/all'
import {useFurtherWords} from '../words/further'
import {Checklist, asMaterial} from './Checklist'
import {ExactList} from './ExactList'
import {OpensWhere} from './OnlineLinks'
import {SituationWizard} from './SituationWizard'
import {SourceChips} from './Sources'
import {wordsOf} from './values'

/** `asked` is the element of the question: its part stands open. */
export function GuideCard({item, asked}: {item: string; asked?: string | null}) {
  const words = useAllWords()
  const {settings} = useFace()
  const url = address(`/items/${encodeURIComponent(item)}`, {region: settings.region})
  const {value: guide, failed, again} = useFetched<GuideRecord>(url)
  if (failed) {
    return (
      <div className="card" role="alert">
        <p>{words.cardFailed}</p>
        <button type="button" className="button" onClick={again}>{words.retry}</button>
      </div>
    )
  }
  if (!guide) return <p className="card quiet">{words.searching}</p>
  return <Card guide={guide} asked={asked}/>
}

function Card({guide, asked}: {guide: GuideRecord; asked?: string | null}) {
  const words = useAllWords()
  const {promise, anticipate} = guide.time_limit
  if (guide.retired) return <Retired guide={guide}/>
  const starred = JSON.stringify([guide.time_limit, guide.fee, guide.materials]).includes('"certainty":"local"')
  return (
    <section className="card guide" aria-label={`${words.card}：${guide.name}`} lang="zh-CN">
      <h3>{guide.name}</h3>
      <p className="quiet">{guide.organ}{guide.local && ` · ${words.local(guide.local.place)}`}</p>
      {guide.tags.length > 0 && <p className="tags">{guide.tags.map(tag => <span key={tag}>{tag}</span>)}</p>}
      <dl>
        <div>
          <dt lang={words.code}>{words.limit}</dt>
          <dd>
            {words.promise} {wordsOf(promise, words.unsure)}
            {wordsOf(anticipate) && <><br/>{words.legal} {wordsOf(anticipate, words.unsure)}</>}
          </dd>
        </div>
        <div>
          <dt lang={words.code}>{words.fee}</dt>
          <dd>{wordsOf(guide.fee, words.unsure) || words.free}</dd>
        </div>
      </dl>
      <Materials guide={guide}/>
      {guide.process.length > 0 && (
        <details open={asked === 'process'}>
          <summary lang={words.code}>{words.process(guide.process.length)}</summary>
          <ol>{guide.process.map((step, index) => <li key={index}>{step}</li>)}</ol>
        </details>
      )}
      <details open={asked === 'location'}>
        <summary lang={words.code}>{words.place}</summary>
        <p>{guide.place}</p>
      </details>
      {starred && <p className="quiet" lang={words.code}>{words.starred}</p>}
      <SourceChips sources={guide.sources} quote={null}/>
      <Onward guide={guide}/>
      {guide.bookable && <Book guide={guide}/>}
    </section>
  )
}

/** Out of use: that it is, and what takes its place; never the old steps. */
function Retired({guide}: {guide: GuideRecord}) {
  const words = useAllWords()
  const {since, told, instead} = guide.retired!
  return (
    <section className="card guide" aria-label={`${words.card}：${guide.name}`} lang="zh-CN">
      <h3>{guide.name}</h3>
      <p className="warning" lang={words.code}>{words.retired(since)}</p>
      <p>{told}</p>
      {instead && <p>{instead}</p>}
      <SourceChips sources={guide.sources} quote={null}/>
    </section>
  )
}

function Materials({guide}: {guide: GuideRecord}) {
  const words = useAllWords()
  const [asking, setAsking] = useState(false)
  const [exact, setExact] = useState<Situation | null>(null)
  if (asking) {
    const found = (situation: Situation) => {
      setExact(situation)
      setAsking(false)
    }
    return <SituationWizard item={guide.id} onStop={() => setAsking(false)} onExact={found}/>
  }
  if (exact) {
    const further = exact.situations.map(({when, effect}) => `${when}：${effect}`)
    return (
      <ExactList
        item={guide.id} name={exact.handle_item?.name ?? ''} materials={exact.materials.map(asMaterial)} further={further}
        onAgain={() => setAsking(true)}
      />
    )
  }
  return (
    <>
      <Checklist item={guide.id} guide={guide.id} title={words.bring} materials={guide.materials}/>
      {guide.choices && (
        <button type="button" className="button wide" lang={words.code} onClick={() => setAsking(true)}>{words.fit}</button>
      )}
    </>
  )
}

/** A time at a window, where guide and halls take bookings. */
function Book({guide}: {guide: GuideRecord}) {
  const words = useFurtherWords()
  const {code} = useAllWords()
  const {open} = useFace()
  return (
    <button type="button" className="button wide" lang={code} onClick={() => open({what: 'booking', item: guide.id, title: guide.name})}>
      <Icon name="clock"/>{words.book}
    </button>
  )
}

/** Online where the guide says so (网办深度 III and IV), else the hall. */
function Onward({guide}: {guide: GuideRecord}) {
  const words = useAllWords()
  const {show, followed} = useFace()
  const url = /^(III|IV)/.test(wordsOf(guide.online.depth)) ? allowed(guide.online.url) : null
  if (!url) {
    return (
      <button type="button" className="button main wide" lang={words.code} onClick={() => show('guide')}>
        <Icon name="pin"/>{words.goHall}
      </button>
    )
  }
  return (
    <>
      <OutsideLink url={url} className="button main wide" onFollow={() => followed(guide.name)}>
        <Icon name="outside"/>{words.goOnline}
      </OutsideLink>
      <OpensWhere url={url}/>
    </>
  )
}
