/** 情形条件: which answers to the guide's choices something belongs to. */
import type {Content} from '../types'
import {linesOf, objectsOf, textOf} from './content'

/** Choice → the options any of which fits; all choices of one conjunction must fit, one conjunction is enough. */
export type Conjunction = Record<string, string[]>

export interface ChoiceView {
  id: string
  ask: string
  options: {id: string; label: string}[]
}

export function choicesOf(content: Content): ChoiceView[] {
  return objectsOf(content.choices).map(choice => ({
    id: textOf(choice.id), ask: textOf(choice.ask),
    options: objectsOf(choice.options).map(option => ({id: textOf(option.id), label: textOf(option.label)})),
  }))
}

/** A condition may be written as one conjunction or as a list of them. */
export function readCondition(value: unknown): Conjunction[] {
  const list = Array.isArray(value) ? value : value && typeof value === 'object' ? [value] : []
  return list
    .filter((item): item is Content => !!item && typeof item === 'object')
    .map(item => Object.fromEntries(Object.entries(item).map(([choice, options]) => [choice, linesOf(options)])))
    .filter(item => Object.keys(item).length > 0)
}

/** In the form it was written in before, as long as that form can hold it. */
export function writeCondition(conjunctions: Conjunction[], before: unknown): unknown {
  if (!conjunctions.length) return undefined
  if (conjunctions.length === 1 && (before === undefined || !Array.isArray(before))) return conjunctions[0]
  return conjunctions
}

export function conditionText(value: unknown, choices: ChoiceView[]): string {
  const told = readCondition(value).map(conjunction =>
    Object.entries(conjunction).map(([id, options]) => {
      const choice = choices.find(one => one.id === id)
      const labels = options.map(option => choice?.options.find(one => one.id === option)?.label ?? option)
      return choice ? labels.join(' / ') : `${id}：${labels.join(' / ')}`
    }).join('，且'))
  return told.join('；或 ')
}

const HOLDERS = [['materials', 'when'], ['situations', 'applies'], ['handle_items', 'when'], ['choices', 'when']] as const

/** Every place whose condition names the choice, in words. */
export function usesOf(content: Content, choice: string, option?: string): string[] {
  const uses: string[] = []
  for (const [field, key] of HOLDERS) {
    for (const item of objectsOf(content[field])) {
      const named = readCondition(item[key]).some(one => choice in one && (option === undefined || one[choice]!.includes(option)))
      if (named) uses.push(textOf(item.material_name ?? item.name ?? item.ask ?? item.when))
    }
  }
  return uses
}

/** The content with every condition rewritten by `change`. */
function rewritten(content: Content, change: (conjunction: Conjunction) => Conjunction | null): Content {
  const copy: Content = {...content}
  for (const [field, key] of HOLDERS) {
    if (!Array.isArray(copy[field])) continue
    copy[field] = objectsOf(copy[field]).map(item => {
      const before = readCondition(item[key])
      if (!before.length) return item
      const after = before.map(change).filter((one): one is Conjunction => !!one && Object.keys(one).length > 0)
      const next: Content = {...item, [key]: writeCondition(after, item[key])}
      if (next[key] === undefined) delete next[key]
      return next
    })
  }
  return copy
}

const renamedKeys = (one: Conjunction, from: string, to: string): Conjunction =>
  Object.fromEntries(Object.entries(one).map(([id, options]) => [id === from ? to : id, options]))

/** A choice gets another id, here and wherever it is named. */
export function renameChoice(content: Content, from: string, to: string): Content {
  const next = rewritten(content, one => renamedKeys(one, from, to))
  return {...next, choices: objectsOf(next.choices).map(choice => (choice.id === from ? {...choice, id: to} : choice))}
}

export function renameOption(content: Content, choice: string, from: string, to: string): Content {
  const next = rewritten(content, one => (one[choice] ? {...one, [choice]: one[choice].map(id => (id === from ? to : id))} : one))
  return {
    ...next,
    choices: objectsOf(next.choices).map(item =>
      item.id === choice ? {...item, options: objectsOf(item.options).map(option => (option.id === from ? {...option, id: to} : option))} : item),
  }
}

/** Without the choice; conditions no longer ask for it. */
export function removeChoice(content: Content, choice: string): Content {
  const next = rewritten(content, one => Object.fromEntries(Object.entries(one).filter(([id]) => id !== choice)))
  return {...next, choices: objectsOf(next.choices).filter(item => item.id !== choice)}
}

/** Without the option; a conjunction that fitted this option alone can no longer hold and goes. */
export function removeOption(content: Content, choice: string, option: string): Content {
  const next = rewritten(content, one => {
    if (!one[choice]) return one
    const left = one[choice].filter(id => id !== option)
    return left.length ? {...one, [choice]: left} : null
  })
  return {
    ...next,
    choices: objectsOf(next.choices).map(item =>
      item.id === choice ? {...item, options: objectsOf(item.options).filter(one => one.id !== option)} : item),
  }
}
