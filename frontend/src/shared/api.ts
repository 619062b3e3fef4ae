/** Calls to the server: the CSRF header, sentences for every failure, and one place that learns of an ended session. */
const BASE = '/api/v1'

/** A refused call. `message` is a sentence for people; `body` holds what the server said besides. */
export class ApiError extends Error {
  constructor(readonly status: number, message: string, readonly body: Record<string, unknown> = {}) {
    super(message)
  }
}

const SENTENCES: Record<number, string> = {
  0: '连不上服务器，请检查网络后再试。',
  401: '登录已过期，请重新登录。',
  403: '您的角色不能做这件事，需要时请找管理员。',
  404: '没有找到，可能已被删除或改名。',
  409: '别人刚刚改动过，请刷新后再试。',
  413: '内容太大，服务器不收。',
  423: '账号已暂时锁定，请稍后再试。',
  429: '操作太快了，请稍等一会儿再试。',
}
const FAILED = '服务器出错了，请稍后再试；一直这样请告诉系统管理员。'

let csrf = ''
let sessionEnded: () => void = () => undefined

export function rememberCsrf(token: string): void {
  csrf = token
}

/** `told` is called when a call finds that nobody is signed in any more. */
export function onSessionEnded(told: () => void): void {
  sessionEnded = told
}

export function url(path: string, query: Query = {}): string {
  const kept = Object.entries(query).filter(([, value]) => value !== undefined && value !== null && value !== '')
  const text = new URLSearchParams(kept.map(([key, value]) => [key, String(value)])).toString()
  return BASE + path + (text ? `?${text}` : '')
}

export type Query = Record<string, string | number | boolean | null | undefined>

export function get<T>(path: string, query: Query = {}, signal?: AbortSignal): Promise<T> {
  return call<T>('GET', url(path, query), undefined, signal)
}

export function send<T>(method: 'POST' | 'PUT' | 'PATCH' | 'DELETE', path: string, body: unknown = {}, signal?: AbortSignal): Promise<T> {
  return call<T>(method, url(path), body, signal)
}

async function call<T>(method: string, address: string, body?: unknown, signal?: AbortSignal, again = true): Promise<T> {
  const sent = csrf
  const headers: Record<string, string> = {accept: 'application/json'}
  if (method !== 'GET') {
    headers['content-type'] = 'application/json'
    headers['x-csrf-token'] = csrf
  }
  let response: Response
  try {
    response = await fetch(address, {
      method, headers, signal: signal ?? null, credentials: 'same-origin', body: method === 'GET' ? null : JSON.stringify(body ?? {}),
    })
  } catch (error) {
    if (signal?.aborted) throw error
    throw new ApiError(0, SENTENCES[0]!)
  }
  if (response.status === 403 && method !== 'GET' && again && (await renewedCsrf(sent))) {
    return call<T>(method, address, body, signal, false)
  }
  const content = await contentOf(response.status, await response.text())
  return content as T
}

/** Signing in again in another window changes the token; a refused call is tried once more with the new one. */
async function renewedCsrf(sent: string): Promise<boolean> {
  try {
    const response = await fetch(`${BASE}/staff/me`, {credentials: 'same-origin'})
    if (!response.ok) return false
    csrf = ((await response.json()) as {csrf?: string}).csrf ?? csrf
    return csrf !== sent
  } catch {
    return false
  }
}

function contentOf(status: number, text: string): unknown {
  let content: unknown = null
  try {
    content = text ? JSON.parse(text) : null
  } catch {
    content = null
  }
  if (status >= 200 && status < 300) return content
  const body = (content && typeof content === 'object' ? content : {}) as Record<string, unknown>
  if (status === 401) sessionEnded()
  const told = typeof body.detail === 'string' ? body.detail : (SENTENCES[status] ?? FAILED)
  throw new ApiError(status, told, body)
}

/** Send a file; `progress` hears the share sent, 0 to 1. `fetch` cannot tell it, so this is the older request object. */
export function upload<T>(path: string, query: Query, file: File, progress: (share: number) => void): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const request = new XMLHttpRequest()
    request.open('POST', url(path, query))
    request.setRequestHeader('x-csrf-token', csrf)
    request.upload.onprogress = event => event.lengthComputable && progress(event.loaded / event.total)
    request.onerror = () => reject(new ApiError(0, SENTENCES[0]!))
    request.onload = () => {
      try {
        resolve(contentOf(request.status, request.responseText) as T)
      } catch (error) {
        reject(error as Error)
      }
    }
    const form = new FormData()
    form.append('file', file)
    request.send(form)
  })
}

/** The sentence of any failure. */
export function sentenceOf(error: unknown): string {
  return error instanceof ApiError ? error.message : FAILED
}
