/** What a message says: a pressed button is stored as its payload, which is nothing to read. */
import type {Message} from '../types'

const PRESSED = '〔点了一个选项〕'
const ASKS_FOR_PERSON = /^(转|找|要|接)?(一下)?人工(客服|服务|坐席)?[吧啊。！]?$/

export function saidIn(message: Message, before: readonly Message[]): string {
  if (message.sender !== 'citizen' || !message.text.startsWith('/')) return message.text
  const buttons = before.findLast(one => one.sender === 'bot' && one.buttons.length > 0)?.buttons ?? []
  return buttons.find(button => button.payload === message.text)?.title ?? PRESSED
}

/** The citizen's newest words that want an answer: to ask for a person is none of them. */
export function lastQuestion(messages: readonly Message[]): {id: number; text: string} | null {
  for (let at = messages.length - 1; at >= 0; at--) {
    const message = messages[at]!
    if (message.sender !== 'citizen') continue
    const text = saidIn(message, messages.slice(0, at))
    if (text !== PRESSED && !ASKS_FOR_PERSON.test(text.trim())) return {id: message.id, text}
  }
  return null
}
