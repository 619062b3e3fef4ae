/** Links of answers. Only government addresses and our own can be followed; any other stays text. */
import type {ReactNode} from 'react'
import {useWords} from '../words'

const ADDRESS = /https?:\/\/[\w.:/?#@!$&'*+,;=%~-]+/g

/** The address when it may be followed, else null. */
export function allowed(address: string | null | undefined): URL | null {
  try {
    const url = new URL(address ?? '', location.href)
    if (url.origin === location.origin) return url
    const government = url.hostname === 'gov.cn' || url.hostname.endsWith('.gov.cn')
    return government && /^https?:$/.test(url.protocol) && !url.username ? url : null
  } catch {
    return null
  }
}

export function OutsideLink({url, className, onFollow, children}: {
  url: URL; className?: string; onFollow?: () => void; children: ReactNode
}) {
  const words = useWords()
  return (
    <a className={className} href={url.href} target="_blank" rel="noopener noreferrer" onClick={onFollow}>
      {children}<span className="unseen">（{words.opens}）</span>
    </a>
  )
}

/** Text in which addresses that may be followed are links. */
export function WithLinks({text}: {text: string}) {
  const parts: ReactNode[] = []
  let from = 0
  for (const match of text.matchAll(ADDRESS)) {
    const address = match[0].replace(/[.,;:!?]+$/, '')
    const url = allowed(address)
    if (!url) continue
    parts.push(text.slice(from, match.index), <OutsideLink key={match.index} url={url}>{address}</OutsideLink>)
    from = match.index + address.length
  }
  return <>{parts}{text.slice(from)}</>
}
