/** What is needed now and then: size of the text, language, region, rating, leaving. */
import {useState} from 'react'
import {Dialog} from '../frame/Dialog'
import {useFace} from '../frame/face'
import type {Size} from '../frame/settings'
import {useAllWords} from '../words/all'
import {useFurtherWords} from '../words/further'

export function MoreDialog({begun, onClose}: {begun: boolean; onClose: () => void}) {
  const words = useAllWords()
  const further = useFurtherWords()
  const {settings, change, place, open, rate, talk, announce} = useFace()
  const [failed, setFailed] = useState(false)

  async function finish(): Promise<void> {
    try {
      await talk.close()
      announce(words.finishTold)
      onClose()
    } catch {
      setFailed(true)
    }
  }

  return (
    <Dialog title={words.settings} onClose={onClose}>
      <fieldset>
        <legend>{words.size}</legend>
        <div className="sizes">
          {words.sizes.map((name, size) => (
            <label key={name} className="chip">
              <input type="radio" name="size" checked={settings.size === size} onChange={() => change({size: size as Size})}/>
              <span>{name}</span>
            </label>
          ))}
        </div>
      </fieldset>
      <div className="stack">
        <button type="button" className="button wide" onClick={() => open({what: 'region'})}>
          {words.region}：{place ?? words.allRegions}
        </button>
        <button
          type="button" className="button wide" lang={settings.language === 'ko' ? 'zh-CN' : 'ko'}
          onClick={() => change({language: settings.language === 'ko' ? 'zh' : 'ko'})}
        >
          {words.language}
        </button>
        <button type="button" className="button wide" onClick={() => open({what: 'theme', id: '', title: further.themes})}>
          {further.themes}
        </button>
        {begun && <button type="button" className="button wide" onClick={() => (rate(), onClose())}>{words.rate}</button>}
        {begun && <button type="button" className="button wide" onClick={() => void finish()}>{words.finish}</button>}
        {failed && <p role="alert" className="warning">{words.unavailable}</p>}
      </div>
    </Dialog>
  )
}
