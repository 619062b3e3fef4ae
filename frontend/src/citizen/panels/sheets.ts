/** What few people open, in one chunk of its own. */
export {BookingSheet} from './BookingSheet'
export {HelpSheet} from './HelpSheet'
export {MyApplications} from './MyApplications'
export {MyCertificates} from './MyCertificates'
export {ThemePanel} from './ThemePanel'
