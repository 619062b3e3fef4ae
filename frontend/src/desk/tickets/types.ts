/** 工单, as the server sends them. */
export const KINDS = ['咨询', '求助', '投诉', '举报', '建议'] as const
export const URGENCIES = ['一般', '紧急', '特急'] as const
export const RESULTS = ['解决', '部分解决', '未解决'] as const
export const STATES = ['待派遣', '办理中', '已答复', '待回访', '已办结', '退单'] as const

export interface TicketDraft {
  conversation: string | null
  channel?: string
  kind: string
  topics: string[]
  region: string | null
  address: string
  title: string
  description: string
  person: string
  contact: string
  confidential: boolean
  urgency: string
  department: string | null
}

export interface TicketEvent {
  at: string
  actor: string
  kind: string
  text: string
}

export interface Ticket extends TicketDraft {
  number: string
  state: string
  reply: string
  result: string | null
  /** How far it is on its way to the 12345 system. */
  push: {state: 'sent' | 'waiting' | 'failed'; error: string | null} | null
  satisfaction: number | null
  created_at: string
  due_on: string | null
  days_left: number | null
  outside_number: string | null
  edition: number
  events: TicketEvent[]
}
