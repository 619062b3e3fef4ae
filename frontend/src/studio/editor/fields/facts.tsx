/** Facts: a statement, how certain it is, and on what it rests. */
import {Button, Select} from 'antd'
import {moved, objectsOf, pathText, without, type Path} from '../content'
import {useEditing} from '../editing'
import {Block} from './Block'
import {Notes} from './Notes'
import {RowTools} from './RowTools'
import {Cell, ChoiceCell, useCertainties} from './simple'

/** 依据是否核对过原文: three answers, and not stated at all. */
export function BasisChecked({path, name}: {path: Path; name: string}) {
  const {value, set} = useEditing()
  const now = value(path)
  return (
    <Select
      aria-label={`${name} 依据核对`} value={now === true ? 'yes' : now === false ? 'no' : 'unsaid'} style={{width: '8.6rem'}} data-path={pathText(path)}
      options={[{value: 'yes', label: '已核对原文'}, {value: 'no', label: '待核对'}, {value: 'unsaid', label: '未注明'}]}
      onChange={picked => set(path, picked === 'unsaid' ? undefined : picked === 'yes')}
    />
  )
}

export function FactCells({path, name}: {path: Path; name: string}) {
  const certainties = useCertainties()
  return (
    <div className="fact">
      <Cell path={[...path, 'text']} label={`${name} 内容`} placeholder="内容" long />
      <div className="row">
        <ChoiceCell path={[...path, 'certainty']} label={`${name} 确定程度`} options={certainties} width="8.6rem" />
        <span className="grow"><Cell path={[...path, 'basis']} label={`${name} 依据`} placeholder="依据：文件名、文号、条款（可不填）" optional /></span>
        <BasisChecked path={[...path, 'basis_checked']} name={name} />
      </div>
    </div>
  )
}

export function FactBlock({name, label, hint}: {name: string; label: string; hint?: string}) {
  return <Block name={name} label={label} hint={hint}><FactCells path={[name]} name={label} /></Block>
}

export function FactListBlock({name, label, unit, hint}: {name: string; label: string; unit: string; hint?: string}) {
  const {value, set} = useEditing()
  const rows = objectsOf(value([name]))
  return (
    <Block name={name} label={label} hint={hint} rows>
      <ol className="rows">
        {rows.map((_, index) => (
          <li key={index} className="row-card" data-path={pathText([name, index])}>
            <span className="row-number" aria-hidden="true">{index + 1}</span>
            <div className="grow">
              <FactCells path={[name, index]} name={`${unit}第${index + 1}项`} />
              <Notes path={[name, index]} deep />
            </div>
            <RowTools
              name={`${unit}第${index + 1}项`} first={index === 0} last={index === rows.length - 1}
              onMove={by => set([name], moved(rows, index, index + by))} onRemove={() => set([name], without(rows, index))}
            />
          </li>
        ))}
      </ol>
      <Button size="small" type="dashed" onClick={() => set([name], [...rows, {text: '', certainty: 'local'}])}>添加{unit}</Button>
    </Block>
  )
}
