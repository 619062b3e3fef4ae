/** 申请材料 with boxes to tick: what is ready, what may stay at home. */
import {useState} from 'react'
import type {GuideMaterial, RecordedMaterial} from '../talk/contract'
import {useMarks, type Mark} from '../talk/useMarks'
import {keep, kept} from '../talk/kept'
import {useAllWords} from '../words/all'
import {useFurtherWords} from '../words/further'
import {marked} from './values'

type Ticked = Record<string, string[]>

/** A document of an exact list is needed for sure. */
export function asMaterial(recorded: RecordedMaterial): GuideMaterial {
  const {material_name, form, copies, e_license_exempt, note, certainty} = recorded
  return {name: material_name, form, copies, exempt: e_license_exempt, note, when_text: '', needed: true, certainty}
}

/** What is ticked is kept by item, so that it is still there when the list becomes exact, or after a reload. `guide`: the guide whose
 * documents these are; the server then says which of them need not be brought. */
export function Checklist({item, title, materials, guide}: {item: string; title: string; materials: GuideMaterial[]; guide?: string}) {
  const words = useAllWords()
  const marks = useMarks(guide)
  const [ticked, setTicked] = useState<string[]>(() => kept<Ticked>('ticked')?.[item] ?? [])
  const must = materials.filter(material => material.needed && !material.when_text)
  const have = must.filter(material => ticked.includes(material.name)).length

  function tick(name: string, on: boolean): void {
    const names = on ? [...ticked, name] : ticked.filter(other => other !== name)
    setTicked(names)
    keep('ticked', {...kept<Ticked>('ticked'), [item]: names})
  }

  return (
    <>
      <h4 className="spread">{title} {must.length > 0 && <small>{words.ready(have, must.length)}</small>}</h4>
      {materials.length === 0 && <p>{words.noMaterials}</p>}
      <ul className="materials">
        {materials.map(({name, form, copies, exempt, note, when_text: when, needed, certainty}, index) => (
          <li key={index}>
            <label>
              <input type="checkbox" checked={ticked.includes(name)} onChange={event => tick(name, event.currentTarget.checked)}/>
              <span>
                <b>{marked(name, certainty, words.unsure)}</b>{' '}
                <Exempt mark={exempt === 'no' ? undefined : marks?.marks.find(one => one.material === name)} otherwise={words.exempt[exempt]}/>
                {(when || !needed) && <em className="sometimes">{when.replace(/[〔〕]/g, '') || words.sometimes}</em>}
                <small>{[`${form} ${words.copies(copies)}`, note].filter(Boolean).join(' · ')}</small>
              </span>
            </label>
          </li>
        ))}
      </ul>
      {marks?.notes.map(note => <p key={note} className="warning" lang="zh-CN">{note}</p>)}
    </>
  )
}

/** Whether it may stay at home: for this person or this place where that is known, else as the guide says. */
function Exempt({mark, otherwise}: {mark: Mark | undefined; otherwise: string}) {
  const words = useFurtherWords()
  const {code} = useAllWords()
  if (!mark) return otherwise ? <em>{otherwise}</em> : null
  return <em className={mark.kind === 'expired' ? 'sometimes' : undefined} lang={code}>{words.marks[mark.kind](mark.department)}</em>
}
