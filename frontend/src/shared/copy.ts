/** Copy text. `navigator.clipboard` is missing over plain http, which intranets use; then a hidden field and the old command do it. */
export async function copyText(text: string): Promise<boolean> {
  if (navigator.clipboard && window.isSecureContext) {
    try {
      await navigator.clipboard.writeText(text)
      return true
    } catch {
      // permission refused: the old command may still work
    }
  }
  const before = document.activeElement as HTMLElement | null
  const field = document.createElement('textarea')
  field.value = text
  field.setAttribute('readonly', '')
  field.style.position = 'fixed'
  field.style.opacity = '0'
  // Inside an open dialog only its own children can hold the selection.
  const host = before?.closest('[role=dialog]') ?? document.body
  host.append(field)
  field.select()
  let copied = false
  try {
    copied = document.execCommand('copy')
  } catch {
    copied = false
  }
  field.remove()
  before?.focus()
  return copied
}
