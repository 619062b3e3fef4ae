import {Button} from 'antd'
import {useVocabulary} from '../../vocabulary'
import {moved, objectsOf, pathText, textOf, without} from '../content'
import {useEditing} from '../editing'
import {Block} from '../fields/Block'
import {Notes} from '../fields/Notes'
import {RowTools} from '../fields/RowTools'
import {Cell, ChoiceBlock, TextBlock} from '../fields/simple'
import type {Section} from '../Sections'

function Document() {
  const words = useVocabulary()
  return (
    <div className="blocks">
      <TextBlock name="id" label="编号" hint="以 policy- 开头；定了以后不能改。" />
      <TextBlock name="title" label="标题" long />
      <TextBlock name="document_number" label="文号" optional />
      <TextBlock name="organ" label="发文机关" />
      <TextBlock name="issued" label="成文日期" type="date" optional />
      <TextBlock name="effective" label="施行日期" hint="这一天以前不用它回答。" type="date" optional />
      <TextBlock name="expires" label="失效日期" hint="从这一天起不再用它回答。" type="date" optional />
      <TextBlock name="url" label="公开地址" optional />
      <ChoiceBlock name="region" label="适用地区" options={words.regionOptions} />
    </div>
  )
}

function Passages() {
  const {value, set} = useEditing()
  const rows = objectsOf(value(['passages']))
  const put = (next: unknown[]): void => set(['passages'], next)
  return (
    <Block name="passages" label="段落" rows hint="一段一条，编号照原文。">
      <ol className="rows">
        {rows.map((row, index) => {
          const name = `段落 ${textOf(row.number) || index + 1}`
          return (
            <li key={index} className="row-card" data-path={pathText(['passages', index])}>
              <div className="grow stack-tight">
                <div className="row">
                  <Cell path={['passages', index, 'number']} label={`${name} 编号`} placeholder="编号" width="9rem" />
                  <span className="grow"><Cell path={['passages', index, 'heading']} label={`${name} 标题`} placeholder="标题" /></span>
                </div>
                <Cell path={['passages', index, 'text']} label={`${name} 正文`} placeholder="正文" long />
                <Notes path={['passages', index]} deep />
              </div>
              <RowTools name={name} first={index === 0} last={index === rows.length - 1} onMove={by => put(moved(rows, index, index + by))} onRemove={() => put(without(rows, index))} />
            </li>
          )
        })}
      </ol>
      <Button size="small" type="dashed" onClick={() => put([...rows, {number: '', heading: '', text: ''}])}>添加段落</Button>
    </Block>
  )
}

export const POLICY_SECTIONS: Section[] = [
  {id: 'document', label: '文件', fields: ['id', 'title', 'document_number', 'organ', 'issued', 'effective', 'expires', 'url', 'region'], content: <Document />},
  {id: 'passages', label: '段落', fields: ['passages'], content: <Passages />},
]
