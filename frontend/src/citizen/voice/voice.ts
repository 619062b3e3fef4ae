/** Reading aloud: by the host app where it offers it, else by the browser. Android's web view has no voice of its own. */
import {languageOf} from '../words'
import {spoken} from './spoken'

/** What the 吉事办 app puts into the page, when it can speak. */
interface Bridge {
  speak?: (text: string, options: {lang: string; rate: number}) => void
  stopSpeaking?: () => void
}

const bridge = (): Bridge | undefined => (window as {JSBridge?: Bridge}).JSBridge
const ELDER_RATE = 0.8

export function canSpeak(): boolean {
  return typeof bridge()?.speak === 'function' || 'speechSynthesis' in window
}

/** Read a text; `ended` is called when it is over, as far as it is known. */
export function speak(text: string, elder: boolean, ended: () => void): void {
  silence()
  const rate = elder ? ELDER_RATE : 1
  const said = text.split(/\n+/).reduce<{lang: string; text: string}[]>((parts, line) => {
    const lang = languageOf(line) === 'ko' ? 'ko-KR' : 'zh-CN'
    const last = parts[parts.length - 1]
    if (last?.lang === lang) last.text += `\n${line}`
    else parts.push({lang, text: line})
    return parts
  }, [])
  const host = bridge()
  said.forEach((part, index) => {
    const words = part.lang === 'zh-CN' ? spoken(part.text) : part.text
    if (host?.speak) {
      host.speak(words, {lang: part.lang, rate})
      return
    }
    const utterance = new SpeechSynthesisUtterance(words)
    utterance.lang = part.lang
    utterance.rate = rate
    if (index === said.length - 1) utterance.onend = utterance.onerror = ended
    speechSynthesis.speak(utterance)
  })
}

export function silence(): void {
  bridge()?.stopSpeaking?.()
  if ('speechSynthesis' in window) speechSynthesis.cancel()
}
