let last = 0

/** An id that is unique in this page and practically unique elsewhere. `crypto.randomUUID` is missing over plain http. */
export function newId(): string {
  last += 1
  // 128 bits: whoever knows the id of a first message finds its conversation.
  const random = [...crypto.getRandomValues(new Uint32Array(4))]
  return last.toString(36) + random.map(part => part.toString(36).padStart(7, '0')).join('')
}
