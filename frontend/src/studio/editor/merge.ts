/** Three versions of a record: what both started from, what the other person saved, and what was edited here. */
import type {Content} from '../types'
import {linesOf, same} from './content'

export type Side = 'theirs' | 'mine' | 'both'

export interface FieldMerge {
  /** The field, or field and key where a field holds lists by key. */
  path: [string] | [string, string]
  base: unknown
  theirs: unknown
  mine: unknown
  /** Set where only one of the two changed it. */
  settled: Side | null
  /** Lists of lines can take the additions and removals of both. */
  joinable: boolean
}

/** Fields whose entries are merged one by one. */
const BY_KEY = new Set(['questions', 'also_asks', 'entries', 'evidence'])

const isObject = (value: unknown): value is Content => !!value && typeof value === 'object' && !Array.isArray(value)
const isLines = (value: unknown): boolean => value === undefined || (Array.isArray(value) && value.every(line => typeof line === 'string'))

function compared(path: FieldMerge['path'], base: unknown, theirs: unknown, mine: unknown): FieldMerge | null {
  if (same(theirs, mine)) return null
  const settled = same(base, mine) ? 'theirs' : same(base, theirs) ? 'mine' : null
  return {path, base, theirs, mine, settled, joinable: [base, theirs, mine].every(isLines)}
}

/** Every field on which the other version and this one differ. */
export function differences(base: Content, theirs: Content, mine: Content): FieldMerge[] {
  const found: FieldMerge[] = []
  for (const name of new Set([...Object.keys(theirs), ...Object.keys(mine)])) {
    const [b, t, m] = [base[name], theirs[name], mine[name]]
    if (BY_KEY.has(name) && [t, m].every(isObject)) {
      const inner = isObject(b) ? b : {}
      for (const key of new Set([...Object.keys(t as Content), ...Object.keys(m as Content)])) {
        const one = compared([name, key], inner[key], (t as Content)[key], (m as Content)[key])
        if (one) found.push(one)
      }
    } else {
      const one = compared([name], b, t, m)
      if (one) found.push(one)
    }
  }
  return found
}

/** The lines of both, in the order of theirs: without what was removed here, and with what was added here behind the line it follows. */
export function joinedLines(base: unknown, theirs: unknown, mine: unknown): string[] {
  const [was, own] = [linesOf(base), linesOf(mine)]
  const result = linesOf(theirs).filter(line => own.includes(line) || !was.includes(line))
  own.forEach((line, at) => {
    if (was.includes(line) || result.includes(line)) return
    const before = own.slice(0, at).findLast(other => result.includes(other))
    result.splice(before === undefined ? 0 : result.indexOf(before) + 1, 0, line)
  })
  return result
}

function chosen(field: FieldMerge, side: Side): unknown {
  if (side === 'both') return joinedLines(field.base, field.theirs, field.mine)
  return side === 'mine' ? field.mine : field.theirs
}

/** Their version with the chosen values put in. */
export function merged(theirs: Content, fields: FieldMerge[], sides: Map<string, Side>): Content {
  const result: Content = {...theirs}
  for (const field of fields) {
    const value = chosen(field, sides.get(field.path.join('.'))!)
    const [name, key] = field.path
    if (key === undefined) {
      if (value === undefined) delete result[name]
      else result[name] = value
    } else {
      const inner: Content = {...(result[name] as Content | undefined)}
      if (value === undefined) delete inner[key]
      else inner[key] = value
      result[name] = inner
    }
  }
  return result
}
