interface Counts {
  asked: number
  answered: number
  refused: number
}

export interface Board extends Counts {
  days: number
  clarified: number
  rating: {count: number; mean: number | null; bad: number}
  by_day: (Counts & {day: string})[]
  by_domain: (Counts & {domain: string; guides: number; qa: number; bad: number})[]
  by_region: (Counts & {region: string; name: string})[]
  coverage: {guides: number; with_choices: number; with_local: number; qa: number; elements: {element: string; filled: number; total: number}[]}
  freshness: {bucket: string; count: number}[]
  lint: {error: number; warning: number; advice: number}
}
