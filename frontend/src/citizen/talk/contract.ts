/** What the server and this page say to each other. */
export type State = 'bot' | 'waiting' | 'human' | 'closed'

export interface Button {
  title: string
  payload: string
}

export interface Source {
  kind: 'guide' | 'qa' | 'policy'
  id: string
  title: string
  basis: string
  version: number
  valid_from: string | null
  retired?: string | null
}

export interface OnlineLink {
  title: string
  url: string
}

/** A document as a guide's record holds it. */
export interface RecordedMaterial {
  material_name: string
  form: string
  copies: number
  e_license_exempt: Exempt
  note: string | null
  certainty?: string
}

export type Exempt = 'yes' | 'no' | 'local'

export interface Hall {
  id: string
  name: string
  address: string
  phone: string | null
  hours: {weekdays: string; saturday?: string | null; sunday?: string | null}
  open: boolean
  opening?: string
  accessible?: boolean
  korean?: boolean
  sample?: boolean
}

export interface Block {
  type: string
  item?: string
  element?: string
  handle_item?: string
  items?: RecordedMaterial[]
}

/** The structured object of a reply. Which fields there are depends on `type`; a field that is missing is simply not shown. */
export interface Custom {
  type?: 'answer' | 'clarify' | 'reject' | 'status' | 'handoff' | 'link' | 'window' | 'rating' | 'redirect' | 'ask' | 'work_item'
  theme?: {id: string; title: string}
  sheet?: {what: 'booking' | 'certificates' | 'help'; item: string; title: string}
  related?: {id: string; name: string; why: string}[]
  item?: string | null
  element?: string | null
  slot?: string
  choice?: string
  answers?: Record<string, string>
  most_left?: number
  decision?: string
  set_region?: string
  blocks?: Block[]
  links?: OnlineLink[]
  sources?: Source[]
  handle_item?: {id: string; name: string} | null
  halls?: Hall[]
  region?: unknown
  level?: number | null
  about?: string
  found?: boolean
  stage?: string
  workdays_used?: number
  workdays_left?: number
  overdue?: boolean
  missing?: string[]
  in_service?: boolean
  hours?: string
  phone?: string
  place?: number | null
  wait_minutes?: number | null
  staff?: string
}

export interface Message {
  id: number
  sender: 'citizen' | 'bot' | 'staff'
  text: string
  buttons: Button[]
  custom: Custom
  at: string
  client_id?: string | null
}

export interface Turn {
  conversation: string
  state: State
  messages: Message[]
  last: number
}

/** 我的办件: one application. */
export interface MyApplication {
  number: string
  name: string
  region_name: string
  organ: string
  stage: string
  result: string | null
  workdays_used: number
  workdays_left: number
  overdue: boolean
  missing: {material: string; reason: string; due: string}[]
  next_step: string
  updated_on: string
  source: string
}

/** 一件事: several items with one list of documents. */
export interface ThemeRow {
  id: string
  name: string
  summary: string
  items: {id: string; name: string}[]
}

export interface ThemeRecord extends ThemeRow {
  materials: {
    name: string
    form: string
    copies: number
    exempt: Exempt
    certainty: string
    needed: boolean
    uses: {item: string; name: string; needed: boolean; when_text: string; note: string | null}[]
  }[]
  stages: {
    items: {id: string; name: string; organ: string; limit: {text: string; certainty: string}; after: {item: string; says: string}[]}[]
    longest: {name: string; text: string} | null
    unknown: string[]
  }[]
  fees: {name: string; fee_name: string; fee_stand: string; certainty: string}[]
  fees_text: string
  free: string[]
  unavailable: string[]
  sources: Source[]
}

export interface Region {
  id: string
  name: string
  parent: string | null
}

export interface Start {
  greeting: string
  hot: {title: string; text: string}[]
  privacy: string
  hours: {open: boolean; text: string}
  notice: {text: string; until: string | null} | null
  regions: Region[]
  service: string
  phone: string
}

export interface ResultRow {
  kind: 'guide' | 'qa' | 'policy'
  id: string
  item: string | null
  title: string
  summary: string
  element: string | null
}

export interface GuideMaterial {
  name: string
  form: string
  copies: number
  exempt: Exempt
  note: string | null
  when_text: string
  needed: boolean
  certainty?: string
}

export interface GuideRecord {
  id: string
  name: string
  organ: string
  tags: string[]
  time_limit: {promise: unknown; anticipate: unknown}
  fee: unknown
  materials: GuideMaterial[]
  process: string[]
  place: string
  online: {depth: unknown; url: string | null}
  sources: Source[]
  choices: boolean
  bookable?: boolean
  version: number
  valid_from: string | null
  local: {place: string; fields: string[]} | null
  retired?: {since: string; told: string; instead: string | null} | null
}

export interface Situation {
  answers: Record<string, string>
  next: {id: string; ask: string; options: {id: string; label: string}[]} | null
  most_left: number
  handle_item: {id: string; name: string} | null
  materials: RecordedMaterial[]
  situations: {when: string; effect: string}[]
}
