/** One field of the record with its name, its findings and, in a local version, where its value comes from. */
import {Button} from 'antd'
import {useId, type ReactNode} from 'react'
import {DiffText} from '../../../shared/DiffText'
import {useVocabulary} from '../../vocabulary'
import {same} from '../content'
import {describe} from '../describe'
import {useEditing, useFieldLabel} from '../editing'
import {Notes} from './Notes'

interface BlockProps {
  name: string
  label?: string
  hint?: ReactNode
  /** Findings on rows are shown beside the rows. */
  rows?: boolean
  narrow?: boolean
  children: ReactNode
}

export function Block({name, label, hint, rows = false, narrow = false, children}: BlockProps) {
  const {kind, effective, own, inherited, locked, writable, set} = useEditing()
  const words = useVocabulary()
  const title = useFieldLabel()(name, label)
  const id = useId()
  const isLocked = locked.includes(name)
  const isInherited = !!inherited && !(name in own)
  const overridden = !!inherited && name in own
  const closed = isLocked || isInherited || !writable
  const text = closed || overridden ? describe(kind, name, effective[name], effective, words) : ''

  return (
    <section className={`block${narrow ? ' narrow' : ''}${closed ? ' closed' : ''}`} data-path={name} aria-labelledby={id} tabIndex={closed ? -1 : undefined}>
      <div className="block-head">
        <h3 id={id}>{title}</h3>
        {isLocked && <span className="tag" title={inherited ? '基本目录的要素全省统一，只能由省级维护' : '定了以后不能改'}><span className="lock" aria-hidden="true" />{inherited ? '全省统一' : '不能改'}</span>}
        {isInherited && !isLocked && <span className="tag">继承自 {inherited.region_name}</span>}
        {overridden && !isLocked && <span className="tag info">本地改写</span>}
        {hint && !closed && <span className="muted small">{hint}</span>}
        <span className="push" />
        {isInherited && !isLocked && writable && (
          <Button size="small" onClick={() => set([name], effective[name] ?? (rows ? [] : ''))} aria-label={`改写${title}`}>改写</Button>
        )}
        {overridden && !isLocked && writable && (
          <Button size="small" onClick={() => set([name], undefined)} aria-label={`恢复继承${title}`}>恢复继承</Button>
        )}
      </div>
      {closed ? <div className="closed-value">{text || <span className="muted">（未填）</span>}</div> : children}
      {overridden && inherited && !same(inherited.content[name], own[name]) && (
        <details className="against">
          <summary>与{inherited.region_name}的差别</summary>
          <DiffText before={describe(kind, name, inherited.content[name], inherited.content, words)} after={text} />
        </details>
      )}
      {overridden && inherited && same(inherited.content[name], own[name]) && <p className="muted small">与{inherited.region_name}相同，可以恢复继承。</p>}
      <Notes path={[name]} deep={!rows} />
    </section>
  )
}
