/** All words, for the parts that come after the first screen. */
import {useWords, type Words} from './index'
import {zhLater, type LaterWords} from './zhLater'

type AllWords = Words & LaterWords

const made = new WeakMap<Words, AllWords>()

export function useAllWords(): AllWords {
  const words = useWords()
  const before = made.get(words)
  if (before) return before
  const all = {...words, ...(words.later ?? zhLater)}
  made.set(words, all)
  return all
}
