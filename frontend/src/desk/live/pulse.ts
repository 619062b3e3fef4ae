/** A steady beat. Browsers slow the timers of hidden pages down to one a minute; those of a worker go on. */
const EVERY_MS = 15_000
setInterval(() => postMessage(null), EVERY_MS)

export {}
