/** Which documents of a guide need not be brought, as the server knows today; of a person never kept, and asked anew when they change. */
import {useEffect, useState, useSyncExternalStore} from 'react'
import {useFace} from '../frame/face'
import {authorization, watch} from './identity'
import {address, call} from './server'

export interface Mark {
  material: string
  kind: 'held' | 'held_local' | 'expired' | 'shared'
  department: string
}

interface Marks {
  marks: Mark[]
  notes: string[]
}

const who = () => authorization().authorization ?? ''

/** Nothing while it is on its way, and where the server cannot say: what the guide itself says then stands alone. */
export function useMarks(guide: string | undefined): Marks | null {
  const {region} = useFace().settings
  const named = useSyncExternalStore(watch, who)
  const [marks, setMarks] = useState<Marks | null>(null)
  useEffect(() => {
    setMarks(null)
    if (!guide) return
    const own = new AbortController()
    call<Marks>(address(`/items/${encodeURIComponent(guide)}/marks`, {region}), undefined, own.signal).then(
      told => own.signal.aborted || setMarks(told),
      () => undefined,
    )
    return () => own.abort()
  }, [guide, region, named])
  return marks
}
