/** 128 random bits as 22 characters: so long that the server takes a first message that was sent twice for one. `crypto.randomUUID` is
 * missing over plain http. */
const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

export function messageId(): string {
  // Six bits of each byte: 22 letters hold 132.
  return Array.from(crypto.getRandomValues(new Uint8Array(22)), byte => LETTERS[byte & 63]).join('')
}
