/** Word-level comparison of Chinese texts. */
import {diffArrays} from 'diff'

export interface Piece {
  kind: 'same' | 'added' | 'removed'
  text: string
}

const segmenter = 'Segmenter' in Intl ? new Intl.Segmenter('zh', {granularity: 'word'}) : null

/** Words as the browser's dictionary cuts them; numbers and Latin words stay whole. Old browsers compare by character. */
export function words(text: string): string[] {
  return segmenter ? [...segmenter.segment(text)].map(part => part.segment) : [...text]
}

export function compare(before: string, after: string): Piece[] {
  return diffArrays(words(before), words(after)).map(part => ({
    kind: part.added ? 'added' : part.removed ? 'removed' : 'same',
    text: part.value.join(''),
  }))
}
