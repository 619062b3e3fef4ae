/** What the browser keeps between visits. A locked-down browser refuses storage; then it lasts as long as the page. */
const inMemory = new Map<string, string>()

export function readStored<T>(key: string): T | null {
  let text: string | null = null
  try {
    text = localStorage.getItem(key)
  } catch {
    text = inMemory.get(key) ?? null
  }
  if (text === null) return null
  try {
    return JSON.parse(text) as T
  } catch {
    return null // written by another version of this page
  }
}

export function store(key: string, value: unknown): void {
  const text = JSON.stringify(value)
  try {
    localStorage.setItem(key, text)
  } catch {
    inMemory.set(key, text)
  }
}

export function forget(key: string): void {
  inMemory.delete(key)
  try {
    localStorage.removeItem(key)
  } catch {
    // nothing was stored there
  }
}
