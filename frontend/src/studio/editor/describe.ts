/** Any field's value as lines that people read: for inherited values, for merging and for comparing. */
import type {Content} from '../types'
import type {Vocabulary} from '../vocabulary'
import {choicesOf, conditionText, type ChoiceView} from './conditions'
import {linesOf, objectsOf, textOf} from './content'

const EXEMPT: Record<string, string> = {yes: '可用电子证照免交', no: '须提交', local: '电子证照免交各地不同'}
const PRIORITY: Record<string, string> = {high: '高', medium: '中', low: '低'}

type Describe = (value: unknown, words: Vocabulary, choices: ChoiceView[]) => string

const joined = (parts: (string | false | null | undefined)[], by = '；'): string => parts.filter(Boolean).join(by)

function fact(value: unknown, words: Vocabulary): string {
  const one = (value ?? {}) as Content
  const notes = joined([
    one.certainty ? words.certaintyLabel(textOf(one.certainty)) : '', one.basis ? `依据：${textOf(one.basis)}` : '',
    one.basis_checked === false && '依据待核',
  ])
  return textOf(one.text) + (notes ? `（${notes}）` : '')
}

function when(value: unknown, choices: ChoiceView[]): string {
  const text = conditionText(value, choices)
  return text && `情形：${text}`
}

const numbered = (lines: string[]): string => lines.map((line, index) => `${index + 1}. ${line}`).join('\n')

const GUIDE: Record<string, Describe> = {
  accept_condition: (value, words) => numbered(objectsOf(value).map(item => fact(item, words))),
  anticipate: (value, words) => fact(value, words),
  promise: (value, words) => fact(value, words),
  handle_area: (value, words) => fact(value, words),
  online_handle_depth: (value, words) => fact(value, words),
  limit_scene_num: (value, words) => fact(value, words),
  process: value => numbered(linesOf(value)),
  materials: (value, words, choices) => numbered(objectsOf(value).map(item => `${textOf(item.material_name)}（${joined([
    `${textOf(item.form)} ${textOf(item.copies)}份`, EXEMPT[textOf(item.e_license_exempt)] ?? textOf(item.e_license_exempt),
    words.certaintyLabel(textOf(item.certainty)), when(item.when, choices), textOf(item.note), rest(item, MATERIAL),
  ])}）`)),
  fees: (value, words) => numbered(objectsOf(value).map(item => `${textOf(item.fee_name)}：${textOf(item.fee_stand)}（${joined([
    words.certaintyLabel(textOf(item.certainty)), item.fee_basis ? `依据：${textOf(item.fee_basis)}` : '',
    item.basis_checked === false && '依据待核', rest(item, ['fee_name', 'fee_stand', 'certainty', 'fee_basis', 'basis_checked']),
  ])}）`)),
  situations: (value, words, choices) => numbered(objectsOf(value).map(item =>
    `${textOf(item.when)} → ${textOf(item.effect)}（${joined([words.certaintyLabel(textOf(item.certainty)), when(item.applies, choices)])}）`)),
  choices: (value, _words, choices) => numbered(objectsOf(value).map(item => joined([
    textOf(item.ask), ...objectsOf(item.options).map(option => `  · ${textOf(option.label)}（${joined([textOf(option.id), linesOf(option.words).join('、')])}）`),
    when(item.when, choices) && `  ${when(item.when, choices)}`,
  ], '\n'))),
  handle_items: (value, _words, choices) => numbered(objectsOf(value).map(item => joined([textOf(item.name), when(item.when, choices)]))),
  plain: (value, words) => objectsOf(value).map(item => `【${words.elementLabel(textOf(item.element))}】${textOf(item.text)}（${words.certaintyLabel(textOf(item.certainty))}）`).join('\n'),
  questions: (value, words) => byElement(value, words),
  also_asks: (value, words) => byElement(value, words),
  open_points: (value, words) => numbered(objectsOf(value).map(item =>
    textOf(item.text) + (linesOf(item.elements).length ? `（${linesOf(item.elements).map(words.elementLabel).join('、')}）` : '（整个事项）'))),
  review_priority: value => PRIORITY[textOf(value)] ?? textOf(value),
  region: (value, words) => words.regionName(textOf(value)),
}

const MATERIAL = ['material_name', 'form', 'copies', 'e_license_exempt', 'certainty', 'note', 'when']

const QA: Record<string, Describe> = {
  element: (value, words) => words.elementLabel(textOf(value)),
  certainty: (value, words) => words.certaintyLabel(textOf(value)),
  regions: (value, words) => linesOf(value).map(words.regionName).join('、'),
}

function byElement(value: unknown, words: Vocabulary): string {
  return Object.entries((value ?? {}) as Content).map(([element, lines]) => `【${words.elementLabel(element)}】\n${linesOf(lines).join('\n')}`).join('\n')
}

/** Fields of an item that no editor here knows are told all the same. */
function rest(item: Content, known: string[]): string {
  return joined(Object.entries(item).filter(([key, value]) => !known.includes(key) && value !== null && value !== undefined).map(([key, value]) => `${key}：${generic(value)}`))
}

export function generic(value: unknown): string {
  if (value === null || value === undefined || value === '') return ''
  if (typeof value === 'boolean') return value ? '是' : '否'
  if (Array.isArray(value)) return value.map(generic).join('\n')
  if (typeof value !== 'object') return String(value)
  const item = value as Content
  if (typeof item.text === 'string') return joined([item.text, rest(item, ['text'])], '；')
  return Object.entries(item).map(([key, inner]) => `${key}：${generic(inner).replaceAll('\n', '；')}`).join('\n')
}

/** `content` is where conditions look up their choices. */
export function describe(kind: string, name: string, value: unknown, content: Content, words: Vocabulary): string {
  if (value === null || value === undefined) return ''
  const known = (kind === 'guide' ? GUIDE : kind === 'qa' ? QA : {})[name]
  return known ? known(value, words, choicesOf(content)) : generic(value)
}
