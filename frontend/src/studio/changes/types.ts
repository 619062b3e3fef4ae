export interface LibraryChange {
  id: string
  layer: string
  code: string
  name: string
  kind: string
  at: string | null
  problems: {row: number; field: string; message: string}[]
}

export interface TaskRow {
  id: number
  kind: 'review-list' | 'review-guide' | 'review-draft' | 'missing-guide' | 'refused'
  label: string
  title: string
  note: string
  guide: string | null
  region: string | null
  department: string | null
  draft: number | null
  due_on: string | null
  overdue: boolean
  republished_at: string | null
  state: 'open' | 'done'
  done_at: string | null
  done_by: string | null
  reason: string
  change: LibraryChange | null
}

/** What the list shows: what is open, what of it is late, or what was done. */
export type Shown = 'open' | 'late' | 'done'
