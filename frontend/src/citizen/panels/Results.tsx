/** Guides, Q&A and policies found for some words. */
import {useState} from 'react'
import {GuideCard} from '../cards/GuideCard'
import {useFace} from '../frame/face'
import type {ResultRow} from '../talk/contract'
import {address} from '../talk/server'
import {useFetched} from '../talk/useFetched'
import {useAllWords} from '../words/all'
import {Unavailable} from './Unavailable'

export function Results({text, guidesOnly}: {text: string; guidesOnly: boolean}) {
  const words = useAllWords()
  const {settings} = useFace()
  const {value, failed, again} = useFetched<{rows: ResultRow[]}>(
    text ? address('/results', {text, region: settings.region, department: settings.department}) : null,
  )
  if (failed) return <Unavailable again={again}/>
  if (!value) return <p className="note" role="status">{words.searching}</p>
  const rows = guidesOnly ? value.rows.filter(row => row.kind === 'guide') : value.rows
  return (
    <>
      <p className="note" role="status">{rows.length ? words.results(rows.length) : words.noResults}</p>
      <ul className="results">{rows.map(row => <Found key={`${row.kind}/${row.id}`} row={row} place={guidesOnly}/>)}</ul>
    </>
  )
}

function Found({row, place}: {row: ResultRow; place: boolean}) {
  const words = useAllWords()
  const {say} = useFace()
  const [opened, setOpened] = useState(false)
  const guide = row.kind === 'guide'
  return (
    <li>
      <div className="card result">
        <h3 lang="zh-CN">{row.title}</h3>
        <p className="tags"><span>{words.kinds[row.kind]}</span></p>
        {row.summary && <p lang="zh-CN">{row.summary}</p>}
        <div className="actions">
          {guide && (
            <button type="button" className="button" aria-expanded={opened} onClick={() => setOpened(!opened)}>
              {opened ? words.fold : words.view}
            </button>
          )}
          <button type="button" className="button" onClick={() => say(row.title)}>{words.askThis}</button>
        </div>
      </div>
      {opened && <GuideCard item={row.item ?? row.id} asked={place ? 'location' : row.element}/>}
    </li>
  )
}
