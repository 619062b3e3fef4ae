/** Word lists: word → words, word → word, or a plain list. Other shapes are edited as JSON. */
import {Button, Input, Select} from 'antd'
import {useState} from 'react'
import {linesOf} from '../content'
import {useEditing} from '../editing'
import {Block} from '../fields/Block'
import {JsonCell} from '../fields/JsonCell'
import {Lines} from '../fields/Lines'
import {RowTools} from '../fields/RowTools'
import type {Section} from '../Sections'

const PAGE = 100

type Shape = 'lists' | 'texts' | 'lines' | 'other'

function shapeOf(entries: unknown): Shape {
  if (Array.isArray(entries)) return entries.every(entry => typeof entry === 'string') ? 'lines' : 'other'
  if (!entries || typeof entries !== 'object') return 'other'
  const values = Object.values(entries)
  if (values.every(value => typeof value === 'string')) return 'texts'
  return values.every(value => Array.isArray(value) && value.every(word => typeof word === 'string')) ? 'lists' : 'other'
}

function Entries() {
  const {value} = useEditing()
  const entries = value(['entries'])
  const shape = shapeOf(entries)
  return (
    <Block name="entries" label="词条" rows>
      {shape === 'lines' ? <Lines path={['entries']} unit="词条" columns paste />
        : shape === 'other' ? <JsonCell path={['entries']} label="词条" rows={12} />
          : <Words entries={entries as Record<string, string | string[]>} lists={shape === 'lists'} />}
    </Block>
  )
}

function Words({entries, lists}: {entries: Record<string, string | string[]>; lists: boolean}) {
  const {set} = useEditing()
  const [filter, setFilter] = useState('')
  const [fresh, setFresh] = useState('')
  const [shown, setShown] = useState(PAGE)
  const all = Object.entries(entries)
  const rows = all.filter(([word, meaning]) => !filter || word.includes(filter) || linesOf([meaning].flat()).some(text => text.includes(filter)))
  const rename = (from: string, to: string): void => {
    if (to && to !== from && !(to in entries)) set(['entries'], Object.fromEntries(all.map(([word, meaning]) => [word === from ? to : word, meaning])))
  }
  const add = (): void => {
    const word = fresh.trim()
    if (!word || word in entries) return
    set(['entries'], {[word]: lists ? [] : '', ...entries})
    setFresh('')
  }
  return (
    <>
      <div className="row gap">
        <Input size="small" allowClear aria-label="在词条里找" placeholder="在词条里找" style={{width: 200}} value={filter} onChange={event => setFilter(event.target.value)} />
        <Input size="small" aria-label="新词" placeholder="新词" style={{width: 160}} value={fresh} onChange={event => setFresh(event.target.value)} onPressEnter={add} />
        <Button size="small" type="dashed" onClick={add} disabled={!fresh.trim() || fresh.trim() in entries}>添加</Button>
        <span className="muted small" role="status">{rows.length} / {all.length} 条</span>
      </div>
      <ul className="lines">
        {rows.slice(0, shown).map(([word, meaning]) => (
          <li key={word} className="line" data-path={`entries.${word}`}>
            <Input size="small" defaultValue={word} aria-label={`词 ${word}`} style={{width: 180}} onBlur={event => rename(word, event.target.value.trim())} />
            <span className="grow">
              {lists
                ? <Select mode="tags" size="small" aria-label={`${word} 的说法`} style={{width: '100%'}} value={linesOf(meaning)} options={[]} tokenSeparators={['，', '、', ',']} onChange={(words: string[]) => set(['entries', word], words)} />
                : <Input size="small" aria-label={`${word} 换成`} value={meaning as string} onChange={event => set(['entries', word], event.target.value)} />}
            </span>
            <RowTools name={word} first last onRemove={() => set(['entries', word], undefined)} />
          </li>
        ))}
      </ul>
      {rows.length > shown && <Button size="small" onClick={() => setShown(shown + PAGE)}>再显示 {Math.min(PAGE, rows.length - shown)} 条</Button>}
    </>
  )
}

export const LEXICON_SECTIONS: Section[] = [{id: 'entries', label: '词条', fields: ['entries'], content: <Entries />}]
