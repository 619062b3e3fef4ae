/** The first screen works without typing: a greeting, what most people come for, and what not to send. */
import {useFace} from '../frame/face'
import {Icon} from '../frame/icons'
import {useWords} from '../words'

/** What not to send, in the language chosen: the server says it in Chinese. */
export function usePrivacy(): string {
  const words = useWords()
  const {start, settings} = useFace()
  return (settings.language === 'zh' && start?.privacy) || words.privacy
}

export function StartScreen() {
  const words = useWords()
  const {start, say, settings} = useFace()
  const greeting = settings.language === 'ko' ? words.greeting : (start?.greeting ?? words.greeting)
  return (
    <>
      <div className="row">
        <span className="badge" aria-hidden="true">吉</span>
        <div className="said"><p className="bubble" lang={words.code}>{greeting}</p></div>
      </div>
      {start && start.hot.length > 0 && (
        <section className="hot" aria-label={words.hot}>
          <h2>{words.hot}</h2>
          <ul>
            {start.hot.map(({title, text}) => (
              <li key={text}>
                <button type="button" lang="zh-CN" onClick={() => say(text)}><span>{title}</span><Icon name="chevron" size={16}/></button>
              </li>
            ))}
          </ul>
        </section>
      )}
      <p className="privacy"><Icon name="shield"/><span>{usePrivacy()}</span></p>
      {start && <p className="note">{words.machine}<br/><span lang="zh-CN">{start.hours.text}</span></p>}
    </>
  )
}
