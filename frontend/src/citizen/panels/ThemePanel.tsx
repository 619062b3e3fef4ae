/** 一件事: which items, in which order, and one list of documents for all of them. Without an id, the list of all. */
import {useState} from 'react'
import {Checklist} from '../cards/Checklist'
import {SourceChips} from '../cards/Sources'
import {marked} from '../cards/values'
import {useFace} from '../frame/face'
import type {GuideMaterial, ThemeRecord, ThemeRow} from '../talk/contract'
import {address} from '../talk/server'
import {useFetched} from '../talk/useFetched'
import {useAllWords} from '../words/all'
import {useFurtherWords} from '../words/further'
import {Unavailable} from './Unavailable'

export function ThemePanel({id, onClose}: {id: string; onClose: () => void}) {
  return id ? <Theme id={id} onClose={onClose}/> : <All/>
}

function All() {
  const words = useFurtherWords()
  const {open} = useFace()
  const {value, failed, again} = useFetched<{themes: ThemeRow[]}>(address('/themes'))
  if (failed) return <Unavailable again={again}/>
  if (!value) return <p className="note" role="status">{words.loading}</p>
  return (
    <div className="stack" lang="zh-CN">
      {value.themes.map(({id, name, summary}) => (
        <button key={id} type="button" className="card link" onClick={() => open({what: 'theme', id, title: name})}>
          <span>{name}<small>{summary}</small></span>
        </button>
      ))}
    </div>
  )
}

function Theme({id, onClose}: {id: string; onClose: () => void}) {
  const words = useFurtherWords()
  const all = useAllWords()
  const {settings, say} = useFace()
  const [left, setLeft] = useState<string[]>([])
  const whole = useFetched<ThemeRow>(address(`/themes/${id}`, {region: settings.region}))
  const items = whole.value?.items ?? []
  const wanted = items.filter(item => !left.includes(item.id)).map(item => item.id)
  const some = left.length > 0 && wanted.length > 0
  const url = address(`/themes/${id}`, {region: settings.region, items: some ? wanted.join(',') : null})
  const {value, failed, again} = useFetched<ThemeRecord>(url)
  if (whole.failed || failed) return <Unavailable again={() => (whole.again(), again())}/>
  if (!whole.value) return <p className="note" role="status">{words.loading}</p>
  const nameOf = (item: string) => items.find(one => one.id === item)?.name ?? item
  return (
    <>
      <p lang="zh-CN">{whole.value.summary}</p>
      <fieldset>
        <legend>{words.choose}</legend>
        <div className="sizes" lang="zh-CN">
          {items.map(({id: item, name}) => (
            <label key={item} className="chip">
              <input
                type="checkbox" checked={!left.includes(item)}
                onChange={event => setLeft(event.currentTarget.checked ? left.filter(one => one !== item) : [...left, item])}
              />
              <span>{name}</span>
            </label>
          ))}
        </div>
      </fieldset>
      {!wanted.length && <p className="note" role="status">{words.pickOne}</p>}
      {wanted.length > 0 && !value && <p className="note" role="status">{words.loading}</p>}
      {wanted.length > 0 && value && (
        <div lang="zh-CN">
          {value.stages.map((stage, index) => (
            <section key={index} className="theme-part">
              <h3 lang={all.code}>
                {value.stages.length > 1 && words.stage(index + 1)} {stage.items.length > 1 && <small>{words.together(stage.items.length)}</small>}
              </h3>
              <ul className="plain-list">
                {stage.items.map(({id: item, name, limit, after}) => (
                  <li key={item}>
                    <button type="button" className="text-button" onClick={() => (say(name), onClose())}>{name}</button>
                    <small>{marked(limit.text, limit.certainty, all.unsure)}</small>
                    {after.map(({item: before, says}) => <small key={before} className="quiet">{words.after(nameOf(before), says)}</small>)}
                  </li>
                ))}
              </ul>
              {stage.items.length > 1 && stage.longest && <p className="quiet">{words.longest(stage.longest.name, stage.longest.text)}</p>}
            </section>
          ))}
          <section className="theme-part">
            <Checklist key={url} item={`theme-${id}`} title={all.bring} materials={value.materials.map(material => listed(material, words))}/>
          </section>
          <section className="theme-part">
            <h3 lang={all.code}>{words.fees}</h3>
            <p>{value.fees_text}</p>
            <ul className="plain-list">
              {value.fees.filter(fee => !/^(不收费|免费)/.test(fee.fee_stand)).map((fee, index) => (
                <li key={index}>{fee.name}：{marked(`${fee.fee_name} ${fee.fee_stand}`, fee.certainty, all.unsure)}</li>
              ))}
            </ul>
          </section>
          {value.unavailable.length > 0 && <p className="warning">{words.notNow(value.unavailable.join('、'))}</p>}
          <SourceChips sources={value.sources} quote={null}/>
        </div>
      )}
    </>
  )
}

/** A document of the merged list as one line: who uses it, and in which case. */
function listed(material: ThemeRecord['materials'][number], words: ReturnType<typeof useFurtherWords>): GuideMaterial {
  const {name, form, copies, exempt, certainty, needed, uses} = material
  const always = uses.filter(use => !use.when_text)
  const single = uses.length === 1 ? uses[0] : undefined
  const notes = [...new Set(uses.map(use => use.note).filter(Boolean))]
  const cases = single ? [] : uses.filter(use => use.when_text).map(use => words.onlyFor(use.name, use.when_text))
  const names = [...new Set(uses.map(use => use.name))].join('、')
  return {
    name, form, copies, exempt, certainty, needed: needed || !always.length,
    note: [words.usedBy(names), ...cases, ...notes].join(' · '),
    when_text: always.length ? '' : (single?.when_text ?? uses.map(use => use.when_text).join('；')),
  }
}
