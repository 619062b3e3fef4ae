/** What differs between two contents, in lines that people read, and which line became which. */
import {diffArrays} from 'diff'
import {words as wordsOf} from '../../shared/chineseDiff'
import {same} from '../editor/content'
import {describe} from '../editor/describe'
import type {Content} from '../types'
import type {Vocabulary} from '../vocabulary'

/** One line before and after; null where it is not there. */
export interface LineChange {
  before: string | null
  after: string | null
}

export interface FieldDelta {
  name: string
  label: string
  /** Changed lines, with a number for every run of lines that stayed. */
  lines: (LineChange | number)[]
}

/** Fields that hold lists by element or by word are compared entry by entry. */
const BY_KEY = new Set(['questions', 'also_asks', 'entries', 'evidence'])
const LIKE = 0.35

const isObject = (value: unknown): value is Content => !!value && typeof value === 'object' && !Array.isArray(value)

/** Numbers in front of lines only say where a line stands; a line that moved down is still the same line. */
const linesOf = (text: string): string[] => (text ? text.split('\n').map(line => line.replace(/^\d+\. /, '')) : [])

/** The share of words that two lines have in common. */
function likeness(a: string, b: string): number {
  const [x, y] = [wordsOf(a), wordsOf(b)]
  const rest = [...y]
  let common = 0
  for (const word of x) {
    const at = rest.indexOf(word)
    if (at < 0) continue
    rest.splice(at, 1)
    common += 1
  }
  return (2 * common) / Math.max(1, x.length + y.length)
}

/** Removed and added lines of one place, the likest pairs together, in the order of the later text. */
function paired(removed: string[], added: string[]): LineChange[] {
  const left = [...removed]
  const changes: LineChange[] = added.map(line => {
    const best = left.map((other, at) => ({at, like: likeness(other, line)})).sort((a, b) => b.like - a.like)[0]
    if (!best || best.like < LIKE) return {before: null, after: line}
    return {before: left.splice(best.at, 1)[0]!, after: line}
  })
  return [...left.map(line => ({before: line, after: null})), ...changes]
}

export function lineChanges(before: string, after: string): (LineChange | number)[] {
  const found: (LineChange | number)[] = []
  let removed: string[] = []
  let added: string[] = []
  const flush = (): void => {
    found.push(...paired(removed, added))
    removed = []
    added = []
  }
  for (const part of diffArrays(linesOf(before), linesOf(after))) {
    if (part.removed) removed.push(...part.value)
    else if (part.added) added.push(...part.value)
    else {
      flush()
      found.push(part.value.length)
    }
  }
  flush()
  return found
}

/**
 * @param around content that conditions look their choices up in, for a local version the level above; `before` and `after` lie over it.
 */
export function contentChanges(kind: string, before: Content, after: Content, around: Content, words: Vocabulary): FieldDelta[] {
  const found: FieldDelta[] = []
  const [was, becomes] = [{...around, ...before}, {...around, ...after}]
  const add = (name: string, label: string, a: unknown, b: unknown): void => {
    if (same(a, b)) return
    const lines = lineChanges(describe(kind, name, a, was, words), describe(kind, name, b, becomes, words))
    if (lines.some(line => typeof line !== 'number')) found.push({name: `${name}${label}`, label, lines})
    // What the words do not tell apart is told at least as a change.
    else found.push({name: `${name}${label}`, label, lines: [{before: JSON.stringify(a), after: JSON.stringify(b)}]})
  }
  for (const name of new Set([...Object.keys(after), ...Object.keys(before)])) {
    const label = words.field(kind, name)?.label ?? name
    const [a, b] = [before[name], after[name]]
    if (BY_KEY.has(name) && isObject(a ?? {}) && isObject(b ?? {})) {
      const [x, y] = [(a ?? {}) as Content, (b ?? {}) as Content]
      for (const key of new Set([...Object.keys(y), ...Object.keys(x)])) add(name, `${label} · ${words.elementLabel(key)}`, only(x, key), only(y, key))
    } else {
      add(name, label, a, b)
    }
  }
  return found
}

/** One entry as a field of its own, so that it is described as its field is. */
function only(value: Content, key: string): Content | undefined {
  return key in value ? {[key]: value[key]} : undefined
}
