/** Title, region, 长辈版 with one tap, the rest behind 更多, and the three modes. */
import {useWords} from '../words'
import {useFace, type Mode} from './face'
import {Icon} from './icons'

export function Header() {
  const words = useWords()
  const {settings, change, start, place, open, mode, show} = useFace()
  const title = settings.language === 'ko' ? words.title : (start?.service ?? words.title)
  const modes: [Mode, string[]][] = [['ask', words.ask], ['search', words.search], ['guide', words.guide]]
  return (
    <header className="top">
      <div className="top-in">
        <h1>{settings.department && <small lang="zh-CN">{settings.department}</small>}{title}</h1>
        <div className="top-tools">
          <button type="button" className="pill" aria-pressed={settings.size > 0} onClick={() => change({size: settings.size ? 0 : 1})}>
            {settings.size ? words.standard : words.elder}
          </button>
          <button type="button" className="icon-button" aria-label={words.more} onClick={() => open({what: 'more'})}>
            <Icon name="more" size={22}/>
          </button>
        </div>
        <div className="top-second">
          <nav className="modes" aria-label={words.modes}>
            {modes.map(([own, [before, name]]) => (
              <button key={own} type="button" aria-current={mode === own ? 'page' : undefined} onClick={() => show(own)}>
                <span className="wide-only">{before}</span>{settings.language === 'ko' && ' '}{name}
              </button>
            ))}
          </nav>
          <button type="button" className="pill" onClick={() => open({what: 'region'})}>
            <Icon name="pin" size={16}/><span className="unseen">{words.region}：</span>
            <span lang={place ? 'zh-CN' : words.code}>{place ?? words.allRegions}</span>
          </button>
        </div>
      </div>
    </header>
  )
}
