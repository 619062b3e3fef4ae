import {Button} from 'antd'
import {linesOf, moved, objectsOf, pathText, without} from '../content'
import {useEditing} from '../editing'
import {Block} from '../fields/Block'
import {Notes} from '../fields/Notes'
import {RowTools} from '../fields/RowTools'
import {Cell, ChoiceCell, SeveralCell, useCertainties, useElements} from '../fields/simple'
import {useVocabulary} from '../../vocabulary'

/** 白话要点: one breath on one element. */
export function PlainBlock() {
  const {value, set} = useEditing()
  const elements = useElements()
  const certainties = useCertainties()
  const words = useVocabulary()
  const rows = objectsOf(value(['plain']))
  const put = (next: unknown[]): void => set(['plain'], next)
  const unused = elements.find(element => !rows.some(row => row.element === element.value))
  return (
    <Block name="plain" label="白话要点" rows hint="一个要素一口气说清；正文里的数字、证件名和条件一个也不能少。">
      <ol className="rows">
        {rows.map((row, index) => {
          const name = `白话 ${words.elementLabel(String(row.element))}`
          return (
            <li key={index} className="row-card flat" data-path={pathText(['plain', index])}>
              <div className="grow stack-tight">
                <div className="row top">
                  <ChoiceCell path={['plain', index, 'element']} label={`白话第${index + 1}条 要素`} options={elements} width="6.4rem" />
                  <span className="grow"><Cell path={['plain', index, 'text']} label={name} placeholder="白话" long /></span>
                  <ChoiceCell path={['plain', index, 'certainty']} label={`${name} 确定程度`} options={certainties} width="8.6rem" />
                </div>
                <Notes path={['plain', index]} deep />
              </div>
              <RowTools name={name} first={index === 0} last={index === rows.length - 1} onMove={by => put(moved(rows, index, index + by))} onRemove={() => put(without(rows, index))} />
            </li>
          )
        })}
      </ol>
      <Button size="small" type="dashed" onClick={() => put([...rows, {element: unused?.value ?? 'other', text: '', certainty: 'local'}])}>添加白话</Button>
    </Block>
  )
}

/** 待确认: what a department must still confirm. */
export function OpenPointsBlock() {
  const {value, set} = useEditing()
  const elements = useElements()
  const rows = objectsOf(value(['open_points']))
  const put = (next: unknown[]): void => set(['open_points'], next)
  return (
    <Block name="open_points" label="待部门确认" rows hint="涉及的要素回答时会加“以当地公布为准”和 12345。">
      <ol className="rows">
        {rows.map((row, index) => (
          <li key={index} className="row-card" data-path={pathText(['open_points', index])}>
            <span className="row-number" aria-hidden="true">{index + 1}</span>
            <div className="grow stack-tight">
              <Cell path={['open_points', index, 'text']} label={`待确认第${index + 1}点`} long />
              <div className="row"><span className="small muted">涉及</span><span className="grow"><SeveralCell path={['open_points', index, 'elements']} label={`待确认第${index + 1}点 涉及的要素`} options={elements} /></span>{!linesOf(row.elements).length && <span className="small muted">（整个事项）</span>}</div>
              <Notes path={['open_points', index]} deep />
            </div>
            <RowTools name={`待确认第${index + 1}点`} first={index === 0} last={index === rows.length - 1} onMove={by => put(moved(rows, index, index + by))} onRemove={() => put(without(rows, index))} />
          </li>
        ))}
      </ol>
      <Button size="small" type="dashed" onClick={() => put([...rows, {text: ''}])}>添加待确认</Button>
    </Block>
  )
}
