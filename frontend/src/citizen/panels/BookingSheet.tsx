/** 在线预约: hall, day and time for a matter, and what is booked already. Without an item only that. */
import {useEffect, useRef, useState, useSyncExternalStore} from 'react'
import {useFace} from '../frame/face'
import {OutsideLink, allowed} from '../frame/links'
import {known, watch} from '../talk/identity'
import {messageId} from '../talk/messageId'
import {CallError, address, call} from '../talk/server'
import {useAllWords} from '../words/all'
import {useFurtherWords} from '../words/further'
import {useVisitWords} from '../words/visits'
import {MyBookings, type Booked} from './MyBookings'
import {Unavailable} from './Unavailable'
import {useOwn} from './useOwn'

interface Hall {
  id: string
  name: string
  address: string
  window: string
  days: string[]
  note: string
}

interface Halls {
  halls: Hall[]
  text: string
  link: string
}

interface Slot {
  begins: string
  left: number
}

export function BookingSheet({item, title}: {item: string; title: string}) {
  const words = useVisitWords()
  const named = useSyncExternalStore(watch, known)
  const {open} = useFace()
  const [booked, setBooked] = useState<Booked | null>(null)
  const head = useRef<HTMLHeadingElement>(null)
  useEffect(() => {
    if (booked) head.current?.focus()
  }, [booked])
  return (
    <>
      {title && <p lang="zh-CN"><b>{title}</b></p>}
      {booked && (
        <section className="theme-part">
          <h3 ref={head} tabIndex={-1}>{words.booked}</h3>
          <p className="quiet">{words.bring}</p>
        </section>
      )}
      {item && !booked && <Choosing item={item} named={named} onBooked={setBooked}/>}
      {!item && !named && <p className="note">{words.signIn}</p>}
      {named && <MyBookings key={booked?.id ?? ''}/>}
      {item && (
        <button type="button" className="text-button" onClick={() => open({what: 'help', item, title})}>{words.helpOffer}</button>
      )}
    </>
  )
}

function Choosing({item, named, onBooked}: {item: string; named: boolean; onBooked: (booked: Booked) => void}) {
  const words = useVisitWords()
  const {loading} = useFurtherWords()
  const {settings, open} = useFace()
  const {value, problem, again} = useOwn<Halls>(address('/booking/halls', {item, region: settings.region}))
  const [picked, setPicked] = useState('')
  if (problem) return <p className="note" role="alert" lang="zh-CN">{problem}</p>
  if (problem === '') return <Unavailable again={again}/>
  if (!value) return <p className="note" role="status">{loading}</p>
  const link = allowed(value.link)
  if (!named) {
    return (
      <>
        <p>{words.signIn}</p>
        {link && <OutsideLink url={link} className="button main wide">{words.portal}</OutsideLink>}
      </>
    )
  }
  if (!settings.region) {
    return (
      <>
        <p>{words.whereFirst}</p>
        <button type="button" className="button main wide" onClick={() => open({what: 'region'})}>{words.pickRegion}</button>
      </>
    )
  }
  if (!value.halls.length) return <p className="note" role="status" lang="zh-CN">{value.text}</p>
  const hall = value.halls.find(one => one.id === picked) ?? value.halls[0]!
  return (
    <>
      <fieldset className="theme-part">
        <legend>{words.hall}</legend>
        <div className="sizes" lang="zh-CN">
          {value.halls.map(one => (
            <label key={one.id} className="chip">
              <input type="radio" name="hall" checked={one.id === hall.id} onChange={() => setPicked(one.id)}/><span>{one.name}</span>
            </label>
          ))}
        </div>
        <p className="quiet" lang="zh-CN">{[hall.window, hall.address].filter(Boolean).join(' · ')}</p>
        {hall.note && <p className="quiet" lang="zh-CN">{hall.note}</p>}
      </fieldset>
      <Times key={hall.id} hall={hall} item={item} onBooked={onBooked}/>
    </>
  )
}

/** Day, time and the last word. */
function Times({hall, item, onBooked}: {hall: Hall; item: string; onBooked: (booked: Booked) => void}) {
  const words = useVisitWords()
  const [day, setDay] = useState(hall.days[0] ?? '')
  if (!day) return <p className="note" role="status">{words.noDays}</p>
  return (
    <>
      <fieldset className="theme-part">
        <legend>{words.day}</legend>
        <div className="sizes">
          {hall.days.map(one => (
            <label key={one} className="chip">
              <input type="radio" name="day" checked={one === day} onChange={() => setDay(one)}/><span>{dayName(one, words)}</span>
            </label>
          ))}
        </div>
      </fieldset>
      <Slots key={day} hall={hall} item={item} day={day} onBooked={onBooked}/>
    </>
  )
}

function Slots({hall, item, day, onBooked}: {hall: Hall; item: string; day: string; onBooked: (booked: Booked) => void}) {
  const words = useVisitWords()
  const {code} = useAllWords()
  const {loading} = useFurtherWords()
  const {value, problem, again} = useOwn<{slots: Slot[]}>(address('/booking/slots', {hall: hall.id, item, day}))
  const [begins, setBegins] = useState('')
  const [state, setState] = useState<'choosing' | 'sending'>('choosing')
  const [refused, setRefused] = useState('')
  // One id for one wish: pressed again after a lost answer, nothing is booked twice.
  const wish = useRef({of: '', id: ''})
  if (problem) return <p className="note" role="alert" lang="zh-CN">{problem}</p>
  if (problem === '') return <Unavailable again={again}/>
  if (!value) return <p className="note" role="status">{loading}</p>
  if (!value.slots.length) return <p className="note" role="status">{words.noSlots}</p>

  async function book(): Promise<void> {
    const of = [hall.id, item, day, begins].join()
    if (wish.current.of !== of) wish.current = {of, id: messageId()}
    setState('sending')
    setRefused('')
    try {
      onBooked(await call<Booked>(address('/booking'), {hall: hall.id, item, day, begins, client_id: wish.current.id}))
    } catch (error) {
      const {told, status} = error as CallError
      setRefused(told || 'unreached')
      setState('choosing')
      if (status === 409) {
        setBegins('')
        again() // the times have changed
      }
    }
  }

  return (
    <>
      <fieldset className="theme-part">
        <legend>{words.time}</legend>
        <div className="sizes">
          {value.slots.map(slot => (
            <label key={slot.begins} className="chip">
              <input
                type="radio" name="time" checked={slot.begins === begins} disabled={!slot.left}
                onChange={() => (setBegins(slot.begins), setRefused(''))}
              />
              <span>{slot.begins.slice(0, 5)}<small>{words.left(slot.left)}</small></span>
            </label>
          ))}
        </div>
      </fieldset>
      {refused && <Refused told={refused}/>}
      <p role="status" lang={code}>
        {state === 'sending' ? words.sending : begins && words.chosen(`${dayName(day, words)} ${begins.slice(0, 5)}`, hall.name)}
      </p>
      <button type="button" className="button main wide" disabled={!begins || state === 'sending'} onClick={() => void book()}>
        {words.confirm}
      </button>
    </>
  )
}

function Refused({told}: {told: string}) {
  const words = useAllWords()
  return told === 'unreached'
    ? <p className="warning" role="alert">{words.unavailable}</p>
    : <p className="warning" role="alert" lang="zh-CN">{told}</p>
}

/** 2026-11-24 as people say it, with the day of the week. */
export function dayName(day: string, words: ReturnType<typeof useVisitWords>): string {
  const [year, month, date] = day.split('-').map(Number) as [number, number, number]
  return `${words.date(month, date)} ${words.days[new Date(year, month - 1, date).getDay()]}`
}
