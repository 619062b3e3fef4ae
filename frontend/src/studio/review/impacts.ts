/** The impact of each set of versions, kept while the window is open, so that looking elsewhere does not lose it. */
import {useCallback, useSyncExternalStore} from 'react'
import {send} from '../../shared/api'
import {useJob, type Job} from '../../shared/useJob'
import type {Impact} from '../types'
import {rowId, type QueueRow} from './types'

const known = new Map<string, Impact>()
const listeners = new Set<() => void>()

function keyOf(rows: QueueRow[]): string {
  return rows.map(row => `${rowId(row)}@${row.number}`).sort().join('|')
}

/** Something was published: every impact was measured against what is no longer there. */
export function forgetImpacts(): void {
  known.clear()
  listeners.forEach(told => told())
}

export interface ImpactWatch {
  impact: Impact | null
  job: Job<Impact> | null
  running: boolean
  error: string | null
  run: () => Promise<void>
}

export function useImpact(rows: QueueRow[]): ImpactWatch {
  const key = keyOf(rows)
  const {job, running, error, start} = useJob<Impact>()
  const impact = useSyncExternalStore(
    told => {
      listeners.add(told)
      return () => listeners.delete(told)
    },
    () => known.get(key) ?? null,
  )
  const run = useCallback(async () => {
    const result = await start(() => send('POST', '/studio/impact', {records: rows.map(({kind, key: name, region, number}) => ({kind, key: name, region, number}))}))
    if (!result) return
    known.set(key, result)
    listeners.forEach(told => told())
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [key, start])
  return {impact, job, running, error, run}
}
