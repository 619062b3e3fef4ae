/** The impact of each set of versions, kept while the window is open, so that looking elsewhere does not lose it. */
import {useCallback, useEffect, useSyncExternalStore} from 'react'
import {send} from '../../shared/api'
import {useJob, type Job} from '../../shared/useJob'
import type {Impact} from '../types'
import {rowId, type QueueRow} from './types'

const known = new Map<string, Impact>()
/** Jobs that were begun and not seen to their end; one comes back to them. */
const begun = new Map<string, string>()
const listeners = new Set<() => void>()

function keyOf(rows: QueueRow[]): string {
  return rows.map(row => `${rowId(row)}@${row.number}`).sort().join('|')
}

/** Something was published: every impact was measured against what is no longer there. */
export function forgetImpacts(): void {
  known.clear()
  begun.clear()
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
  const {job, running, error, start, clear} = useJob<Impact>()
  const impact = useSyncExternalStore(
    told => {
      listeners.add(told)
      return () => listeners.delete(told)
    },
    () => known.get(key) ?? null,
  )
  const follow = useCallback(async (of: string, begin: () => Promise<{job: string}>): Promise<void> => {
    const result = await start(begin)
    if (!result) return
    begun.delete(of)
    known.set(of, result)
    listeners.forEach(told => told())
  }, [start])

  const run = useCallback(async () => {
    const records = rows.map(({kind, key: name, region, number}) => ({kind, key: name, region, number}))
    begun.delete(key)
    await follow(key, async () => {
      const job = await send<{job: string}>('POST', '/studio/impact', {records})
      begun.set(key, job.job)
      return job
    })
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [key, start])

  useEffect(() => {
    clear()
    const going = begun.get(key)
    if (going && !known.has(key)) void follow(key, () => Promise.resolve({job: going}))
  }, [key, clear, follow])
  return {impact, job, running, error, run}
}
