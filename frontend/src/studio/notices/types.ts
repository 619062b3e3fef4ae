export type Kind = 'banner' | 'off'

export interface NoticeRow {
  id: number
  kind: Kind
  text: string
  region: string | null
  region_name: string
  state: 'running' | 'planned' | 'over'
  starts_at: string
  ends_at: string | null
  created_by: string
  created_at: string
  ended_at: string | null
  ended_by: string | null
}

export const KINDS: {id: Kind; label: string; note: string}[] = [
  {id: 'banner', label: '公告', note: '会话上方一行字'},
  {id: 'off', label: '关停', note: '机器人停止回答'},
]
