import {SignedIn} from '../shared/session'
import {mount} from '../shared/theme'
import {App} from './App'
import './desk.css'
import './talk/talk.css'
import './advice/advice.css'

mount(<SignedIn product="坐席工作台"><App /></SignedIn>)
