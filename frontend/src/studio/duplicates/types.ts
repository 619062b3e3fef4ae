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
}

export interface Conflict {
  qa: string
  qa_title: string
  guide: string
  guide_title: string
  numbers: {qa_says: string; guide_says: string; what: string}[]
  sentence: string
}
