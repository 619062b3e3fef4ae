/** One record's editor: opens it, then lays out head, sections and findings. */
import {Button} from 'antd'
import type {ReactNode} from 'react'
import {ApiError} from '../../shared/api'
import {Empty, Failure, Loading} from '../../shared/notices'
import {at, type Place} from '../../shared/router'
import {useSession} from '../../shared/session'
import {useLoad} from '../../shared/useLoad'
import {PageHead} from '../PageHead'
import {PROVINCE, type Address, type Kind} from '../types'
import {useVocabulary} from '../vocabulary'
import {Editor} from './Editor'
import {GUIDE_SECTIONS} from './guide/sections'
import {LEXICON_SECTIONS} from './lexicon/sections'
import {open} from './loading'
import {POLICY_SECTIONS} from './policy/sections'
import {NearestPanel} from './qa/NearestPanel'
import {QA_SECTIONS} from './qa/sections'
import type {Section} from './Sections'
import {SourceSection} from './SourceSection'

const SOURCE: Section = {id: 'source', label: '源文本', fields: [], content: <SourceSection />}

const KINDS: Record<Kind, {sections: Section[]; aside?: ReactNode}> = {
  guide: {sections: [...GUIDE_SECTIONS, SOURCE]},
  qa: {sections: [...QA_SECTIONS, SOURCE], aside: <NearestPanel />},
  policy: {sections: [...POLICY_SECTIONS, SOURCE]},
  lexicon: {sections: [...LEXICON_SECTIONS, SOURCE]},
}

export default function EditorPage({place}: {place: Place}) {
  const words = useVocabulary()
  const {may} = useSession()
  const [, kind = '', key = ''] = place.parts
  const address: Address = {kind: kind as Kind, key, region: place.query.get('region') ?? PROVINCE}
  const known = KINDS[address.kind]
  const {data, error, failure, reload} = useLoad(signal => open(address, place.query, words, new Date(), signal), [kind, key, address.region, place.query.get('new')])

  if (!known) return <Failure sentence={`没有“${kind}”这一种记录。`}><Button href="#/records">回到知识库</Button></Failure>
  // Once stored, a new local version is opened anew as what it is now.
  if (data) return <Editor key={`${address.region}/${key}/${data.record ? 'stored' : 'new'}`} opened={data} sections={known.sections} aside={known.aside} />
  if (!error) return <Loading what="记录" />
  const missing = failure instanceof ApiError && failure.status === 404
  const next = (
    <>
      {missing && address.kind === 'guide' && address.region !== PROVINCE && may('editor', 'reviewer') && (
        <Button type="primary" href={at(place.parts, {region: address.region, new: 1})}>建立{words.regionName(address.region)}的地方版本</Button>
      )}
      <Button href="#/records">回到知识库</Button>
    </>
  )
  return (
    <>
      <PageHead title={missing ? '没有这条记录' : '没有打开'} note={`${words.kindLabel(kind)} · ${key}${address.region === PROVINCE ? '' : ` · ${words.regionName(address.region)}`}`} />
      {missing
        ? <Empty sentence={address.region === PROVINCE ? '可能已经改名，或还没有建立。' : `${words.regionName(address.region)}还没有自己的版本，现在用的是上级的内容。`}>{next}</Empty>
        : <Failure sentence={error} again={reload}>{next}</Failure>}
    </>
  )
}
