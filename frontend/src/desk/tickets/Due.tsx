import type {Ticket} from './types'

const OVER = ['已办结', '退单']

/** How many workdays are left; late in words and red. */
export function Due({ticket}: {ticket: Ticket}) {
  const {days_left: left, due_on: due, state} = ticket
  if (OVER.includes(state) || due === null) return null
  if (left === null) return <span>{due} 前办结</span>
  if (left < 0) return <span className="clock late">已超期 {-left} 个工作日</span>
  return <span className={left === 0 ? 'clock late' : 'clock'}>{left === 0 ? '今天到期' : `还有 ${left} 个工作日`}</span>
}
