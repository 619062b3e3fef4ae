/** 相似问 by element: moving, renaming and removing keep `also_asks` in step, which repeats the wordings. */
import type {Content} from '../../types'
import {linesOf} from '../content'

export type ByElement = Record<string, string[]>

export function byElement(value: unknown): ByElement {
  return Object.fromEntries(Object.entries((value ?? {}) as Content).map(([element, lines]) => [element, linesOf(lines)]))
}

export interface Stored {
  questions: ByElement
  also: ByElement
}

const mapped = (lists: ByElement, change: (line: string) => string | null): ByElement =>
  Object.fromEntries(
    Object.entries(lists).map(([element, lines]) => [element, lines.map(change).filter((line): line is string => line !== null)] as const).filter(([, lines]) => lines.length > 0))

const isStored = (questions: ByElement, line: string): boolean => Object.values(questions).some(lines => lines.includes(line))

/** The lines of one element replaced, as a list editor hands them back. Renamed lines keep what they could also be taken for. */
export function withLines(stored: Stored, element: string, lines: string[]): Stored {
  const before = stored.questions[element] ?? []
  const questions = {...stored.questions, [element]: lines}
  if (!lines.length) delete questions[element]
  const renamed = before.length === lines.length ? before.findIndex((line, index) => line !== lines[index]) : -1
  const from = renamed >= 0 ? before[renamed]! : null
  const onlyOne = from !== null && before.every((line, index) => index === renamed || line === lines[index])
  const also = mapped(stored.also, line => {
    if (onlyOne && line === from && !isStored(questions, from)) return lines[renamed]!
    return isStored(questions, line) ? line : null
  })
  return {questions, also}
}

/** The elements a wording could as well be taken for. */
export function alsoOf(stored: Stored, line: string): string[] {
  return Object.entries(stored.also).filter(([, lines]) => lines.includes(line)).map(([element]) => element)
}

/** The wording stands under `main` and could be taken for `others`. */
export function classified(stored: Stored, line: string, from: string, main: string, others: string[]): Stored {
  const questions: ByElement = {...stored.questions}
  if (from !== main) {
    questions[from] = (questions[from] ?? []).filter(other => other !== line)
    if (!questions[from].length) delete questions[from]
    questions[main] = [...(questions[main] ?? []), line]
  }
  const also = mapped(stored.also, other => (other === line ? null : other))
  for (const element of others.filter(one => one !== main)) also[element] = [...(also[element] ?? []), line]
  return {questions, also}
}
