/** 我的预约: what is still to come, with the way to cancel it, then what is over. */
import {useEffect, useRef, useState} from 'react'
import {useFace} from '../frame/face'
import {CallError, address, call} from '../talk/server'
import {useAllWords} from '../words/all'
import {useFurtherWords} from '../words/further'
import {useVisitWords} from '../words/visits'
import {dayName} from './BookingSheet'
import {Unavailable} from './Unavailable'
import {useOwn} from './useOwn'

export interface Booked {
  id: string
  hall_name: string
  address: string
  window: string
  item_name: string
  begins: string
  state: string
  cancellable: boolean
}

export function MyBookings() {
  const words = useVisitWords()
  const {loading} = useFurtherWords()
  const {value, problem, again} = useOwn<{bookings: Booked[]}>(address('/booking'))
  return (
    <section className="theme-part">
      <h3>{words.mine}</h3>
      {problem && <p className="note" role="alert" lang="zh-CN">{problem}</p>}
      {problem === '' && <Unavailable again={again}/>}
      {problem === null && !value && <p className="note" role="status">{loading}</p>}
      {value && !value.bookings.length && <p className="quiet">{words.none}</p>}
      <ul className="results">
        {value?.bookings.map(one => <li key={one.id}><One booked={one} onChanged={again}/></li>)}
      </ul>
    </section>
  )
}

function One({booked, onChanged}: {booked: Booked; onChanged: () => void}) {
  const words = useVisitWords()
  const all = useAllWords()
  const {announce} = useFace()
  const [asking, setAsking] = useState(false)
  const [problem, setProblem] = useState<string | null>(null)
  const sure = useRef<HTMLButtonElement>(null)
  // It takes the place of the button that was pressed, and so its focus.
  useEffect(() => {
    if (asking) sure.current?.focus()
  }, [asking])
  const [day, time] = booked.begins.split('T') as [string, string]
  const when = `${dayName(day, words)} ${time.slice(0, 5)}`

  async function cancel(): Promise<void> {
    setProblem(null)
    try {
      await call(address(`/booking/${encodeURIComponent(booked.id)}`), null)
      announce(words.cancelled)
      setAsking(false)
      onChanged()
    } catch (error) {
      setProblem((error as CallError).told || all.unavailable)
    }
  }

  return (
    <article className="mine-one" aria-label={`${when} ${booked.item_name}`}>
      <h4>{when} <small className={booked.cancellable ? 'good' : 'quiet'}>{words.states[booked.state] ?? booked.state}</small></h4>
      <p lang="zh-CN">{booked.item_name}</p>
      <p className="quiet" lang="zh-CN">{[`${booked.hall_name} ${booked.window}`, booked.address, booked.id].join(' · ')}</p>
      {problem && <p className="warning" role="alert">{problem}</p>}
      {booked.cancellable && !asking && (
        <button type="button" className="button" aria-label={words.cancelOf(`${when} ${booked.item_name}`)} onClick={() => setAsking(true)}>
          {words.cancel}
        </button>
      )}
      {asking && booked.cancellable && (
        <div className="besides">
          <button type="button" className="button main" ref={sure} onClick={() => void cancel()}>{words.sure}</button>
          <button type="button" className="button" onClick={() => setAsking(false)}>{words.keep}</button>
        </div>
      )}
    </article>
  )
}
