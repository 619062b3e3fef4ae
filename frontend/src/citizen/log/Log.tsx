/** The conversation from its first to its last word. */
import {useEffect, useRef, type ReactNode} from 'react'
import {useFace} from '../frame/face'
import {tellHost} from '../frame/host'
import {useLater} from '../frame/useLater'
import type {Entry, Snapshot} from '../talk/conversation'
import {useWords} from '../words'
import {useFollowEnd} from './followEnd'
import {PendingRow, Working} from './Pending'
import {Row, timeOf} from './Row'
import {StartScreen, usePrivacy} from './StartScreen'
import {shownOf, withoutSources} from './words'

const GAP_MS = 600_000

export function Log({snapshot, hidden, rating, followed}: {snapshot: Snapshot; hidden: boolean; rating: boolean; followed: string | null}) {
  const words = useWords()
  const {announce} = useFace()
  const privacy = usePrivacy()
  const later = useLater()
  const {entries, outbox, state, restoring, ended} = snapshot
  const {list, content, onScroll, unread, arrived, toEnd} = useFollowEnd()
  const pending = outbox.filter(one => !entries.some(entry => entry.client_id === one.clientId))
  const working = isWorking(snapshot)

  // Whole messages are said, once; what was there when the page was opened is not said again.
  const told = useRef<string | null>(null)
  useEffect(() => {
    const from = told.current === null ? entries.length : entries.findIndex(entry => entry.key === told.current) + 1
    const fresh = entries.slice(from).filter(entry => entry.sender !== 'citizen')
    if (!restoring) told.current = entries[entries.length - 1]?.key ?? ''
    if (fresh.length) {
      announce(fresh.map(entry => withoutSources(entry.text)).join('\n'))
      tellHost('messages', {count: fresh.length})
    }
    arrived(fresh.length)
  }, [entries, restoring])

  useEffect(() => {
    if (outbox.length) toEnd()
  }, [outbox.length])
  useEffect(() => toEnd(), [rating, followed, hidden])

  const lastBot = lastOf(entries, entry => entry.sender === 'bot')
  const lastHandOff = lastOf(entries, entry => entry.custom.type === 'handoff')
  return (
    <div className="log-frame" hidden={hidden}>
      <div className="log" ref={list} onScroll={onScroll} role="log" aria-live="off" aria-label={words.log} tabIndex={0}>
        <div ref={content}>
          <h2 className="unseen">{words.log}</h2>
          {!entries.length && !pending.length && !restoring && <StartScreen/>}
          {restoring && <p className="note">{words.restoring}</p>}
          {entries.length > 0 && <p className="note">{privacy}</p>}
          {ended && !entries.length && <p className="note">{words.reloadTold}</p>}
          {entries.map((entry, index) => (
            <Dated key={entry.key} entry={entry} before={entries[index - 1]} ended={ended ? words.reloadTold : ''}>
              <Row
                entry={entry} shown={shownOf(entry, entries, words)} state={state}
                current={entry.key === (entry.custom.type === 'handoff' ? lastHandOff : lastBot)}
              />
            </Dated>
          ))}
          {pending.map(outgoing => <PendingRow key={outgoing.clientId} outgoing={outgoing} cut={!snapshot.link.up}/>)}
          {working && <Working key={outbox.find(one => one.status === 'sending')?.clientId}/>}
          {state === 'closed' && <p className="note">{words.closed}</p>}
          {later && followed !== null && <later.DidIt title={followed}/>}
          {later && (rating || state === 'closed') && <later.RatingCard/>}
        </div>
      </div>
      {unread > 0 && <button type="button" className="new-messages" onClick={() => toEnd(true)}>{words.newMessages(unread)}</button>}
    </div>
  )
}

/** Something is being answered by the machine. People take their time, and the page says nothing in their place. */
function isWorking({entries, outbox, state}: Snapshot): boolean {
  const sending = outbox.find(one => one.status === 'sending')
  if (!sending || state === 'human') return false
  const echo = entries.findIndex(entry => entry.client_id === sending.clientId)
  return echo < 0 || !entries.slice(echo + 1).some(entry => entry.sender !== 'citizen')
}

function lastOf(entries: Entry[], fits: (entry: Entry) => boolean): string | undefined {
  return [...entries].reverse().find(fits)?.key
}

function Dated({entry, before, ended, children}: {entry: Entry; before?: Entry; ended: string; children: ReactNode}) {
  const words = useWords()
  const parted = before && before.key.split('/')[0] !== entry.key.split('/')[0]
  const gap = !before || new Date(entry.at).getTime() - new Date(before.at).getTime() > GAP_MS
  return (
    <>
      {parted && ended && <p className="note">{ended}</p>}
      {gap && <p className="note time">{dayOf(entry.at, words.today)} {timeOf(entry.at)}</p>}
      {children}
    </>
  )
}

function dayOf(at: string, today: string): string {
  const day = (moment: Date) => moment.toLocaleDateString('zh-CN', {timeZone: 'Asia/Shanghai', month: 'numeric', day: 'numeric'})
  return day(new Date(at)) === day(new Date()) ? today : day(new Date(at))
}
