/** Reading and changing content by path, without touching what was loaded and without losing what no editor knows. */
import type {Content} from '../types'

export type Path = readonly (string | number)[]

export function pathText(path: Path): string {
  return path.join('.')
}

export function getAt(value: unknown, path: Path): unknown {
  let here = value
  for (const step of path) {
    if (here === null || typeof here !== 'object') return undefined
    here = (here as Record<string | number, unknown>)[step]
  }
  return here
}

function changed(value: unknown, path: Path, next: unknown): unknown {
  const [step, ...rest] = path
  if (step === undefined) return next
  const copy: Record<string | number, unknown> | unknown[] = Array.isArray(value)
    ? [...value]
    : typeof step === 'number' && (value === null || value === undefined) ? [] : {...(value as object | null)}
  const holder = copy as Record<string | number, unknown>
  const inner = changed(holder[step], rest, next)
  // An undefined value means that the field is left out, which is not the same as null.
  if (inner === undefined && !Array.isArray(copy)) delete holder[step]
  else holder[step] = inner
  return copy
}

/** A copy with `next` at `path`; undefined removes the field. */
export function setAt(content: Content, path: Path, next: unknown): Content {
  return changed(content, path, next) as Content
}

/** Equality of JSON values; the order of keys does not count, the order of lists does. */
export function same(a: unknown, b: unknown): boolean {
  if (a === b) return true
  if (a === null || b === null || typeof a !== 'object' || typeof b !== 'object') return false
  if (Array.isArray(a) !== Array.isArray(b)) return false
  const left = Object.keys(a)
  const right = Object.keys(b)
  return left.length === right.length && left.every(key => Object.hasOwn(b, key) && same((a as Content)[key], (b as Content)[key]))
}

export function moved<T>(list: readonly T[], from: number, to: number): T[] {
  const copy = [...list]
  const [item] = copy.splice(from, 1)
  copy.splice(to, 0, item as T)
  return copy
}

export function without<T>(list: readonly T[], index: number): T[] {
  return list.filter((_, at) => at !== index)
}

export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : value === null || value === undefined ? '' : String(value)
}

export function linesOf(value: unknown): string[] {
  return Array.isArray(value) ? value.map(textOf) : []
}

export function objectsOf(value: unknown): Content[] {
  return Array.isArray(value) ? value.map(item => (item && typeof item === 'object' ? (item as Content) : {text: textOf(item)})) : []
}
