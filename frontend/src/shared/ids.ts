let last = 0

/** An id that is unique in this page and practically unique elsewhere. `crypto.randomUUID` is missing over plain http. */
export function newId(): string {
  last += 1
  const random = crypto.getRandomValues(new Uint32Array(2))
  return `${last.toString(36)}${random[0]!.toString(36)}${random[1]!.toString(36)}`
}
