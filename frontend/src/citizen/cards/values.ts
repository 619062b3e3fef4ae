/** Fields of a guide as people read them: what differs by place carries an asterisk, what nobody checked says so. */
type Certainty = 'national' | 'local' | 'unsure'

interface Fact {
  text?: string
  fee_name?: string
  fee_stand?: string
  certainty?: Certainty
}

export function marked(text: string, certainty: string | undefined, unsure: string): string {
  return certainty === 'local' ? `${text}*` : certainty === 'unsure' ? `${text}（${unsure}）` : text
}

/** Plain text, a fact, or several of them. `unsure` is what follows a fact that nobody checked. */
export function wordsOf(value: unknown, unsure = ''): string {
  if (typeof value === 'string') return value
  if (Array.isArray(value)) return value.map(one => wordsOf(one, unsure)).filter(Boolean).join('；')
  if (!value || typeof value !== 'object') return ''
  const {text, fee_name: name, fee_stand: stand, certainty} = value as Fact
  return marked(text ?? [name, stand].filter(Boolean).join('：'), certainty, unsure)
}
