/** 省, 市 and 县 to choose from, as the citizens' page knows them. */
import {get} from '../../shared/api'
import {useLoad} from '../../shared/useLoad'

interface Region {
  id: string
  name: string
  parent: string | null
}

export function useRegions(): {value: string; label: string}[] {
  const {data} = useLoad(signal => get<{regions: Region[]}>('/start', {}, signal), [])
  if (!data) return []
  const byId = new Map(data.regions.map(region => [region.id, region]))
  return data.regions.map(region => {
    const above = region.parent ? byId.get(region.parent) : undefined
    return {value: region.id, label: above?.parent ? `${above.name} ${region.name}` : region.name}
  })
}
