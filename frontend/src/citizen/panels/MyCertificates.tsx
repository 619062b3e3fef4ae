/** 我的证照: what the person whom the platform has named holds, and until when. Nothing of it is kept anywhere. */
import {address} from '../talk/server'
import {useVisitWords} from '../words/visits'
import {useFurtherWords} from '../words/further'
import {Unavailable} from './Unavailable'
import {useOwn} from './useOwn'

interface Certificate {
  kind: string
  organ: string
  valid_until: string | null
  standing: string
}

export function MyCertificates() {
  const words = useVisitWords()
  const {loading} = useFurtherWords()
  const {value, problem, again} = useOwn<{certificates: Certificate[]}>(address('/me/certificates'))
  if (problem) return <p className="note" role="alert" lang="zh-CN">{problem}</p>
  if (problem === '') return <Unavailable again={again}/>
  if (!value) return <p className="note" role="status">{loading}</p>
  return (
    <>
      {!value.certificates.length && <p className="note" role="status">{words.noCertificates}</p>}
      <ul className="results">
        {value.certificates.map(({kind, organ, valid_until: until, standing}, index) => (
          <li key={index} className="mine-one">
            <h3><span lang="zh-CN">{kind}</span> <small className={standing === '有效' ? 'good' : 'warn'}>{words.standings[standing]}</small></h3>
            <p className="quiet"><span lang="zh-CN">{organ}</span> · {until ? words.until(until) : words.always}</p>
          </li>
        ))}
      </ul>
      <p className="quiet">{words.certificatesNote}</p>
    </>
  )
}
