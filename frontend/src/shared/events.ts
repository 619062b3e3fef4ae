/** Server-sent events, read by `fetch`: the browser's EventSource can send no header and tells nothing of a refusal. */
export interface ServerEvent {
  id: string
  event: string
  data: string
}

/** Cut text that comes in pieces of any size into events, as the HTML standard says (section 9.2.6). */
export function eventCutter(told: (event: ServerEvent) => void): (piece: string) => void {
  let rest = ''
  let id = ''
  let event = ''
  let data: string[] = []

  function line(text: string): void {
    if (text === '') {
      if (data.length) told({id, event: event || 'message', data: data.join('\n')})
      event = ''
      data = []
      return
    }
    const colon = text.indexOf(':')
    if (colon === 0) return // a comment: the heartbeat
    const field = colon < 0 ? text : text.slice(0, colon)
    const value = colon < 0 ? '' : text.slice(colon + 1).replace(/^ /, '')
    if (field === 'data') data.push(value)
    else if (field === 'event') event = value
    else if (field === 'id') id = value
  }

  return piece => {
    rest += piece
    // A carriage return at the very end may be the first half of a line end.
    const whole = rest.endsWith('\r') ? rest.slice(0, -1) : rest
    const lines = whole.split(/\r\n|\n|\r/)
    rest = lines.pop()! + rest.slice(whole.length)
    lines.forEach(line)
  }
}
