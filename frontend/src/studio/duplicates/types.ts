export interface Side {
  kind: string
  id: string
  title: string
  text: string
}

export interface DuplicatePair {
  a: Side
  b: Side
  similarity: number
  /** How many pairs of questions are this like. */
  shared?: number
}

export interface Conflict {
  /** null: the guide's own plain answer. */
  qa: string | null
  qa_title: string
  guide: string
  guide_title: string
  numbers: {qa_says: string; guide_says: string; what: string}[]
  sentence: string
}
