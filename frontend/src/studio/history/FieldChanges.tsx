/** What differs between two contents of a record, field by field and line by line. */
import {useMemo, useState} from 'react'
import {DiffText} from '../../shared/DiffText'
import {readStored, store} from '../../shared/storage'
import type {Content} from '../types'
import {useVocabulary} from '../vocabulary'
import {contentChanges, type FieldDelta} from './changes'

interface FieldChangesProps {
  kind: string
  before: Content
  after: Content
  /** For a local version, the level above. */
  around?: Content
}

const NOTHING: Content = {}

export function FieldChanges({kind, before, after, around = NOTHING}: FieldChangesProps) {
  const words = useVocabulary()
  const [aside, setAside] = useState(() => readStored<boolean>('banshi.aside') ?? false)
  const fields = useMemo(() => contentChanges(kind, before, after, around, words), [kind, before, after, around, words])
  const show = (next: boolean): void => {
    setAside(next)
    store('banshi.aside', next)
  }
  if (!fields.length) return <p className="muted">两版内容相同。</p>
  return (
    <>
      <div className="row gap">
        <div className="kinds" role="group" aria-label="对比方式">
          <button type="button" aria-pressed={!aside} onClick={() => show(false)}>行内对比</button>
          <button type="button" aria-pressed={aside} onClick={() => show(true)}>左右对照</button>
        </div>
        <span className="muted small">{fields.length} 项不同 · <ins>新增</ins> <del>删去</del></span>
      </div>
      {fields.map(field => <Field key={field.name} field={field} aside={aside} />)}
    </>
  )
}

function Field({field, aside}: {field: FieldDelta; aside: boolean}) {
  return (
    <section className="field-change">
      <h3>{field.label}</h3>
      {field.lines.map((line, index) =>
        typeof line === 'number'
          ? <p key={index} className="muted small stayed">{line} 行没有变</p>
          : <DiffText key={index} before={line.before} after={line.after} aside={aside} />)}
    </section>
  )
}
