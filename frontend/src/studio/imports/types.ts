import type {Kind} from '../types'

export interface ImportResult {
  import: string | number
  file: string
  format: string
  rows: number
  good: number
  wrong: {row: number; field: string; message: string}[]
  changes: {kind: Kind; key: string; title: string; change: 'new' | 'changed' | 'same'; missing?: string[]}[]
  not_understood: {where: string; text: string}[]
}
