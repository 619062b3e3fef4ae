/** Where an answer comes from: a chip behind it, and the sheet the chip opens. */
import {useFace} from '../frame/face'
import {Dialog} from '../frame/Dialog'
import {Icon} from './icons'
import type {GuideRecord, Source} from '../talk/contract'
import {address} from '../talk/server'
import {useFetched} from '../talk/useFetched'
import {useAllWords} from '../words/all'

export function SourceChips({sources, quote}: {sources: Source[]; quote: string | null}) {
  const words = useAllWords()
  const {open} = useFace()
  return (
    <p className="sources">
      {sources.map(source => (
        <button key={`${source.kind}/${source.id}`} type="button" onClick={() => open({what: 'source', source, quote})}>
          <Icon name="shield" size={16}/>
          <span><i lang={words.code}>{words.sources}</i> {source.title}</span>
          <Icon name="chevron" size={14}/>
        </button>
      ))}
    </p>
  )
}

export function SourceSheet({source, quote, onClose}: {source: Source; quote: string | null; onClose: () => void}) {
  const words = useAllWords()
  const {settings} = useFace()
  const url = source.kind === 'guide' ? address(`/items/${encodeURIComponent(source.id)}`, {region: settings.region}) : null
  const {value: guide} = useFetched<GuideRecord>(url)
  const facts: [string, string | null | undefined][] = [
    [words.document, source.basis],
    [words.organ, guide?.organ],
    [words.since, source.valid_from],
    [words.version, `${words.kinds[source.kind]} · ${words.versionIs(source.version)}`],
  ]
  return (
    <Dialog title={words.sourceTitle} onClose={onClose}>
      <h3 lang="zh-CN">{source.title}</h3>
      {source.retired && <p className="warning">{words.retired(source.retired)}</p>}
      {quote && <blockquote lang="zh-CN">“{quote}”</blockquote>}
      <dl>
        {facts.filter(([, value]) => value).map(([name, value]) => <div key={name}><dt>{name}</dt><dd lang="zh-CN">{value}</dd></div>)}
      </dl>
      <p className="quiet">{words.sourceNote}</p>
      <button type="button" className="button main wide" onClick={onClose}>{words.done}</button>
    </Dialog>
  )
}
