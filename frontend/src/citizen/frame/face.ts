/** What every part of the page may need: the settings, what the server says at the start, and ways to speak. */
import {createContext, useContext} from 'react'
import type {Source, Start} from '../talk/contract'
import type {Conversation} from '../talk/conversation'
import type {Settings} from './settings'

export type Mode = 'ask' | 'search' | 'guide'

export interface Face {
  settings: Settings
  change: (part: Partial<Settings>) => void
  start: Start | null
  /** Name of the region chosen, null for the whole province. */
  place: string | null
  talk: Conversation
  /** Send something, go to the conversation and follow it. */
  say: (text: string, shown?: string) => void
  /** Say something to those who listen to the page. */
  announce: (text: string) => void
  mode: Mode
  show: (mode: Mode) => void
  open: (dialog: Opened) => void
  /** The citizen follows a link: on return the page asks whether it worked. */
  followed: (title: string) => void
  /** Show the rating at the end of the conversation. */
  rate: () => void
  /** Put the cursor into the input, as a message to the staff when `leaving`. */
  write: (leaving?: boolean) => void
}

export type Opened =
  | {what: 'region'}
  | {what: 'more'}
  | {what: 'mine'}
  | {what: 'certificates'}
  | {what: 'booking' | 'help'; item: string; title: string}
  | {what: 'theme'; id: string; title: string}
  | {what: 'source'; source: Source; quote: string | null}

export const FaceContext = createContext<Face | null>(null)

export function useFace(): Face {
  const face = useContext(FaceContext)
  if (!face) throw new Error('This part of the page stands outside of it.')
  return face
}
