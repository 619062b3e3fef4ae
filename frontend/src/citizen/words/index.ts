/** The words in the language chosen. The second language is fetched only by those who read it. */
import {createContext, useContext} from 'react'
import {zh, type Words} from './zh'

export type {Words}
export type Language = 'zh' | 'ko'

export const WordsContext = createContext<Words>(zh)

export function useWords(): Words {
  return useContext(WordsContext)
}

export async function wordsOf(language: Language): Promise<Words> {
  return language === 'ko' ? (await import('./ko')).ko : zh
}

const HANGUL = /[\u1100-\u11ff\u3130-\u318f\uac00-\ud7a3]/

/** The language of a text, for the element that holds it and for the voice that reads it. */
export function languageOf(text: string): 'ko' | 'zh-CN' {
  return HANGUL.test(text) ? 'ko' : 'zh-CN'
}
