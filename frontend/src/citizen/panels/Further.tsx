/** Sheets that few people open: what is in them is fetched when they are. */
import {useEffect, useState} from 'react'
import {Dialog} from '../frame/Dialog'
import type {Opened} from '../frame/face'
import {useFurtherWords} from '../words/further'
import {Unavailable} from './Unavailable'

type Sheets = typeof import('./sheets')

/** Nothing for the sheets that are there from the start. */
export function Further({opened, onClose}: {opened: Opened; onClose: () => void}) {
  if (opened.what === 'region' || opened.what === 'more' || opened.what === 'source') return null
  return <Fetched opened={opened} onClose={onClose}/>
}

type Lazy = Exclude<Opened, {what: 'region'} | {what: 'more'} | {what: 'source'}>

function Fetched({opened, onClose}: {opened: Lazy; onClose: () => void}) {
  const words = useFurtherWords()
  const [sheets, setSheets] = useState<Sheets | null>(null)
  const [failed, setFailed] = useState(false)
  const [attempt, setAttempt] = useState(0)
  useEffect(() => {
    setFailed(false)
    import('./sheets').then(setSheets, () => setFailed(true))
  }, [attempt])
  const titles = {mine: words.mine, certificates: words.certificates, help: words.help, booking: '', theme: ''}
  const title = opened.what === 'theme' ? opened.title : opened.what === 'booking' ? (opened.item ? words.book : words.bookings) : titles[opened.what]
  return (
    <Dialog title={title} onClose={onClose}>
      {failed && <Unavailable again={() => setAttempt(attempt + 1)}/>}
      {!sheets && !failed && <p className="note" role="status">{words.loading}</p>}
      {sheets && shown(sheets, opened, onClose)}
    </Dialog>
  )
}

function shown(sheets: Sheets, opened: Lazy, onClose: () => void) {
  if (opened.what === 'mine') return <sheets.MyApplications/>
  if (opened.what === 'certificates') return <sheets.MyCertificates/>
  if (opened.what === 'theme') return <sheets.ThemePanel key={opened.id} id={opened.id} onClose={onClose}/>
  if (opened.what === 'help') return <sheets.HelpSheet item={opened.item} title={opened.title}/>
  return <sheets.BookingSheet key={opened.item} item={opened.item} title={opened.title}/>
}
