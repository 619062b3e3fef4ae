/** Times as people read them, always China Standard Time: the offices that use these pages are in one zone. */
const DATE_TIME = new Intl.DateTimeFormat('zh-CN', {
  timeZone: 'Asia/Shanghai', year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', hourCycle: 'h23',
})

function parts(iso: string): Record<string, string> | null {
  const at = new Date(iso)
  if (Number.isNaN(at.getTime())) return null
  return Object.fromEntries(DATE_TIME.formatToParts(at).map(part => [part.type, part.value]))
}

/** 2026-11-20 16:02 */
export function dateTime(iso: string | null | undefined): string {
  const p = iso ? parts(iso) : null
  return p ? `${p.year}-${p.month}-${p.day} ${p.hour}:${p.minute}` : (iso ?? '')
}

/** 2026-11-20 */
export function date(iso: string | null | undefined): string {
  return dateTime(iso).slice(0, 10)
}

/** 刚刚, 5分钟前, 3小时前, 2天前; older ones as a date. */
export function ago(iso: string, now: Date): string {
  const minutes = Math.floor((now.getTime() - new Date(iso).getTime()) / 60_000)
  if (Number.isNaN(minutes)) return iso
  if (minutes < 1) return '刚刚'
  if (minutes < 60) return `${minutes}分钟前`
  if (minutes < 24 * 60) return `${Math.floor(minutes / 60)}小时前`
  if (minutes < 30 * 24 * 60) return `${Math.floor(minutes / 60 / 24)}天前`
  return date(iso)
}

/** 今天出现, 等了3天 */
export function waited(days: number): string {
  return days < 1 ? '今天出现' : `等了${Math.floor(days)}天`
}
