/** The page: header, conversation or panel, quick replies and input, and the sheets over them. */
import {useCallback, useEffect, useMemo, useRef, useState, useSyncExternalStore} from 'react'
import {Composer} from './composer/Composer'
import {QuickReplies} from './composer/QuickReplies'
import {FaceContext, type Face, type Mode, type Opened} from './frame/face'
import {Header} from './frame/Header'
import {hearHost, tellHost} from './frame/host'
import {Icon} from './frame/icons'
import {ReconnectBar} from './frame/ReconnectBar'
import {Side} from './frame/Side'
import {useLater} from './frame/useLater'
import {remember, understood, type Settings} from './frame/settings'
import {Log} from './log/Log'
import type {Start} from './talk/contract'
import {Conversation} from './talk/conversation'
import {identify} from './talk/identity'
import {forget, keep, kept} from './talk/kept'
import {address} from './talk/server'
import {useFetched} from './talk/useFetched'
import {WordsContext, wordsOf, type Words} from './words'

/** What each message tells besides its words. */
const aboutOf = ({region, size}: Settings) => ({region, elder: size > 0})

export function App({first, firstWords}: {first: Settings; firstWords: Words}) {
  const [settings, setSettings] = useState(first)
  const [words, setWords] = useState(firstWords)
  const sent = useRef(aboutOf(settings))
  const [talk] = useState(() => new Conversation(() => sent.current))
  const snapshot = useSyncExternalStore(talk.subscribe, talk.current)
  const {value: start, failed, again} = useFetched<Start>(address('/start', {region: settings.region, department: settings.department}))
  const [mode, show] = useState<Mode>(() => kept<Mode>('mode') ?? 'ask')
  const [looked, setLooked] = useState(() => kept<string>('looked') ?? '')
  const [opened, open] = useState<Opened | null>(null)
  const [told, announce] = useState('')
  const [rating, setRating] = useState(false)
  const [leaving, setLeaving] = useState(false)
  const [followed, setFollowed] = useState<string | null>(() => kept<string>('followed'))
  const later = useLater(opened ?? mode)
  const input = useRef<HTMLTextAreaElement>(null)

  const change = useCallback((part: Partial<Settings>) => setSettings(before => ({...before, ...part})), [])
  useEffect(() => {
    sent.current = aboutOf(settings)
    remember(settings)
    const root = document.documentElement
    root.dataset.size = String(settings.size)
    root.dataset.theme = settings.theme
    void wordsOf(settings.language).then(setWords)
  }, [settings])
  useEffect(() => {
    document.documentElement.lang = words.code
    document.title = words.title
  }, [words])
  useEffect(() => {
    const stop = hearHost(said => {
      if (identify(said.token)) {
        talk.drop()
        open(null) // what is open may be the other person's
      }
      setSettings(before => ({...before, ...understood(said, before)}))
    })
    tellHost('ready')
    return stop
  }, [])
  useEffect(() => keep('mode', mode), [mode])
  // What the server could not say when the page was opened it says when it is there again.
  useEffect(() => {
    if (snapshot.link.up && failed) again()
  }, [snapshot.link.up])

  // The region said in the conversation is the one to look things up in.
  const last = snapshot.entries[snapshot.entries.length - 1]
  const said = last?.custom.set_region
  useEffect(() => {
    if (said) change({region: said})
  }, [last?.key, said])

  // A link opens beside this page or in its place; either way the question is asked on return.
  useEffect(() => {
    const back = () => document.visibilityState === 'visible' && setFollowed(kept<string>('followed'))
    document.addEventListener('visibilitychange', back)
    return () => document.removeEventListener('visibilitychange', back)
  }, [])

  const say = useCallback((text: string, shown?: string) => {
    talk.send(text, shown)
    show('ask')
    setRating(false)
    setLeaving(false)
    setFollowed(null)
    forget('followed')
  }, [talk])

  const place = start?.regions.find(one => one.id === settings.region)?.name ?? null
  const face = useMemo<Face>(() => ({
    settings, change, start, place, talk, say, mode, show, open,
    announce: text => {
      announce('') // the same words again are said again
      setTimeout(() => announce(text), 50)
    },
    followed: title => {
      if (title) keep('followed', title)
      else {
        forget('followed')
        setFollowed(null)
      }
    },
    rate: () => {
      show('ask')
      setRating(true)
      setFollowed(null)
      forget('followed')
    },
    write: (as = false) => {
      setLeaving(as)
      input.current?.focus()
    },
  }), [settings, start, place, talk, say, mode])

  function submit(text: string): void {
    if (mode === 'ask') {
      say(text)
    } else {
      setLooked(text)
      keep('looked', text)
    }
  }

  const spoken = [...snapshot.entries].reverse().find(entry => entry.sender === 'bot')
  const begun = snapshot.entries.length > 0
  const close = () => open(null)
  return (
    <WordsContext.Provider value={words}>
      <FaceContext.Provider value={face}>
        <div className="page">
          <a className="skip" href="#composer" onClick={event => (event.preventDefault(), input.current?.focus())}>{words.skip}</a>
          <Header/>
          {start?.notice && <Notice text={start.notice.text}/>}
          <ReconnectBar link={snapshot.link}/>
          <div className="body">
            <Side/>
            <main>
              <Log snapshot={snapshot} hidden={mode !== 'ask'} rating={rating} followed={followed}/>
              {later && mode === 'search' && <later.SearchPanel text={looked}/>}
              {later && mode === 'guide' && <later.GuidePanel text={looked}/>}
              <div className="foot">
                <QuickReplies item={Boolean(spoken?.custom.item)} begun={begun}/>
                <Composer input={input} leaving={leaving} asksLast={spoken?.custom.slot === 'second_factor'} onSent={submit}/>
              </div>
            </main>
          </div>
          <div className="unseen" role="status" aria-live="polite">{told}</div>
          {later && opened?.what === 'region' && <later.RegionDialog onClose={close}/>}
          {later && opened && <later.Further opened={opened} onClose={close}/>}
          {later && opened?.what === 'more' && <later.MoreDialog begun={begun} onClose={close}/>}
          {later && opened?.what === 'source' && <later.SourceSheet source={opened.source} quote={opened.quote} onClose={close}/>}
        </div>
      </FaceContext.Provider>
    </WordsContext.Provider>
  )
}

function Notice({text}: {text: string}) {
  return <section className="bar notice" aria-label={text} lang="zh-CN"><Icon name="notice"/><span>{text}</span></section>
}
