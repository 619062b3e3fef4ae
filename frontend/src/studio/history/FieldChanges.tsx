/** What differs between two versions of a record, field by field. */
import {useState} from 'react'
import {get} from '../../shared/api'
import {DiffText} from '../../shared/DiffText'
import {Failure, Loading} from '../../shared/notices'
import {readStored, store} from '../../shared/storage'
import {useLoad} from '../../shared/useLoad'
import {recordPath} from '../editor/loading'
import type {Address, FieldChange} from '../types'

interface FieldChangesProps {
  address: Address
  from: number | 'published'
  to: number
}

export function FieldChanges({address, from, to}: FieldChangesProps) {
  const [aside, setAside] = useState(() => readStored<boolean>('banshi.aside') ?? false)
  const {data, error, loading, reload} = useLoad(
    signal => get<{fields: FieldChange[]}>(`${recordPath(address)}/diff`, {region: address.region, from, to}, signal),
    [address.kind, address.key, address.region, from, to],
  )
  if (error) return <Failure sentence={error} again={reload} />
  if (!data) return <Loading what="对比" />
  const show = (next: boolean): void => {
    setAside(next)
    store('banshi.aside', next)
  }
  if (!data.fields.length) return <p className="muted">两版内容相同。</p>
  return (
    <div aria-busy={loading}>
      <div className="row gap">
        <div className="kinds" role="group" aria-label="对比方式">
          <button type="button" aria-pressed={!aside} onClick={() => show(false)}>行内对比</button>
          <button type="button" aria-pressed={aside} onClick={() => show(true)}>左右对照</button>
        </div>
        <span className="muted small">{data.fields.length} 处不同 · <ins>新增</ins> <del>删去</del></span>
      </div>
      {data.fields.map(field => (
        <section key={field.path} className="field-change">
          <h3>{field.label} {field.before === null ? <span className="tag good">新增</span> : field.after === null ? <span className="tag bad">删去</span> : null}</h3>
          <DiffText before={field.before} after={field.after} aside={aside} />
        </section>
      ))}
    </div>
  )
}
