import {useVocabulary} from '../../vocabulary'
import {getAt, objectsOf, pathText, textOf} from '../content'
import {useEditing} from '../editing'
import {useJump} from '../Sections'

interface Row {
  path: (string | number)[]
  field: string
  text: string
  basis: string
  checked: unknown
}

const SINGLE = [['anticipate', '法定时限'], ['promise', '承诺时限'], ['handle_area', '通办范围'], ['online_handle_depth', '网办深度'], ['limit_scene_num', '到现场次数']] as const

function rowsOf(content: Record<string, unknown>): Row[] {
  const single = SINGLE.map(([name, field]) => ({path: [name], field, item: (getAt(content, [name]) ?? {}) as Record<string, unknown>}))
  const conditions = objectsOf(content.accept_condition).map((item, index) => ({path: ['accept_condition', index], field: '受理条件', item}))
  const facts: Row[] = [...conditions, ...single].map(({path, field, item}) => ({path, field, text: textOf(item.text), basis: textOf(item.basis), checked: item.basis_checked}))
  const fees: Row[] = objectsOf(content.fees).map((item, index) => ({path: ['fees', index], field: '收费', text: `${textOf(item.fee_name)} ${textOf(item.fee_stand)}`, basis: textOf(item.fee_basis), checked: item.basis_checked}))
  return [...facts, ...fees].filter(row => row.text.trim())
}

/** On what each statement of the guide rests, in one table; those still to be checked are named. */
export function BasisOverview() {
  const {effective} = useEditing()
  const jump = useJump()
  const words = useVocabulary()
  const rows = rowsOf(effective)
  const open = rows.filter(row => row.basis && row.checked === false).length
  return (
    <section className="block" aria-labelledby="basis-overview">
      <div className="block-head"><h3 id="basis-overview">各项说法的依据</h3><span className="muted small">{rows.filter(row => row.basis).length} / {rows.length} 项写了依据{open ? `，${open} 项待核对原文` : ''}</span></div>
      <table className="table tight">
        <caption className="vh">各项说法的依据</caption>
        <thead><tr><th scope="col">要素</th><th scope="col">说法</th><th scope="col">确定程度</th><th scope="col">依据</th><th scope="col">核对</th></tr></thead>
        <tbody>
          {rows.map(row => (
            <tr key={pathText(row.path)}>
              <th scope="row"><button type="button" className="link" onClick={() => jump(pathText(row.path))}>{row.field}</button></th>
              <td>{row.text}</td>
              <td className="nowrap">{words.certaintyLabel(textOf(getAt(effective, [...row.path, 'certainty'])))}</td>
              <td>{row.basis || <span className="muted">—</span>}</td>
              <td className="nowrap">{row.checked === true ? '已核对' : row.checked === false ? <span className="tag wait">待核对</span> : <span className="muted">—</span>}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}
