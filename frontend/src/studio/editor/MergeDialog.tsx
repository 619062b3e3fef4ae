/** Somebody saved first: every field on which the two versions differ, in three columns, each to be chosen. */
import {Modal} from 'antd'
import {useMemo, useState} from 'react'
import {DiffText} from '../../shared/DiffText'
import {sentenceOf} from '../../shared/api'
import {dateTime} from '../../shared/times'
import type {Content, SaveConflict} from '../types'
import {useVocabulary} from '../vocabulary'
import {describe} from './describe'
import {differences, joinedLines, merged, type FieldMerge, type Side} from './merge'

interface MergeDialogProps {
  kind: string
  conflict: SaveConflict
  /** What the edits here began with. */
  base: Content
  mine: Content
  onClose: () => void
  onMerged: (content: Content) => Promise<void>
}

const CHOICES: {side: Side; label: string}[] = [{side: 'theirs', label: '用对方的'}, {side: 'mine', label: '用我的'}, {side: 'both', label: '两边的增删都要'}]

export function MergeDialog({kind, conflict, base, mine, onClose, onMerged}: MergeDialogProps) {
  const words = useVocabulary()
  const from = conflict.base_content ?? base
  const fields = useMemo(() => differences(from, conflict.content, mine), [from, conflict.content, mine])
  const [sides, setSides] = useState<Map<string, Side>>(
    () => new Map(fields.filter(field => field.settled).map(field => [field.path.join('.'), field.settled!])))
  const [problem, setProblem] = useState<string | null>(null)
  const [busy, setBusy] = useState(false)
  const open = fields.filter(field => !sides.has(field.path.join('.')))

  const save = async (): Promise<void> => {
    setBusy(true)
    setProblem(null)
    try {
      await onMerged(merged(conflict.content, fields, sides))
    } catch (error) {
      setProblem(sentenceOf(error))
    } finally {
      setBusy(false)
    }
  }

  return (
    <Modal
      open title={`合并：${conflict.by_name} 在 ${dateTime(conflict.at)} 保存了第${conflict.number}版`} onCancel={onClose} width="min(1320px, 96vw)" style={{top: 24}}
      okText="按所选合并并保存" cancelText="先不合并" okButtonProps={{disabled: open.length > 0}} confirmLoading={busy} onOk={() => void save()}
    >
      <p role="status" className="gap">
        {fields.length === 0 ? '两边的内容一样，直接保存即可。' : `${fields.length} 处不同；只有一方改过的已替您选好。${open.length ? `还有 ${open.length} 处两边都改了，请选用哪一个。` : '都选好了。'}`}
      </p>
      <div className="merge-fields">
        {fields.map(field => (
          <MergeField
            key={field.path.join('.')} field={field} label={labelOf(field, kind, words)} side={sides.get(field.path.join('.'))}
            text={(value, content) => describe(kind, field.path[0], field.path[1] ? {[field.path[1]]: value} : value, content, words)}
            contents={{base: from, theirs: conflict.content, mine}} onPick={side => setSides(new Map(sides).set(field.path.join('.'), side))}
          />
        ))}
      </div>
      <div role="alert">{problem && <p className="problem">{problem}</p>}</div>
    </Modal>
  )
}

function labelOf(field: FieldMerge, kind: string, words: ReturnType<typeof useVocabulary>): string {
  const [name, key] = field.path
  const label = words.field(kind, name)?.label ?? name
  return key === undefined ? label : `${label} · ${words.elementLabel(key)}`
}

interface MergeFieldProps {
  field: FieldMerge
  label: string
  side: Side | undefined
  text: (value: unknown, content: Content) => string
  contents: {base: Content; theirs: Content; mine: Content}
  onPick: (side: Side) => void
}

function MergeField({field, label, side, text, contents, onPick}: MergeFieldProps) {
  const base = text(field.base, contents.base)
  const name = `merge-${field.path.join('.')}`
  return (
    <fieldset className={side ? 'merge-field' : 'merge-field open'}>
      <legend>
        {label} <span className={field.settled ? 'tag' : 'tag wait'}>{field.settled === 'theirs' ? '只有对方改了' : field.settled === 'mine' ? '只有我改了' : '两边都改了'}</span>
      </legend>
      <div className="three">
        <div><h4>原来</h4><div className="diff">{base || <span className="muted">（空）</span>}</div></div>
        <div><h4>对方的</h4><DiffText before={base} after={text(field.theirs, contents.theirs)} /></div>
        <div><h4>我的</h4><DiffText before={base} after={text(field.mine, contents.mine)} /></div>
      </div>
      <div className="row">
        {CHOICES.filter(choice => choice.side !== 'both' || (field.joinable && !field.settled)).map(choice => (
          <label key={choice.side} className={side === choice.side ? 'chip on' : 'chip'}><input type="radio" name={name} checked={side === choice.side} onChange={() => onPick(choice.side)} />{choice.label}</label>
        ))}
        {side === 'both' && <span className="muted small">合并后 {joinedLines(field.base, field.theirs, field.mine).length} 条</span>}
      </div>
    </fieldset>
  )
}
