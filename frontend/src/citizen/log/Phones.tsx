/** Numbers to call at once, as buttons. */
import {Icon} from '../cards/icons'
import {useAllWords} from '../words/all'
import {phonesIn} from './words'

export function Phones({text}: {text: string}) {
  const words = useAllWords()
  const phones = phonesIn(text)
  if (!phones.length) return null
  return (
    <div className="actions">
      {phones.map(phone => <a key={phone} className="button" href={`tel:${phone}`}><Icon name="phone"/>{words.call(phone)}</a>)}
    </div>
  )
}
