import type {Kind} from '../types'

export interface WorkRow {
  id: number
  kind: 'rating' | 'appeal' | 'cannot'
  text: string
  stars: number | null
  item: string | null
  title: string | null
  region_name: string | null
  department: string | null
  state: 'open' | 'closed'
  opened_at: string
  waiting_days: number | null
  closed_at: string | null
  closed_by: string | null
  outcome: 'changed' | 'explained' | null
  reason: string
  changed: {kind: Kind; key: string; region: string; number: number} | null
}

export interface Replayed {
  id: number
  sender: 'citizen' | 'bot' | 'staff'
  text: string
  at: string
}

export interface WorkItem extends WorkRow {
  case: {failed?: {question: string; told: string}[]; answered?: {question: string; title: string | null}[]; turns?: number}
  versions: {records?: {kind: Kind; id: string; title: string; version: number}[]; knowledge?: string; index?: string; model?: string}
  messages: Replayed[]
}

export const KINDS = {rating: '差评', appeal: '申诉', cannot: '办不成事'}
export const OUTCOMES = {changed: '已改内容', explained: '已说明理由'}
