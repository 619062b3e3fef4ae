/** What outlives a reload. Kept for this tab only, since many citizens share a computer; a host that runs on the citizen's own
 * phone says `?keep=1`, and it is kept for an hour after the last word. */
const HOUR = 3_600_000
const inMemory = new Map<string, string>()
const own = new URLSearchParams(location.search).get('keep') === '1'

function place(): Storage | null {
  try {
    return own ? localStorage : sessionStorage
  } catch {
    return null // a locked-down browser refuses storage: it lasts as long as the page
  }
}

export function keep(name: string, value: unknown, now: number = Date.now()): void {
  const text = JSON.stringify({value, until: now + HOUR})
  inMemory.set(name, text)
  try {
    place()?.setItem(`banshi.${name}`, text)
  } catch {
    // full or refused
  }
}

export function kept<T>(name: string, now: number = Date.now()): T | null {
  try {
    const text = place()?.getItem(`banshi.${name}`) ?? inMemory.get(name)
    const found = text ? (JSON.parse(text) as {value: T; until: number}) : null
    return found && found.until > now ? found.value : null
  } catch {
    return null // written by another version of this page
  }
}

export function forget(...names: string[]): void {
  for (const name of names) {
    inMemory.delete(name)
    try {
      place()?.removeItem(`banshi.${name}`)
    } catch {
      // nothing was there
    }
  }
}
