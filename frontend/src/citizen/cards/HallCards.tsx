/** Halls with their hours, and whether they are open now. */
import {Icon} from './icons'
import type {Hall} from '../talk/contract'
import {useAllWords} from '../words/all'

function days(hours: string | null | undefined, closed: string): string {
  return hours ? hours.replace(/,/g, '，').replace(/-/g, '–') : closed
}

export function HallCards({halls}: {halls: Hall[]}) {
  const words = useAllWords()
  return (
    <>
      {halls.map(hall => (
        <section key={hall.id} className="card hall" aria-label={hall.name}>
          <h3 lang="zh-CN">{hall.name}</h3>
          <p className={hall.open ? 'open' : 'shut'}>
            <Icon name="clock" size={16}/>{hall.opening || (hall.open ? words.open : words.shut)}
          </p>
          <p lang="zh-CN"><Icon name="pin" size={16}/> {hall.address}</p>
          <dl>
            <div><dt>{words.weekdays}</dt><dd>{days(hall.hours.weekdays, words.closedDay)}</dd></div>
            <div><dt>{words.saturday}</dt><dd>{days(hall.hours.saturday, words.closedDay)}</dd></div>
            <div><dt>{words.sunday}</dt><dd>{days(hall.hours.sunday, words.closedDay)}</dd></div>
          </dl>
          <p className="quiet">
            {[hall.accessible && words.accessible, hall.korean && words.korean, hall.sample && words.sample].filter(Boolean).join(' · ')}
          </p>
          <a className="button" href={`tel:${hall.phone ?? '12345'}`}><Icon name="phone"/>{words.call(hall.phone ?? '12345')}</a>
        </section>
      ))}
    </>
  )
}
