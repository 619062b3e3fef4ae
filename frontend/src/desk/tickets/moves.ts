/** What can be done with a ticket in each state, and what has to be said with it. The server decides; this only saves vain attempts. */
export type To = 'dispatch' | 'reply' | 'return' | 'supervise' | 'visit' | 'close'

export interface Move {
  to: To
  label: string
  /** What the words are for. */
  asks: string
  /** The words may be left out. */
  silent?: boolean
  also?: 'department' | 'result' | 'satisfaction'
  danger?: boolean
}

const MOVES: Record<To, Move> = {
  dispatch: {to: 'dispatch', label: '派遣', asks: '派遣意见（可不填）', silent: true, also: 'department'},
  reply: {to: 'reply', label: '答复', asks: '答复内容（市民会看到）', also: 'result'},
  return: {to: 'return', label: '退单', asks: '退单理由', danger: true},
  supervise: {to: 'supervise', label: '督办', asks: '督办意见'},
  visit: {to: 'visit', label: '回访', asks: '市民怎么说；没联系上的写明经过', silent: true, also: 'satisfaction'},
  close: {to: 'close', label: '结案', asks: '结案说明；没有回访的写明理由', silent: true, also: 'result'},
}

const ALLOWED: Record<string, To[]> = {
  待派遣: ['dispatch', 'supervise', 'return'],
  办理中: ['reply', 'dispatch', 'supervise', 'return'],
  已答复: ['visit'],
  待回访: ['visit', 'close', 'dispatch'],
  退单: ['dispatch', 'supervise', 'close'],
  已办结: [],
}

export const SATISFACTION = ['非常不满意', '不满意', '基本满意', '满意', '非常满意']

/** What somebody may do in a state; 督办 is for who supervises. */
export function movesIn(state: string, supervisor: boolean): Move[] {
  return (ALLOWED[state] ?? []).filter(to => supervisor || to !== 'supervise').map(to => MOVES[to])
}

const EVENTS: Record<string, string> = {created: '建立', edited: '修改', accepted: '已送达', 'push-failed': '没有送到', 'push-again': '再次送出', progress: '进展'}
const ACTORS: Record<string, string> = {system: '系统', citizen: '市民'}

export const eventName = (kind: string): string => MOVES[kind as To]?.label ?? EVENTS[kind] ?? kind
export const actorName = (actor: string): string => ACTORS[actor] ?? actor
