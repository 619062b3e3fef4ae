import {Button} from 'antd'
import {moved, objectsOf, pathText, textOf, without} from '../content'
import {useEditing} from '../editing'
import {Block} from '../fields/Block'
import {Condition} from '../fields/Condition'
import {Notes} from '../fields/Notes'
import {RowTools} from '../fields/RowTools'
import {Cell, ChoiceCell, useCertainties} from '../fields/simple'

/** 业务办理项: what is really applied for, by answers. */
export function HandleItemsBlock() {
  const {value, set} = useEditing()
  const rows = objectsOf(value(['handle_items']))
  const put = (next: unknown[]): void => set(['handle_items'], next)
  return (
    <Block name="handle_items" label="业务办理项" rows hint="每一组答案恰好对上一项；整个事项只有一项时留空。">
      <ol className="rows">
        {rows.map((row, index) => {
          const name = textOf(row.name) || `第${index + 1}项`
          return (
            <li key={index} className="row-card" data-path={pathText(['handle_items', index])}>
              <span className="row-number" aria-hidden="true">{index + 1}</span>
              <div className="grow stack-tight">
                <div className="row">
                  <span className="grow wide"><Cell path={['handle_items', index, 'name']} label={`${name} 名称`} placeholder="业务办理项名称" /></span>
                  <Cell path={['handle_items', index, 'id']} label={`${name} 编码`} placeholder="编码" width="12rem" />
                </div>
                <Condition path={['handle_items', index, 'when']} name={name} always="任何情形" />
                <Notes path={['handle_items', index]} deep />
              </div>
              <RowTools name={name} first={index === 0} last={index === rows.length - 1} onMove={by => put(moved(rows, index, index + by))} onRemove={() => put(without(rows, index))} />
            </li>
          )
        })}
      </ol>
      <Button size="small" type="dashed" onClick={() => put([...rows, {id: '', name: ''}])}>添加业务办理项</Button>
    </Block>
  )
}

/** 情形: remarks on circumstances that change materials, time, fee or way. */
export function SituationsBlock() {
  const {value, set} = useEditing()
  const certainties = useCertainties()
  const rows = objectsOf(value(['situations']))
  const put = (next: unknown[]): void => set(['situations'], next)
  return (
    <Block name="situations" label="情形说明" rows hint="什么情况下，办法、材料或费用有什么不同。">
      <ol className="rows">
        {rows.map((row, index) => {
          const name = textOf(row.when) || `第${index + 1}条`
          return (
            <li key={index} className="row-card" data-path={pathText(['situations', index])}>
              <span className="row-number" aria-hidden="true">{index + 1}</span>
              <div className="grow stack-tight">
                <div className="row">
                  <span className="grow"><Cell path={['situations', index, 'when']} label={`情形${index + 1} 什么情况`} placeholder="什么情况" long /></span>
                  <ChoiceCell path={['situations', index, 'certainty']} label={`情形${index + 1} 确定程度`} options={certainties} width="8.6rem" />
                </div>
                <Cell path={['situations', index, 'effect']} label={`情形${index + 1} 怎么办`} placeholder="有什么不同、怎么办" long />
                <Condition path={['situations', index, 'applies']} name={name} always="不由答案决定" />
                <Notes path={['situations', index]} deep />
              </div>
              <RowTools name={name} first={index === 0} last={index === rows.length - 1} onMove={by => put(moved(rows, index, index + by))} onRemove={() => put(without(rows, index))} />
            </li>
          )
        })}
      </ol>
      <Button size="small" type="dashed" onClick={() => put([...rows, {when: '', effect: '', certainty: 'local'}])}>添加情形</Button>
    </Block>
  )
}
