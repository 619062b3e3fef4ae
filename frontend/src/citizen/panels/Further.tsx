/** Sheets that few people open: what is in them is fetched when they are. */
import {useEffect, useState} from 'react'
import {Dialog} from '../frame/Dialog'
import type {Opened} from '../frame/face'
import {useFurtherWords} from '../words/further'
import {Unavailable} from './Unavailable'

type Sheets = typeof import('./sheets')

export function Further({opened, onClose}: {opened: Opened; onClose: () => void}) {
  const words = useFurtherWords()
  const [sheets, setSheets] = useState<Sheets | null>(null)
  const [failed, setFailed] = useState(false)
  const [attempt, setAttempt] = useState(0)
  useEffect(() => {
    setFailed(false)
    import('./sheets').then(setSheets, () => setFailed(true))
  }, [attempt])
  if (opened.what !== 'mine' && opened.what !== 'theme') return null
  return (
    <Dialog title={opened.what === 'mine' ? words.mine : opened.title} onClose={onClose}>
      {failed && <Unavailable again={() => setAttempt(attempt + 1)}/>}
      {!sheets && !failed && <p className="note" role="status">{words.loading}</p>}
      {sheets && (opened.what === 'mine' ? <sheets.MyApplications/> : <sheets.ThemePanel key={opened.id} id={opened.id} onClose={onClose}/>)}
    </Dialog>
  )
}
