import {createRoot} from 'react-dom/client'
import {App} from './App'
import {firstSettings} from './frame/settings'
import {wordsOf} from './words'
import './styles/base.css'
import './styles/frame.css'
import './styles/log.css'

const first = firstSettings(new URLSearchParams(location.search))
document.documentElement.dataset.size = String(first.size)
document.documentElement.dataset.theme = first.theme
void wordsOf(first.language).then(words => createRoot(document.getElementById('root')!).render(<App first={first} firstWords={words}/>))
