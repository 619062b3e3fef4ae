import type {RecordRow, ReviewRow} from '../types'

export type QueueRow = RecordRow & Partial<Pick<ReviewRow, 'submitted_at' | 'submitted_by' | 'waiting_days' | 'changed'>>

export function rowId(row: {kind: string; key: string; region: string}): string {
  return `${row.kind}/${row.key}/${row.region}`
}
