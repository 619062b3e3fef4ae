/** The words of the first screen and of the conversation's frame. What the server says is not among them. */
import type {LaterWords} from './zhLater'

export const zh = {
  code: 'zh-CN',
  title: '吉事办智能助手',
  skip: '跳到输入框',
  elder: '长辈版',
  standard: '标准版',
  more: '更多',
  modes: '使用方式',
  ask: ['智能', '问答'],
  search: ['智能', '搜索'],
  guide: ['智能', '导航'],
  region: '地区',
  allRegions: '全省',
  rate: '评价服务',
  reloadTold: '上次的对话已经结束，下面是新的对话。',
  restoring: '正在取回刚才的对话…',

  greeting: '您好，我是吉事办智能助手。要办什么事，直接说就行。',
  hot: '大家常办',
  privacy: '请不要发送完整的身份证号、银行卡号和密码。',
  machine: '回答由智能助手给出，并注明依据',
  people: '人工服务',
  hotline: '政务服务便民热线',

  log: '对话记录',
  me: '我说',
  bot: '助手说',
  staff: '工作人员说',
  staffName: (number: string) => `工号 ${number} 为您服务`,
  working: '正在核对办事指南…',
  slow: '让您久等了，这次查得有点慢。可以再等等，也可以转人工。',
  newMessages: (count: number) => `${count} 条新消息 ↓`,
  today: '今天',
  expand: '展开全文',
  fold: '收起',
  opens: '在新窗口打开',

  quick: '快捷问题',
  handOff: '转人工',
  status: '查办件进度',
  mine: '我的办件',
  halls: '附近办事大厅',
  materials: '要什么材料',
  cost: '多少钱',
  time: '多久能办好',
  where: '在哪办',
  online: '网上怎么办',
  label: '输入您要办的事',
  placeholders: {ask: '请输入您要办的事', search: '搜办事指南、政策、答问', guide: '要办什么事，告诉您去哪办'},
  leaveMessage: '请把问题一次说全，工作人员会看到',
  send: '发送',
  find: '查找',
  left: (count: number) => `还能输入 ${count} 字`,

  queued: '网络恢复后自动发送',
  failed: '没有发出去',
  resend: '重发',
  discard: '删除',
  offline: '网络断开了，没发出去的消息恢复后自动发送',
  reconnecting: '连接断开了，正在重新连接',
  seconds: (count: number) => `${count} 秒后再试`,
  retry: '立即重试',
  back: '网络已恢复',

  question: (number: number, left: number) => {
    if (left > 1) return `第 ${number} 题，最多还有 ${left} 题`
    return number > 1 ? `第 ${number} 题，最后一题` : '只问这一题'
  },

  handOffCancel: '不转了',
  closed: '本次服务已结束',
}

/** `later` is there in every language but Chinese, whose later words come with the cards. */
export type Words = typeof zh & {later?: LaterWords}
