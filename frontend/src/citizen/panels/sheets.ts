/** What few people open, in one chunk of its own. */
export {MyApplications} from './MyApplications'
export {ThemePanel} from './ThemePanel'
