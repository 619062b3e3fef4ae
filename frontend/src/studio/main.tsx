import {SignedIn} from '../shared/session'
import {mount} from '../shared/theme'
import {App} from './App'
import './studio.css'
import {WithVocabulary} from './vocabulary'

mount(
  <SignedIn product="知识运营台">
    <WithVocabulary><App /></WithVocabulary>
  </SignedIn>,
)
