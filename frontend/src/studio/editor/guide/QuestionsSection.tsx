/** 相似问: the wordings by which the guide is found, element by element. The largest lever on finding it. */
import {Button, Input, Modal} from 'antd'
import {useMemo, useState} from 'react'
import {useVocabulary} from '../../vocabulary'
import {pathText, without} from '../content'
import {useEditing} from '../editing'
import {Block} from '../fields/Block'
import {Lines} from '../fields/Lines'
import {Notes} from '../fields/Notes'
import {PasteLines} from '../fields/PasteLines'
import {RowTools} from '../fields/RowTools'
import {useWanted} from '../Sections'
import {alsoOf, byElement, classified, withLines, type Stored} from './storedQuestions'

export function QuestionsBlock() {
  const {effective, own, replace} = useEditing()
  const words = useVocabulary()
  const stored = useMemo<Stored>(() => ({questions: byElement(effective.questions), also: byElement(effective.also_asks)}), [effective.questions, effective.also_asks])
  const [picked, setPicked] = useState<string | null>(null)
  // A finding on a wording opens the element it stands under.
  useWanted(path => {
    const [field, wanted] = path.split('.')
    if ((field === 'questions' || field === 'also_asks') && wanted) setPicked(wanted)
  })
  const element = picked ?? words.elements.find(one => stored.questions[one.id]?.length)?.id ?? words.elements[0]!.id
  const [filter, setFilter] = useState('')
  const [pasting, setPasting] = useState(false)
  const [moving, setMoving] = useState<string | null>(null)
  const lines = stored.questions[element] ?? []
  const total = Object.values(stored.questions).reduce((sum, list) => sum + list.length, 0)

  const put = (next: Stored): void => {
    const also = Object.keys(next.also).length || own.also_asks !== undefined ? {also_asks: next.also} : {}
    replace({...own, questions: next.questions, ...also})
  }
  const shown = lines.map((line, index) => ({line, index})).filter(({line}) => !filter || line.includes(filter))

  return (
    <Block name="questions" label="相似问" rows hint={`共 ${total} 条；群众怎么问就怎么写，错字、方言、长故事都要有。`}>
      <div className="kinds wrap" role="group" aria-label="按要素看相似问">
        {words.elements.map(one => (
          <button key={one.id} type="button" aria-pressed={one.id === element} onClick={() => setPicked(one.id)}>
            {one.label} <span className="small">{stored.questions[one.id]?.length ?? 0}</span>
          </button>
        ))}
      </div>
      <div className="row gap">
        <Input size="small" allowClear value={filter} onChange={event => setFilter(event.target.value)} placeholder="在这些问法里找" aria-label="在这些问法里找" style={{width: 200}} />
        <Button size="small" type="dashed" onClick={() => { setFilter(''); put(withLines(stored, element, ['', ...lines])) }}>添加问法</Button>
        <Button size="small" onClick={() => setPasting(true)}>批量粘贴</Button>
      </div>
      <ul className="lines">
        {shown.map(({line, index}) => {
          const others = alsoOf(stored, line)
          return (
            <li key={index}>
              <div className="line">
                <span className="line-number" aria-hidden="true">{index + 1}</span>
                <Input
                  size="small" value={line} aria-label={`${words.elementLabel(element)}问法 第${index + 1}条`} data-path={pathText(['questions', element, index])} autoFocus={line === '' && index === 0}
                  onChange={event => put(withLines(stored, element, lines.map((other, at) => (at === index ? event.target.value : other))))}
                />
                <button type="button" className="link small nowrap" onClick={() => setMoving(line)} disabled={!line} aria-label={`${others.length ? `也算${others.map(words.elementLabel).join("、")}` : "归类"}：${line}`}>
                  {others.length ? `也算${others.map(words.elementLabel).join('、')}` : '归类'}
                </button>
                <RowTools name={line || `第${index + 1}条`} first last onRemove={() => put(withLines(stored, element, without(lines, index)))} />
              </div>
              <Notes path={['questions', element, index]} />
            </li>
          )
        })}
      </ul>
      {!lines.length && <p className="muted">“{words.elementLabel(element)}”还没有问法。把群众真实的问法粘贴进来，或在“缺口”里找。</p>}
      <PasteLines unit="问法" open={pasting} existing={Object.values(stored.questions).flat()} onClose={() => setPasting(false)} onTake={fresh => put(withLines(stored, element, [...lines.filter(Boolean), ...fresh]))} />
      {moving !== null && <Classify line={moving} from={element} stored={stored} onClose={() => setMoving(null)} onPut={put} />}
    </Block>
  )
}

interface ClassifyProps {
  line: string
  from: string
  stored: Stored
  onClose: () => void
  onPut: (next: Stored) => void
}

/** Under which element a wording stands, and which others a fair reader could take it for. */
function Classify({line, from, stored, onClose, onPut}: ClassifyProps) {
  const words = useVocabulary()
  const [main, setMain] = useState(from)
  const [others, setOthers] = useState(() => alsoOf(stored, line))
  return (
    <Modal open title="归类" onCancel={onClose} okText="确定" width={520} onOk={() => { onPut(classified(stored, line, from, main, others)); onClose() }}>
      <p className="quote">{line}</p>
      <fieldset className="chips"><legend>问的是</legend>
        {words.elements.map(one => <label key={one.id} className={main === one.id ? 'chip on' : 'chip'}><input type="radio" name="classify" checked={main === one.id} onChange={() => setMain(one.id)} />{one.label}</label>)}
      </fieldset>
      <fieldset className="chips"><legend>也可以算问</legend>
        {words.elements.filter(one => one.id !== main).map(one => {
          const on = others.includes(one.id)
          return <label key={one.id} className={on ? 'chip on' : 'chip'}><input type="checkbox" checked={on} onChange={() => setOthers(on ? others.filter(other => other !== one.id) : [...others, one.id])} />{one.label}</label>
        })}
      </fieldset>
    </Modal>
  )
}

export function KoreanBlock() {
  return <Block name="korean" label="朝鲜语问法" rows hint="朝鲜语群众的问法，一行一条。"><Lines path={['korean']} unit="朝鲜语问法" paste /></Block>
}
