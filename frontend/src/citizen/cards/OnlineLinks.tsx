/** Ways out to online handling: each says where it leads and whether one has to sign in there. */
import {useFace} from '../frame/face'
import {Icon} from './icons'
import {OutsideLink, allowed} from '../frame/links'
import type {OnlineLink} from '../talk/contract'
import {useAllWords} from '../words/all'

const PORTALS = ['zwfw.jl.gov.cn']

export function OpensWhere({url}: {url: URL}) {
  const words = useAllWords()
  const portal = PORTALS.includes(url.hostname)
  const told = [words.leadsTo(portal ? `${words.portal}（${url.hostname}）` : url.hostname), portal && words.signIn]
  return <small className="quiet" lang={words.code}>{told.filter(Boolean).join(' · ')}</small>
}

export function OnlineLinks({links}: {links: OnlineLink[]}) {
  const {followed} = useFace()
  return (
    <>
      {links.map(link => {
        const url = allowed(link.url)
        if (!url) return <p key={link.url} className="card">{link.title}：{link.url}</p>
        return (
          <OutsideLink key={link.url} url={url} className="card link" onFollow={() => followed(link.title)}>
            <Icon name="document" size={24}/>
            <span><b>{link.title}</b><OpensWhere url={url}/></span>
            <Icon name="outside"/>
          </OutsideLink>
        )
      })}
    </>
  )
}
