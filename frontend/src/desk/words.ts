/** What codes are called at the desk. */
import type {Conversation} from './types'

const CHANNELS: Record<string, string> = {app: '吉事办 App', web: '网页', hotline: '12345 热线'}
const LANGUAGES: Record<string, string> = {zh: '中文', ko: '朝鲜语'}
const STATES: Record<string, string> = {bot: '智能助手在答', waiting: '等待接入', human: '人工接待中', closed: '已结束'}
const HANDOVERS: Record<string, string> = {
  asked: '市民要求人工', taken: '接入', transferred: '转派', received: '接手', taken_over: '主管接管', taken_from: '被主管接管', returned: '交回智能助手', lost: '坐席掉线，回到等待', closed: '结束',
  cancelled: '市民不等了', left: '市民离开', idle: '市民很久没有说话，会话结束',
}

export const channelName = (channel: string): string => CHANNELS[channel] ?? channel
export const languageName = (language: string): string => LANGUAGES[language] ?? language
export const stateName = (state: string): string => STATES[state] ?? state
export const handoverName = (kind: string): string => HANDOVERS[kind] ?? kind

/** Citizens have no names here; the end of the conversation's id tells two of them apart. */
export function citizenName(conversation: {id: string}): string {
  return `市民 ${conversation.id.replace(/[^0-9A-Za-z]/g, '').slice(-4).toUpperCase()}`
}

/** What must be known before the first word: each in words, none by colour alone. */
export function tagsOf(conversation: Conversation): {text: string; tone: string}[] {
  const tags: {text: string; tone: string}[] = []
  if (conversation.mood) tags.push({text: `情绪：${conversation.mood}`, tone: 'bad'})
  if (conversation.elder) tags.push({text: '长辈版', tone: 'good'})
  if (conversation.language && conversation.language !== 'zh') tags.push({text: languageName(conversation.language), tone: 'info'})
  return tags
}
