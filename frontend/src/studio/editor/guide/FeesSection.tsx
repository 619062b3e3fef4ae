import {Button} from 'antd'
import {moved, objectsOf, pathText, textOf, without} from '../content'
import {useEditing} from '../editing'
import {Block} from '../fields/Block'
import {BasisChecked} from '../fields/facts'
import {Notes} from '../fields/Notes'
import {RowTools} from '../fields/RowTools'
import {Cell, ChoiceCell, useCertainties} from '../fields/simple'

/** 收费: every charge with its standard and its basis; an empty list says that nothing is charged. */
export function FeesSection() {
  const {value, set} = useEditing()
  const certainties = useCertainties()
  const rows = objectsOf(value(['fees']))
  const put = (next: unknown[]): void => set(['fees'], next)
  return (
    <Block name="fees" label="收费" rows hint="没有收费项目就留空，答复会说“不收费”。">
      <ol className="rows">
        {rows.map((row, index) => {
          const name = textOf(row.fee_name) || `第${index + 1}项收费`
          return (
            <li key={index} className="row-card" data-path={pathText(['fees', index])}>
              <span className="row-number" aria-hidden="true">{index + 1}</span>
              <div className="grow stack-tight">
                <div className="row">
                  <span className="grow"><Cell path={['fees', index, 'fee_name']} label={`${name} 名称`} placeholder="收费项目" /></span>
                  <span className="grow wide"><Cell path={['fees', index, 'fee_stand']} label={`${name} 标准`} placeholder="标准，带单位：40元/证" /></span>
                  <ChoiceCell path={['fees', index, 'certainty']} label={`${name} 确定程度`} options={certainties} width="8.6rem" />
                </div>
                <div className="row">
                  <span className="grow"><Cell path={['fees', index, 'fee_basis']} label={`${name} 依据`} placeholder="收费依据：文号" optional /></span>
                  <BasisChecked path={['fees', index, 'basis_checked']} name={name} />
                </div>
                <Notes path={['fees', index]} deep />
              </div>
              <RowTools name={name} first={index === 0} last={index === rows.length - 1} onMove={by => put(moved(rows, index, index + by))} onRemove={() => put(without(rows, index))} />
            </li>
          )
        })}
      </ol>
      <Button size="small" type="dashed" onClick={() => put([...rows, {fee_name: '', fee_stand: '', certainty: 'local'}])}>添加收费</Button>
    </Block>
  )
}
