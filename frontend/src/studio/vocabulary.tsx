/** The words of the knowledge: elements, states, labels, fields, regions. Loaded once after signing in. */
import {createContext, useContext, useMemo, type ReactNode} from 'react'
import {get} from '../shared/api'
import {Failure, Loading} from '../shared/notices'
import {useLoad} from '../shared/useLoad'
import {PROVINCE, type FieldSpec, type Region, type VocabularyData} from './types'

export interface Vocabulary extends VocabularyData {
  elementLabel: (id: string) => string
  stateLabel: (id: string) => string
  kindLabel: (id: string) => string
  certaintyLabel: (id: string) => string
  regionName: (id: string) => string
  region: (id: string) => Region | undefined
  field: (kind: string, name: string) => FieldSpec | undefined
  /** 省 and its parts in the order of the tree, with a full name for searching. */
  regionOptions: {value: string; label: string}[]
}

const VocabularyContext = createContext<Vocabulary | null>(null)

export function useVocabulary(): Vocabulary {
  const vocabulary = useContext(VocabularyContext)
  if (!vocabulary) throw new Error('useVocabulary needs WithVocabulary above it')
  return vocabulary
}

function lookup(rows: {id: string; label: string}[]): (id: string) => string {
  const labels = new Map(rows.map(row => [row.id, row.label]))
  return id => labels.get(id) ?? id
}

function inTreeOrder(regions: Region[]): {value: string; label: string}[] {
  const children = grouped(regions)
  const options: {value: string; label: string}[] = []
  const walk = (region: Region, above: string): void => {
    const name = above && region.parent !== PROVINCE ? `${above} ${region.name}` : region.name
    options.push({value: region.id, label: name})
    for (const child of children.get(region.id) ?? []) walk(child, name)
  }
  for (const root of regions.filter(region => !region.parent || !regions.some(other => other.id === region.parent))) walk(root, '')
  return options
}

function grouped(regions: Region[]): Map<string, Region[]> {
  const groups = new Map<string, Region[]>()
  for (const region of regions) groups.set(region.parent ?? '', [...(groups.get(region.parent ?? '') ?? []), region])
  return groups
}

export function WithVocabulary({children}: {children: ReactNode}) {
  const {data, error, reload} = useLoad(signal => get<VocabularyData>('/studio/vocabulary', {}, signal), [])
  const vocabulary = useMemo<Vocabulary | null>(() => {
    if (!data) return null
    const regions = new Map(data.regions.map(region => [region.id, region]))
    return {
      ...data,
      elementLabel: lookup(data.elements),
      stateLabel: lookup(data.states),
      kindLabel: lookup(data.kinds),
      certaintyLabel: lookup(data.certainties),
      region: id => regions.get(id),
      regionName: id => regions.get(id)?.name ?? id,
      field: (kind, name) => data.fields[kind]?.find(field => field.name === name),
      regionOptions: inTreeOrder(data.regions),
    }
  }, [data])
  if (vocabulary) return <VocabularyContext value={vocabulary}>{children}</VocabularyContext>
  return <main className="alone">{error ? <Failure sentence={error} again={reload} /> : <Loading what="词表" />}</main>
}
