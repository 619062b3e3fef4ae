/** Beside the conversation on a wide screen: what most people come for, and when people answer. */
import {useWords} from '../words'
import {useFace} from './face'
import {Icon} from './icons'

export function Side() {
  const words = useWords()
  const {start, say} = useFace()
  if (!start) return <aside className="side" aria-label={words.hot}/>
  return (
    <aside className="side" aria-label={words.hot}>
      <h2>{words.hot}</h2>
      <ul>
        {start.hot.map(({title, text}) => (
          <li key={text}>
            <button type="button" lang="zh-CN" onClick={() => say(text)}><span>{title}</span><Icon name="chevron" size={16}/></button>
          </li>
        ))}
      </ul>
      <h2>{words.people}</h2>
      <p lang="zh-CN">{start.hours.text}</p>
      <p><Icon name="phone" size={18}/> {words.hotline} <a href={`tel:${start.phone}`}>{start.phone}</a></p>
      <p className="quiet">{words.machine}</p>
    </aside>
  )
}
