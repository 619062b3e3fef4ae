const SLOW_MS = 1_000
const TOO_SLOW_MS = 3_000

/** 0.42 秒; over a second amber, over three red, and both in words. */
export function Latency({ms}: {ms: number | null}) {
  if (ms === null) return <b>—</b>
  const [tone, word] = ms > TOO_SLOW_MS ? ['too-slow', '很慢'] : ms > SLOW_MS ? ['slow', '偏慢'] : ['', '']
  return <b className={`latency ${tone}`}>{(ms / 1000).toFixed(2)} 秒{word && ` ${word}`}</b>
}
