/** The objects of /api/v1/desk, as the server sends them. */
export type State = 'bot' | 'waiting' | 'human' | 'closed'

export interface Colleague {
  account: string
  name: string
  number: string
}

export interface Conversation {
  id: string
  state: State
  region: string | null
  region_name: string | null
  language: string
  channel: string
  topic: string | null
  department: string | null
  mood: string | null
  operator: Colleague | null
  waiting_since: string | null
  taken_at: string | null
  last: {id: number; sender: Sender; text: string; at: string} | null
  unread: number
  elder: boolean
}

export type Sender = 'citizen' | 'bot' | 'staff'

export interface MeAtDesk extends Colleague {
  available: boolean
  languages: string[]
  supervisor: boolean
}

/** An answer of the bot that waits for an operator's word. */
export interface Held {
  id: number
  conversation: string
  question: string
  answer: string
  source: {title: string | null; basis: string | null}
  item_name: string | null
  region_name: string | null
  language: string
  left_ms: number
}

/** A conversation that a supervisor took from this operator. */
export interface TakenFromMe {
  conversation: string
  at: string
  by: string | null
  reason: string
}

export interface Overview {
  me: MeAtDesk
  /** The first of those who wait; `waiting_count` tells of all. */
  waiting: Conversation[]
  waiting_count: number
  /** Since when the last who came waits. */
  newest: string | null
  held: Held[]
  mine: Conversation[]
  others: Conversation[]
  others_count: number
  taken_from_me: TakenFromMe[]
  today: {taken: number; adoption: number | null; p50_ms: number | null}
  hours: {open: boolean; text: string}
  operators: (Colleague & {available: boolean; load: number})[]
}

export interface Message {
  id: number
  sender: Sender
  text: string
  buttons: {title: string; payload: string}[]
  custom: {type?: string; staff?: string; name?: string | null; sources?: {title: string}[]; ticket?: string; [other: string]: unknown}
  at: string
  client_id: string | null
}

export interface Handover {
  at: string
  kind: string
  name: string | null
  note: string | null
}

export interface Detail {
  conversation: Conversation
  messages: Message[]
  summary: {asked: string[]; answered: {question: string; item: string | null; title: string | null}[]; unsolved: string[]; turns: number}
  slots: {item: string | null; item_name: string | null; element: string | null; region: string | null; region_name: string | null}
  handovers: Handover[]
}

export interface Suggestion {
  key: string
  title: string
  item: string | null
  item_name: string | null
  element: string | null
  script: string
  /** How it goes on where it does not fit into a minute. */
  rest: string[]
  avoid: string[]
  confidence: number
  level: '高' | '中' | '低'
  source: {title: string; basis: string | null; version: number | null; valid_from: string | null} | null
  url: string | null
  changed: boolean
  utterance: string
}

export interface Ask {
  item: string
  choice: string
  question: string
  options: {id: string; label: string}[]
}

export interface Advice {
  text: string
  took_ms: number
  suggestions: Suggestion[]
  ask: Ask | null
  changes: {key: string; reason: string}[]
  redirect: {title: string; script: string} | null
}

export interface Call {
  call: string
  region?: string | null
  operator?: string | null
  started_at?: string | null
  last?: string | null
}

export interface Utterance {
  text: string
  speaker: 'citizen' | 'operator'
  type?: 'partial' | 'final' | 'end'
  at?: string
}
