/** An answer's text with its headings and lists. Everything in it is text: nothing a message holds becomes markup. */
import {useState, type ReactNode} from 'react'
import {WithLinks} from '../frame/links'
import {languageOf, useWords} from '../words'

/** What must be read with any part of an answer. */
const CAUTION = /^(带\*|以上内容|其中.*自己的规定)/

interface Part {
  kind: 'title' | 'heading' | 'numbered' | 'list' | 'plain'
  lines: string[]
}

function kindOf(line: string): Part['kind'] {
  if (/^【.+】/.test(line)) return 'title'
  if (/^[一二三四五六七八九]、/.test(line)) return 'heading'
  if (/^\d+\.\s/.test(line)) return 'numbered'
  return /^[·•]\s*/.test(line) ? 'list' : 'plain'
}

function partsOf(lines: string[]): Part[] {
  return lines.reduce<Part[]>((parts, line) => {
    const kind = kindOf(line)
    const last = parts[parts.length - 1]
    if (last?.kind === kind && (kind === 'list' || (kind === 'numbered' && !line.startsWith('1.')))) last.lines.push(line)
    else parts.push({kind, lines: [line]})
    return parts
  }, [])
}

function shown({kind, lines}: Part, key: number): ReactNode {
  const words = lines.map((line, index) => <WithLinks key={index} text={line.replace(/^(\d+\.|[·•])\s*/, '')}/>)
  if (kind === 'title') return <h3 key={key}>{lines[0]!.replace(/^【(.+?)】/, '$1 ')}</h3>
  if (kind === 'heading') return <h4 key={key}>{words}</h4>
  if (kind === 'list') return <ul key={key}>{words.map((word, index) => <li key={index}>{word}</li>)}</ul>
  if (kind === 'numbered') {
    return <ol key={key} start={parseInt(lines[0]!, 10)}>{words.map((word, index) => <li key={index}>{word}</li>)}</ol>
  }
  return <p key={key}>{words}</p>
}

/** With `lead` only so many parts stand here until more is wanted: a card below says the rest in its own order. */
export function AnswerText({text, lead = Infinity}: {text: string; lead?: number}) {
  const words = useWords()
  const [whole, setWhole] = useState(false)
  const lines = text.split('\n').map(line => line.trim()).filter(Boolean)
  const cautions = lines.filter(line => CAUTION.test(line))
  const parts = partsOf(lines.filter(line => !CAUTION.test(line)))
  return (
    <div className="answer" lang={languageOf(text)}>
      {parts.slice(0, whole ? Infinity : lead).map(shown)}
      {parts.length > lead && (
        <button type="button" className="text-button" lang={words.code} aria-expanded={whole} onClick={() => setWhole(!whole)}>
          {whole ? words.fold : words.expand}
        </button>
      )}
      {cautions.map(line => <p key={line} className="quiet">{line}</p>)}
    </div>
  )
}
