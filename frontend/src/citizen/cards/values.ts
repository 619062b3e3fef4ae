/** Fields of a guide come as plain text or as a fact with its certainty; people read the text. */
export function wordsOf(value: unknown): string {
  if (typeof value === 'string') return value
  if (Array.isArray(value)) return value.map(wordsOf).filter(Boolean).join('；')
  if (value && typeof value === 'object') {
    const {text, fee_name: name, fee_stand: stand} = value as Record<string, unknown>
    return typeof text === 'string' ? text : [name, stand].filter(part => typeof part === 'string').join('：')
  }
  return ''
}
