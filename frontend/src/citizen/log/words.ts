/** The words of a message as they are shown: what a chip or a button beside it says already is left out. */
import type {Button} from '../talk/contract'
import type {Entry} from '../talk/conversation'
import type {Words} from '../words'

/** What the buttons of this page send, so that it reads in the citizen's language after a reload. */
export function commands(words: Words): Record<string, string> {
  return {
    转人工: words.handOff, 不用转人工了: words.handOffCancel, 查进度: words.status, 附近的办事大厅: words.halls,
    要什么材料: words.materials, 多少钱: words.cost, 多久能办好: words.time, 在哪办: words.where, 网上怎么办: words.online,
  }
}

/** A citizen's message: the title of the button where one was taken. */
export function shownOf(entry: Entry, entries: Entry[], words: Words): string {
  if (!entry.text.startsWith('/')) return commands(words)[entry.text] ?? entry.text
  for (const earlier of entries) {
    const taken = earlier.buttons.find(button => button.payload === entry.text)
    if (taken) return taken.title
  }
  return entry.text
}

export function withoutSources(text: string): string {
  return text.replace(/\n?——依据：.*$/gm, '')
}

/** Leave out the numbered lines that the buttons repeat; `numbered` says that a number may be sent instead. */
export function withoutOptions(text: string, buttons: Button[]): {text: string; numbered: boolean} {
  const titles = new Set(buttons.map(button => button.title))
  const lines = text.split('\n')
  const left = lines.filter(line => !titles.has(line.replace(/^\d+\.\s*/, '')) || !/^\d+\./.test(line))
  return {text: left.join('\n'), numbered: left.length < lines.length}
}

/** The quoted part of an answer, for the sheet that shows its source. */
export function quoteIn(text: string): string | null {
  return /“([^”]{12,})”/.exec(text)?.[1] ?? null
}

/** Numbers worth a button: emergencies and hot lines. */
export function phonesIn(text: string): string[] {
  return [...new Set(text.match(/\b(?:110|119|120|122|12\d{3})\b/g) ?? [])].slice(0, 4)
}
