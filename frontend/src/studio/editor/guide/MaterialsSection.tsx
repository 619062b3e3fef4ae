import {Button} from 'antd'
import type {ReactNode} from 'react'
import {useVocabulary} from '../../vocabulary'
import {moved, objectsOf, pathText, textOf, without} from '../content'
import {useEditing} from '../editing'
import {Block} from '../fields/Block'
import {Condition} from '../fields/Condition'
import {partsOf, ValueCell} from '../fields/Generic'
import {Notes} from '../fields/Notes'
import {RowTools} from '../fields/RowTools'
import {asOptions, Cell, ChoiceCell, useCertainties} from '../fields/simple'
import {generic} from '../describe'

const EXEMPT = [{value: 'yes', label: '可免交'}, {value: 'no', label: '须提交'}, {value: 'local', label: '各地不同'}]
const FORMS = ['原件', '复印件', '原件及复印件', '电子', '原件或复印件']
const OWN_CELLS = ['material_name', 'form', 'copies', 'e_license_exempt', 'certainty', 'note', 'when']

/** 申请材料: one card a document, in the order in which people are told. */
export function MaterialsSection() {
  const {value, set} = useEditing()
  const rows = objectsOf(value(['materials']))
  const put = (next: unknown[]): void => set(['materials'], next)
  return (
    <Block name="materials" label="申请材料" rows hint="一件一行，次序就是告诉群众的次序；“其他材料”一类的兜底说法不能写。">
      <ol className="rows">
        {rows.map((row, index) => (
          <li key={index} className="row-card" data-path={pathText(['materials', index])}>
            <span className="row-number" aria-hidden="true">{index + 1}</span>
            <Material row={row} index={index} />
            <RowTools
              name={textOf(row.material_name) || `第${index + 1}件材料`} first={index === 0} last={index === rows.length - 1}
              onMove={by => put(moved(rows, index, index + by))} onRemove={() => put(without(rows, index))}
            />
          </li>
        ))}
      </ol>
      <Button size="small" type="dashed" onClick={() => put([...rows, {material_name: '', form: '原件', copies: 1, e_license_exempt: 'no', certainty: 'local'}])}>添加材料</Button>
    </Block>
  )
}

/** A control with its name beside it; the control itself bears the full name. */
function Labelled({text, children}: {text: string; children: ReactNode}) {
  return <span className="labelled"><span className="small muted" aria-hidden="true">{text}</span>{children}</span>
}

function Material({row, index}: {row: Record<string, unknown>; index: number}) {
  const words = useVocabulary()
  const certainties = useCertainties()
  const path = ['materials', index]
  const name = textOf(row.material_name) || `第${index + 1}件材料`
  // Fields of the exchange tables: 必要性, 来源渠道, 空白表格 …
  const offered = partsOf('guide', 'materials', words).filter(field => !OWN_CELLS.includes(field.name))
  const filled = offered.filter(field => row[field.name] !== undefined && row[field.name] !== null).length
  const strange = Object.keys(row).filter(key => !OWN_CELLS.includes(key) && !offered.some(field => field.name === key))
  return (
    <div className="grow stack-tight">
      <Cell path={[...path, 'material_name']} label={`${name} 名称`} placeholder="材料名称" />
      <div className="row labelled-row">
        <Labelled text="形式"><ChoiceCell path={[...path, 'form']} label={`${name} 形式`} options={asOptions(words.labels.form ?? FORMS, [textOf(row.form)].filter(Boolean))} width="8.2rem" /></Labelled>
        <Labelled text="份数"><Cell path={[...path, 'copies']} label={`${name} 份数`} type="number" width="4.4rem" /></Labelled>
        <Labelled text="电子证照"><ChoiceCell path={[...path, 'e_license_exempt']} label={`${name} 电子证照免交`} options={EXEMPT} width="7.2rem" /></Labelled>
        <Labelled text="确定程度"><ChoiceCell path={[...path, 'certainty']} label={`${name} 确定程度`} options={certainties} width="7.6rem" /></Labelled>
      </div>
      <Cell path={[...path, 'note']} label={`${name} 说明`} placeholder="说明（可不填）" long optional />
      {offered.length > 0 && (
        <details>
          <summary className="small">更多字段{filled ? `（已填 ${filled}）` : ''}</summary>
          <div className="cells">
            {offered.map(field => (
              <div key={field.name} className="field">
                <span className="field-name" aria-hidden="true">{field.label}</span>
                <ValueCell path={[...path, field.name]} name={field.name} label={`${name} ${field.label}`} type={field.type} value={row[field.name]} />
              </div>
            ))}
          </div>
        </details>
      )}
      {strange.length > 0 && <p className="muted small">另有：{strange.map(key => `${key}：${generic(row[key])}`).join('；')}（在“源文本”里可以改）</p>}
      <Condition path={[...path, 'when']} name={name} always="一律需要" />
      <Notes path={path} deep />
    </div>
  )
}
