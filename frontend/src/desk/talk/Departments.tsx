/** Departments to choose from: those that the knowledge names, the one whose matter it is first. */
import {get} from '../../shared/api'
import {useLoad} from '../../shared/useLoad'

interface DepartmentsProps {
  /** What the input's `list` names. */
  id: string
  conversation?: string | null
  /** What stands in front of what the server suggests. */
  first?: string | null
}

export function Departments({id, conversation = null, first = null}: DepartmentsProps) {
  const {data} = useLoad(async signal => {
    type Told = {suggested: string | null; departments: string[]}
    // Whoever may not read the conversation any more still chooses from the list.
    return get<Told>('/desk/departments', {conversation}, signal).catch(() => get<Told>('/desk/departments', {}, signal))
  }, [conversation])
  const names = [...new Set([first, data?.suggested, ...(data?.departments ?? [])].filter((name): name is string => !!name))]
  return <datalist id={id}>{names.map(name => <option key={name} value={name} />)}</datalist>
}
