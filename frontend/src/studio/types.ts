/** The objects of /api/v1/studio, as the server sends them. */
export type Kind = 'guide' | 'qa' | 'policy' | 'lexicon'
export type State = 'draft' | 'submitted' | 'approved' | 'published' | 'superseded' | 'withdrawn' | 'discarded'
export type Severity = 'error' | 'warning' | 'advice'
export type Action = 'save' | 'submit' | 'approve' | 'send-back' | 'withdraw' | 'discard' | 'restore' | 'publish'

/** A record's content: the YAML form of the model. The editors change what they know and hand back everything else as it came. */
export type Content = Record<string, unknown>

export const PROVINCE = '220000'

export interface Address {
  kind: Kind
  key: string
  region: string
}

export interface Finding {
  rule: string
  severity: Severity
  path: string
  label: string
  message: string
  excerpt: string
  repair: {label: string} | null
}

export type LintCounts = Record<Severity, number>

export interface RecordRow extends Address {
  region_name: string
  title: string
  domain: string | null
  department: string | null
  state: State
  number: number
  published_number: number | null
  author_name: string
  updated_at: string
  lint: LintCounts
}

export interface KnowledgeRecord extends Address {
  title: string
  state: State
  number: number
  content: Content
  reason: string
  author: string
  author_name: string
  updated_at: string
  published: {number: number; content: Content; updated_at: string} | null
  lint: Finding[]
  /** What the reviewer said. */
  review_reason?: string | null
  /** The level above, for local overrides. */
  inherited: {region: string; region_name: string; content: Content} | null
  locked: string[]
  allowed: Action[]
}

export interface SaveConflict {
  detail: string
  by: string
  by_name: string
  at: string
  number: number
  content: Content
  base_content: Content | null
}

export interface RevisionRow {
  number: number
  state: State
  author_name: string
  created_at: string
  reason: string
  reviewer_name: string | null
  reviewed_at: string | null
  review_reason: string | null
  release: string | number | null
}

export interface ReviewRow extends RecordRow {
  submitted_at: string
  submitted_by: string
  waiting_days: number
  changed: string[]
}

export interface Told {
  decision: string
  id?: string | null
  item?: string | null
  title?: string | null
  element?: string | null
  text?: string | null
}

export interface Impact {
  impact: string | number
  base_release: string | number
  questions: number
  golden: {total: number; broken: GoldenCase[]; mended: GoldenCase[]}
  changed: ChangedAnswer[]
  changed_total: number
  by_kind: Record<string, number>
  stolen: Stolen[]
  lint_errors: number
  seconds: number
}

export interface GoldenCase {
  id: string
  text: string
  before: Told
  after: Told
}

export interface ChangedAnswer {
  text: string
  asked: number
  before: Told
  after: Told
  kind: 'decision' | 'owner' | 'element' | 'wording'
}

export interface Stolen {
  id: string
  title: string
  lost: number
  to: string
  to_title: string
  examples: string[]
}

export interface Release {
  id: string | number
  kind: 'seed' | 'publish' | 'rollback' | 'index' | 'scheduled'
  author_name: string
  created_at: string
  reason: string
  state: string
  snapshot: string | null
  changes: {kind: Kind; key: string; region: string; title: string; number: number}[]
  /** Where `changes` holds the first of many. */
  changes_total?: number
  impact: Record<string, unknown> | null
}

export interface Named {
  id: string
  label: string
}

export interface FieldSpec {
  name: string
  label: string
  layer: 'catalog' | 'implementation' | 'guide'
  type: string
}

export interface Region {
  id: string
  name: string
  level: string
  parent: string | null
}

export interface VocabularyData {
  elements: Named[]
  kinds: Named[]
  states: Named[]
  certainties: Named[]
  labels: Record<string, string[]>
  fields: Record<string, FieldSpec[]>
  domains: string[]
  topics?: string[]
  departments: string[]
  guides?: {id: string; title: string}[]
  regions: Region[]
}
