/** What the citizen or the host app chose: size of the text, language, region, colours, department. */
import {readStored, store} from '../../shared/storage'
import type {Language} from '../words'

export type Size = 0 | 1 | 2 | 3
export type Theme = 'blue' | 'green' | 'red'

export interface Settings {
  /** 0 is the standard page, 1 to 3 are 长辈版 in three sizes of text. */
  size: Size
  language: Language
  region: string | null
  theme: Theme
  /** Whose page the host shows; '' for all. */
  department: string
}

const STORED = 'banshi.citizen'
const DEFAULT: Settings = {size: 0, language: 'zh', region: null, theme: 'blue', department: ''}

/** What a host may say, by address or by message, as far as it makes sense. */
export function understood(said: Record<string, unknown>, before: Settings): Partial<Settings> {
  const {region, theme, department, lang} = said
  const elder = said.elder === undefined || said.elder === null ? null : ['1', 'true', true, 1].includes(said.elder as string)
  return {
    ...(elder === null ? {} : {size: elder ? before.size || 1 : 0}),
    ...(lang === 'ko' || lang === 'zh' ? {language: lang} : {}),
    ...(typeof region === 'string' && /^\d{6,12}$/.test(region) ? {region} : {}),
    ...(theme === 'blue' || theme === 'green' || theme === 'red' ? {theme} : {}),
    ...(typeof department === 'string' ? {department: department.trim().slice(0, 20)} : {}),
  }
}

/** The address of the page wins over what was chosen last time. */
export function firstSettings(query: URLSearchParams): Settings {
  const before = {...DEFAULT, ...readStored<Partial<Settings>>(STORED)}
  return {...before, ...understood(Object.fromEntries(query), before)}
}

/** Theme and department belong to the host and are not remembered. */
export function remember({size, language, region}: Settings): void {
  store(STORED, {size, language, region})
}
