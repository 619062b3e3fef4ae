/** The page around this one, when it is embedded. The server's `frame-ancestors` decides who may embed; here nobody else is heard. */
const framed = window.parent !== window
const origin = framed ? (location.ancestorOrigins?.[0] ?? originOf(document.referrer)) : ''

function originOf(address: string): string {
  try {
    return new URL(address).origin
  } catch {
    return ''
  }
}

/** Hear `{banshi: 'settings', region, theme, department, elder, lang, token}` from the embedding page. */
export function hearHost(told: (said: Record<string, unknown>) => void): () => void {
  const hear = (event: MessageEvent) => {
    const said: unknown = event.data
    if (!framed || event.source !== window.parent || event.origin !== origin) return
    if (said && typeof said === 'object' && (said as {banshi?: unknown}).banshi === 'settings') told(said as Record<string, unknown>)
  }
  addEventListener('message', hear)
  return () => removeEventListener('message', hear)
}

/** Tell the embedding page that this one stands, that so many messages came, or that the token is not taken any more. */
export function tellHost(banshi: 'ready' | 'messages' | 'token', more: Record<string, unknown> = {}): void {
  if (framed && origin) window.parent.postMessage({banshi, ...more}, origin)
}
