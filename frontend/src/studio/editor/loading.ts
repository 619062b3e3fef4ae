/** What an editor begins with: a stored record, a new one, or a local version not stored yet. */
import {ApiError, get} from '../../shared/api'
import {newId} from '../../shared/ids'
import {PROVINCE, type Address, type Content, type Kind, type KnowledgeRecord} from '../types'
import type {Vocabulary} from '../vocabulary'

export const NEW_KEY = '+'

export interface Opened {
  address: Address
  /** null: not stored yet. */
  record: KnowledgeRecord | null
  content: Content
  inherited: KnowledgeRecord['inherited']
  locked: string[]
}

export function recordPath(address: {kind: string; key: string}): string {
  return `/studio/records/${address.kind}/${encodeURIComponent(address.key)}`
}

const today = (now: Date): string => now.toLocaleDateString('sv-SE', {timeZone: 'Asia/Shanghai'})

/** A new record begins with what every record of its kind must have. */
function seed(kind: Kind, query: URLSearchParams, now: Date): Content {
  if (kind === 'qa') {
    return {
      id: `qa-${today(now).replaceAll('-', '')}-${newId().slice(-4)}`, question: query.get('question') ?? '', similar: [], answer: '', topic: '', audience: [], element: 'other', department: '',
      certainty: 'local', regions: [PROVINCE], valid_from: today(now), basis: [],
    }
  }
  if (kind === 'policy') return {id: 'policy-', title: '', document_number: null, organ: '', issued: null, region: PROVINCE, passages: []}
  if (kind === 'lexicon') return {entries: {}}
  const fact = {text: '', certainty: 'local'}
  return {
    id: '', version: 1, task_name: '', domain: '', aliases: [], dept_name: '', implementing_agency: '', task_type: '公共服务', server_type: ['自然人'],
    project_type: '承诺件', valid_from: today(now), region: PROVINCE, accept_condition: [], materials: [], handle_type: [], process: [],
    anticipate: fact, promise: fact, fees: [], transact_place: '', handle_area: fact, online_handle_depth: fact,
    limit_scene_num: fact, by_law: [], situations: [], plain: [], review_priority: 'medium', questions: {},
  }
}

/** What a local version departs from: the nearest level above that has a record. */
async function levelAbove(address: Address, words: Vocabulary, signal: AbortSignal): Promise<NonNullable<Opened['inherited']>> {
  for (let region = words.region(address.region)?.parent; region; region = words.region(region)?.parent) {
    try {
      const above = await get<KnowledgeRecord>(recordPath(address), {region}, signal)
      const own = above.published?.content ?? above.content
      return {region, region_name: words.regionName(region), content: {...above.inherited?.content, ...own}}
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 404) throw error
    }
  }
  throw new ApiError(404, `全省还没有“${address.key}”的指南，先建立全省的，再建立地方版本。`)
}

export async function open(address: Address, query: URLSearchParams, words: Vocabulary, now: Date, signal: AbortSignal): Promise<Opened> {
  if (address.key === NEW_KEY) return {address, record: null, content: seed(address.kind, query, now), inherited: null, locked: []}
  if (query.get('new') === '1') {
    const inherited = await levelAbove(address, words, signal)
    const locked = (words.fields.guide ?? []).filter(field => field.layer === 'catalog').map(field => field.name)
    return {address, record: null, content: {}, inherited, locked}
  }
  const record = await get<KnowledgeRecord>(recordPath(address), {region: address.region}, signal)
  return {address, record, content: record.content, inherited: record.inherited, locked: record.locked}
}
