/** 我的办件: what the person whom the platform has named has handed in. Nothing of it is kept anywhere. */
import {useEffect, useState} from 'react'
import {StatusCard} from '../cards/StatusCard'
import {useFace} from '../frame/face'
import type {MyApplication} from '../talk/contract'
import {CallError, address, call} from '../talk/server'
import {useAllWords} from '../words/all'
import {useFurtherWords} from '../words/further'
import {Reminders} from './Reminders'
import {Unavailable} from './Unavailable'

interface Told {
  name: string
  applications: MyApplication[]
}

export function MyApplications() {
  const words = useFurtherWords()
  const [told, setTold] = useState<Told | null>(null)
  const [problem, setProblem] = useState<string | null>(null)
  const [attempt, setAttempt] = useState(0)
  useEffect(() => {
    const own = new AbortController()
    setProblem(null)
    Promise.all([
      call<{name: string}>(address('/me'), undefined, own.signal),
      call<{applications: MyApplication[]}>(address('/me/applications'), undefined, own.signal),
    ]).then(
      ([{name}, {applications}]) => own.signal.aborted || setTold({name, applications}),
      (error: unknown) => own.signal.aborted || setProblem((error as CallError).told ?? ''),
    )
    return () => own.abort()
  }, [attempt])
  if (problem) return <p className="note" role="alert" lang="zh-CN">{problem}</p>
  if (problem === '') return <Unavailable again={() => setAttempt(attempt + 1)}/>
  if (!told) return <p className="note" role="status">{words.loading}</p>
  return (
    <>
      {told.name && <p className="quiet">{words.mineWhose(told.name)}</p>}
      <Besides/>
      {!told.applications.length && <p className="note" role="status">{words.mineNone}</p>}
      <ul className="results">{told.applications.map((one, index) => <li key={index}><One application={one}/></li>)}</ul>
      <Reminders/>
    </>
  )
}

/** What else is theirs. */
function Besides() {
  const words = useFurtherWords()
  const {open} = useFace()
  return (
    <div className="besides">
      <button type="button" className="button" onClick={() => open({what: 'certificates'})}>{words.certificates}</button>
      <button type="button" className="button" onClick={() => open({what: 'booking', item: '', title: ''})}>{words.bookings}</button>
    </div>
  )
}

function One({application}: {application: MyApplication}) {
  const words = useFurtherWords()
  const all = useAllWords()
  const {name, number, organ, region_name: place, result, missing, next_step: next, updated_on: day, source} = application
  return (
    <article className="mine-one">
      <h3 lang="zh-CN">{name}{result && <small> · {result}</small>}</h3>
      <p className="quiet" lang="zh-CN">{[number, place, organ, words.updated(day), source].filter(Boolean).join(' · ')}</p>
      <StatusCard custom={{...application, missing: []}} title={`${number} ${name} `}/>
      {missing.length > 0 && (
        <>
          <h4>{all.missing}</h4>
          <ul className="plain-list" lang="zh-CN">
            {missing.map(({material, reason, due}, index) => <li key={index}>{material}（{reason}）<b>{words.by(due)}</b></li>)}
          </ul>
        </>
      )}
      <p lang="zh-CN">{next}</p>
    </article>
  )
}
