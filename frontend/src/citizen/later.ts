/** Everything the first screen does without: fetched while the citizen reads it. One chunk, so that it is asked for once. */
import './styles/cards.css'
import './styles/panels.css'

export {DidIt} from './cards/DidIt'
export {RatingCard} from './cards/RatingCard'
export {SourceSheet} from './cards/Sources'
export {NumberDialog} from './composer/NumberDialog'
export {Reply} from './log/Reply'
export {Further} from './panels/Further'
export {GuidePanel} from './panels/GuidePanel'
export {MoreDialog} from './panels/MoreDialog'
export {RegionDialog} from './panels/RegionDialog'
export {SearchPanel} from './panels/SearchPanel'
