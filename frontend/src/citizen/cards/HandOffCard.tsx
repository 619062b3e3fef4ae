/** 转人工: where one stands, how long it takes, and what can be done meanwhile. Off hours it takes a message. */
import {useFace} from '../frame/face'
import {Icon} from './icons'
import type {Custom, State} from '../talk/contract'
import {useAllWords} from '../words/all'

export function HandOffCard({text, custom, state, current}: {text: string; custom: Custom; state: State; current: boolean}) {
  const words = useAllWords()
  const {say, write} = useFace()
  const phone = custom.phone ?? '12345'
  const waiting = current && state === 'waiting'
  const served = custom.in_service !== false
  const connected = current && state === 'human'
  const told = [
    typeof custom.place === 'number' && words.queue(custom.place),
    typeof custom.wait_minutes === 'number' && words.expect(custom.wait_minutes),
  ].filter(Boolean)
  return (
    <section className="card hand-off" aria-label={words.handOff} lang={words.code}>
      <h3><Icon name="person" size={24}/>{connected ? words.connected : served ? words.waiting : words.offHours}</h3>
      {waiting && told.length > 0 && <p><b>{told.join('，')}</b></p>}
      <p lang="zh-CN">{text}</p>
      {waiting && served && words.code !== 'zh-CN' && <p>{words.noRepeat}</p>}
      <div className="actions">
        {waiting && <button type="button" className="button" onClick={() => write(true)}>{words.handOffMessage}</button>}
        <a className="button" href={`tel:${phone}`}><Icon name="phone"/>{words.call(phone)}</a>
        {waiting && (
          <button type="button" className="button" onClick={() => say('不用转人工了', words.handOffCancel)}>{words.handOffCancel}</button>
        )}
      </div>
    </section>
  )
}
