/** Calls to the server. */
import {authorization, renew} from './identity'

const BASE = '/api/v1'
const LONGEST_MS = 30_000

/** A call that failed; status 0: the server was not reached. `told` is the server's own sentence, when it gave one. */
export class CallError extends Error {
  constructor(readonly status: number, readonly told: string = '') {
    super(told || `status ${status}`)
  }

  get unreached(): boolean {
    return this.status === 0
  }
}

export function address(path: string, query: Record<string, string | number | null | undefined> = {}): string {
  const kept = Object.entries(query).filter(([, value]) => value !== null && value !== undefined && value !== '')
  const text = new URLSearchParams(kept.map(([key, value]) => [key, String(value)])).toString()
  return BASE + path + (text && `?${text}`)
}

/** GET without a body, POST with one; DELETE for null. */
export async function call<T>(
  url: string, body?: unknown, signal?: AbortSignal, method = body === undefined ? 'GET' : body === null ? 'DELETE' : 'POST', again = false,
): Promise<T> {
  const own = new AbortController()
  const stop = () => own.abort()
  const timer = setTimeout(stop, LONGEST_MS)
  signal?.addEventListener('abort', stop)
  try {
    const named = authorization()
    const response = await fetch(url, {
      method,
      headers: body == null ? named : {...named, 'content-type': 'application/json'},
      body: body == null ? null : JSON.stringify(body),
      signal: own.signal,
    })
    const text = await response.text()
    if (response.status === 401 && named.authorization && !again) {
      await renew(named.authorization)
      return await call<T>(url, body, signal, method, true)
    }
    if (response.ok) return JSON.parse(text || 'null') as T
    throw new CallError(response.status, sentenceIn(text))
  } catch (error) {
    throw error instanceof CallError ? error : new CallError(0)
  } finally {
    clearTimeout(timer)
    signal?.removeEventListener('abort', stop)
  }
}

function sentenceIn(text: string): string {
  try {
    const detail = (JSON.parse(text) as {detail?: unknown}).detail
    return typeof detail === 'string' ? detail : ''
  } catch {
    return '' // a proxy's own page
  }
}
