/** 18 digits, the last perhaps X, however they are parted: the shape of a citizen's identity number. */
const IDENTITY = /(?:^|[^\d])((?:\d[\s-]?){17}[\dXx])(?![\dXx])/

/** The identity number in a text, without spaces; null when there is none. */
export function identityIn(text: string): string | null {
  return IDENTITY.exec(text.normalize('NFKC'))?.[1]?.replace(/[\s-]/g, '') ?? null
}
