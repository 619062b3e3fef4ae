import {useVocabulary} from '../../vocabulary'
import {textOf} from '../content'
import {useEditing} from '../editing'
import {Block} from '../fields/Block'
import {Generic} from '../fields/Generic'
import {Lines} from '../fields/Lines'
import {asOptions, ChoiceBlock, SeveralBlock, TextBlock, useCertainties, useElements} from '../fields/simple'
import type {Section} from '../Sections'
import {ItemBlock} from './ItemBlock'

const PLACED = ['id', 'version', 'question', 'answer', 'similar', 'korean', 'element', 'item', 'regions', 'basis', 'department', 'certainty', 'valid_from', 'valid_to', 'topic', 'audience']
const AUDIENCES = ['自然人', '企业法人', '事业法人', '社会组织法人', '非法人企业', '行政机关', '其他组织']

function Answer() {
  const {value} = useEditing()
  const length = textOf(value(['answer'])).length
  return (
    <div className="blocks">
      <TextBlock name="question" label="标准问" long hint="一句完整的问话。" />
      <TextBlock name="answer" label="答案" long hint={`白话，${length} 字；先说结论，再说怎么办。`} />
      <Block name="similar" label="相似问" rows hint="至少八条，说法各不相同。"><Lines path={['similar']} unit="相似问" paste /></Block>
      <Block name="korean" label="朝鲜语问法" rows><Lines path={['korean']} unit="朝鲜语问法" paste /></Block>
    </div>
  )
}

function Belonging() {
  const words = useVocabulary()
  const {kind, effective, value} = useEditing()
  const certainties = useCertainties()
  const elements = useElements()
  const others = [...new Set([...(words.fields[kind] ?? []).map(field => field.name).filter(name => !name.includes('.')), ...Object.keys(effective)])].filter(name => !PLACED.includes(name))
  return (
    <div className="blocks">
      <TextBlock name="id" label="编号" hint="定了以后不能改。" />
      <ChoiceBlock name="department" label="责任部门" options={asOptions(words.departments, [value(['department'])].filter(Boolean))} />
      <ChoiceBlock name="topic" label="主题" options={asOptions(words.topics ?? words.domains, [value(['topic'])].filter(Boolean))} />
      <ChoiceBlock name="element" label="要素" options={elements} hint="问的是事情的哪一方面。" />
      <ItemBlock />
      <ChoiceBlock name="certainty" label="确定程度" options={certainties} />
      <SeveralBlock name="regions" label="适用地区" options={words.regionOptions} />
      <SeveralBlock name="audience" label="适用对象" options={asOptions(words.labels.server_type ?? AUDIENCES, value(['audience']))} />
      <TextBlock name="valid_from" label="生效日期" type="date" />
      <TextBlock name="valid_to" label="失效日期" type="date" optional hint="长期有效就不填" />
      <Block name="basis" label="依据" rows hint="法律法规写到条，文件写文号。"><Lines path={['basis']} unit="依据" /></Block>
      {others.map(name => <Generic key={name} name={name} />)}
    </div>
  )
}

export const QA_SECTIONS: Section[] = [
  {id: 'answer', label: '问与答', fields: ['question', 'answer', 'similar', 'korean'], content: <Answer />},
  {id: 'belonging', label: '归属与依据', fields: PLACED.slice(6).concat('id', 'version'), content: <Belonging />},
]
