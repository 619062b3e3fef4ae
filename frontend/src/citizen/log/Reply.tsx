/** What a reply shows beside its text, by what kind of reply it is. */
import {useState, type ReactNode} from 'react'
import {Appeal} from '../cards/Appeal'
import {asMaterial} from '../cards/Checklist'
import {ExactList} from '../cards/ExactList'
import {GuideCard} from '../cards/GuideCard'
import {HallCards} from '../cards/HallCards'
import {HandOffCard} from '../cards/HandOffCard'
import {Icon} from '../cards/icons'
import {OnlineLinks} from '../cards/OnlineLinks'
import {RatingCard} from '../cards/RatingCard'
import {SourceChips} from '../cards/Sources'
import {StatusCard} from '../cards/StatusCard'
import {useFace} from '../frame/face'
import type {Custom, Hall} from '../talk/contract'
import type {Entry} from '../talk/conversation'
import {languageOf} from '../words'
import {useAllWords} from '../words/all'
import {useFurtherWords} from '../words/further'
import {Actions} from './Actions'
import {AnswerText} from './AnswerText'
import {Options} from './Options'
import {Phones} from './Phones'
import {Related} from './Related'
import type {RowProps} from './Row'
import {quoteIn, withoutOptions, withoutSources} from './words'

/** Elements whose answer is the guide itself. */
const WHOLE_GUIDE = ['overview', 'process', 'materials']

export function Reply({entry, state, current}: RowProps): ReactNode {
  const {text, custom, buttons} = entry
  if (custom.type === 'handoff') return <HandOffCard text={text} custom={custom} state={state} current={current}/>
  if (custom.type === 'rating' && custom.level === null) return <RatingCard/>
  if (custom.type === 'answer') return <Answer entry={entry}/>
  const {text: told, numbered} = withoutOptions(text, buttons)
  const halls = custom.type === 'window' && custom.halls?.length ? custom.halls : null
  return (
    <>
      <div className="bubble">
        <AnswerText text={halls ? told.replace(/^·.*\n?/gm, '') : told}/>
        <Options buttons={buttons} numbered={numbered} usable={custom.type !== 'ask' || current} question={custom}/>
      </div>
      {custom.type === 'status' && custom.found && <StatusCard custom={custom}/>}
      {halls && <HallCards halls={halls.map(hall => ({...hall, opening: openingIn(text, hall)}))}/>}
      {custom.theme && <ThemeLink {...custom.theme}/>}
      {custom.sheet && <SheetLink {...custom.sheet}/>}
      {custom.type === 'link' && <OnlineLinks links={custom.links ?? []}/>}
      {custom.type === 'redirect' && <Phones text={text}/>}
      {custom.type === 'work_item' && <Appeal/>}
      <Actions text={text}/>
    </>
  )
}

function Answer({entry}: {entry: Entry}) {
  const words = useAllWords()
  const {text, custom, buttons} = entry
  const [opened, setOpened] = useState(false)
  const sources = custom.sources ?? []
  const item = custom.item && sources.some(source => source.kind === 'guide') ? custom.item : null
  const list = custom.blocks?.find(block => block.handle_item && block.items)
  const card = item !== null && !list && (opened || WHOLE_GUIDE.includes(custom.element ?? ''))
  const told = withoutSources(text)
  // A bilingual answer stays whole: the card is in Chinese.
  const lead = card && languageOf(told) !== 'ko' ? (custom.element === 'process' ? 2 : 1) : undefined
  const unfounded = custom.decision === 'answer' && !sources.length
  const quote = custom.blocks?.some(block => block.type === 'passage') ? quoteIn(told) : null
  // The card asks the questions of 情形引导 itself, without a word to the conversation.
  const left = buttons.filter(button => !card || !button.payload.startsWith('/guide_situation'))
  return (
    <>
      <div className="bubble">
        <AnswerText text={list ? remarks(told) : told} lead={lead}/>
        {sources.length > 0 && <SourceChips sources={sources} quote={quote}/>}
        {unfounded && <p className="warning">{words.noSource}</p>}
        <Options
          buttons={unfounded ? [...left, {title: words.handOff, payload: '转人工'}] : left} numbered={false} usable question={custom}
        />
      </div>
      {list && item && (
        <section className="card"><ExactList item={item} name="" materials={list.items!.map(asMaterial)} further={[]}/></section>
      )}
      {card && item && <GuideCard item={item} asked={custom.element}/>}
      {item && !card && !list && (
        <button type="button" className="card link" onClick={() => setOpened(true)}>
          <Icon name="document" size={24}/><span>{words.openCard}</span><Icon name="chevron" size={16}/>
        </button>
      )}
      {custom.theme && <ThemeLink {...custom.theme}/>}
      {!card && custom.links && custom.links.length > 0 && custom.element === 'online' && <OnlineLinks links={custom.links}/>}
      {custom.related && <Related items={custom.related}/>}
      <Actions text={told}/>
    </>
  )
}

/** The one way on to everything that belongs to the matter. */
function ThemeLink({id, title}: {id: string; title: string}) {
  const {open} = useFace()
  return (
    <button type="button" className="card link" lang="zh-CN" onClick={() => open({what: 'theme', id, title})}>
      <Icon name="document" size={24}/><span>{title}<small>{useFurtherWords().themeLink}</small></span><Icon name="chevron" size={16}/>
    </button>
  )
}

/** The way to a sheet that was asked for by words. */
function SheetLink({what, item, title}: NonNullable<Custom['sheet']>) {
  const {open} = useFace()
  const words = useFurtherWords()
  const name = what === 'certificates' ? words.certificates : what === 'help' ? words.help : item ? words.book : words.bookings
  return (
    <button
      type="button" className="card link"
      onClick={() => open(what === 'certificates' ? {what} : {what, item, title})}
    >
      <Icon name="document" size={24}/><span>{name}{title && <small lang="zh-CN">{title}</small>}</span><Icon name="chevron" size={16}/>
    </button>
  )
}

/** What an exact list says besides its documents, which stand in the card. */
function remarks(text: string): string {
  return text.replace(/^\d+\.\s.*\n?/gm, '')
}

/** 现在开门，今天 16:30 关门: said in the text, one line a hall. */
function openingIn(text: string, hall: Hall): string | undefined {
  const line = text.split('\n').find(one => one.startsWith(`· ${hall.name}：`))
  return hall.opening ?? line?.slice(line.lastIndexOf('。') + 1)
}
