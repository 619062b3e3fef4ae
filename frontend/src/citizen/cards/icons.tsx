/** Icons of cards and sheets, and the five faces of the rating. */
import {Drawing, PATHS} from '../frame/icons'

const ALL = {
  ...PATHS,
  close: 'M6 6l12 12M18 6L6 18',
  document: 'M6 3h8l4 4v14H6zM14 3v4h4M9 12h6M9 16h6',
  speaker: 'M4 9v6h4l5 4V5L8 9zM16 9a4 4 0 010 6M18.500 6.500a8 8 0 010 11',
  copy: 'M9 9h10v11H9zM5 15V4h10',
  check: 'M5 12l5 5L19 7',
  outside: 'M14 4h6v6M20 4l-9 9M18 14v6H4V6h6',
  clock: 'M12 4a8 8 0 100 16 8 8 0 000-16zM12 8v4l3 2',
}

export function Icon({name, size = 20}: {name: keyof typeof ALL; size?: number}) {
  return <Drawing d={ALL[name]} size={size}/>
}

const HEAD = 'M12 3a9 9 0 100 18 9 9 0 000-18zM9 10h.01M15 10h.01'
const MOUTHS = ['M7.5 13.5c1 4 8 4 9 0z', 'M8 14c1.5 2.5 6.5 2.5 8 0', 'M8.5 15h7', 'M8 16.5c1.5-2.5 6.5-2.5 8 0', 'M7.5 17c1-4 8-4 9 0']

/** From very pleased (0) to very displeased (4). */
export function FaceIcon({level}: {level: number}) {
  return <Drawing d={HEAD + MOUTHS[level]} size={30}/>
}
