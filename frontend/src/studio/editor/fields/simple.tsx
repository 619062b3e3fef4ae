/** Fields that hold one value. */
import {Input, Select} from 'antd'
import {useVocabulary} from '../../vocabulary'
import {linesOf, pathText, textOf, type Path} from '../content'
import {useEditing, useFieldLabel, useFindings} from '../editing'
import {Block} from './Block'
import {notesId} from './Notes'

interface CellProps {
  path: Path
  label: string
  placeholder?: string
  long?: boolean
  type?: 'text' | 'date' | 'number' | 'url'
  /** An emptied field is left out instead of stored as an empty text. */
  optional?: boolean
  width?: string
}

/** One text, number or date. Long texts grow with what is in them. */
export function Cell({path, label, placeholder, long = false, type = 'text', optional = false, width}: CellProps) {
  const {value, set} = useEditing()
  const findings = useFindings(path)
  const shared = {
    'aria-label': label, placeholder, value: textOf(value(path)), 'data-path': pathText(path), 'aria-invalid': findings.some(one => one.severity === 'error') || undefined,
    'aria-describedby': findings.length ? notesId(path) : undefined, status: findings.some(one => one.severity === 'error') ? ('error' as const) : undefined,
  }
  const write = (text: string): void => {
    if (optional && !text.trim()) set(path, undefined)
    else set(path, type === 'number' && text !== '' ? Number(text) : text)
  }
  if (long) return <Input.TextArea {...shared} autoSize={{minRows: 1, maxRows: 14}} onChange={event => write(event.target.value)} style={{width}} />
  return <Input {...shared} type={type} min={type === 'number' ? 1 : undefined} onChange={event => write(event.target.value)} style={{width}} />
}

interface TextBlockProps {
  name: string
  label?: string
  hint?: string
  placeholder?: string
  long?: boolean
  type?: 'text' | 'date' | 'number' | 'url'
  optional?: boolean
  narrow?: boolean
}

export function TextBlock({name, label, hint, narrow = true, ...cell}: TextBlockProps) {
  const named = useFieldLabel()(name, label)
  return <Block name={name} label={label} hint={hint} narrow={narrow && !cell.long}><Cell path={[name]} label={named} {...cell} /></Block>
}

export interface OneOf {
  value: string
  label: string
}

/** One of a list. */
export function ChoiceCell({path, label, options, optional = false, width}: {path: Path; label: string; options: OneOf[]; optional?: boolean; width?: number | string}) {
  const {value, set} = useEditing()
  const now = value(path)
  const known = now === undefined || now === null || options.some(option => option.value === now)
  return (
    <span data-path={pathText(path)}>
      <Select
        aria-label={label} value={now === null ? undefined : (now as string | undefined)} allowClear={optional} style={{width: width ?? '100%'}} popupMatchSelectWidth={false}
        showSearch={options.length > 8 ? {optionFilterProp: 'label'} : false} placeholder="请选择"
        options={known ? options : [...options, {value: String(now), label: `${String(now)}（不在词表里）`}]}
        onChange={(picked: string | undefined) => set(path, picked)}
      />
    </span>
  )
}

interface ChoiceBlockProps {
  name: string
  label?: string
  hint?: string
  options: OneOf[]
  optional?: boolean
}

export function ChoiceBlock({name, label, hint, options, optional}: ChoiceBlockProps) {
  const named = useFieldLabel()(name, label)
  return <Block name={name} label={label} hint={hint} narrow><ChoiceCell path={[name]} label={named} options={options} optional={optional} /></Block>
}

/** Several of a list; words outside it may be typed where `free`. */
export function SeveralCell({path, label, options, free = false}: {path: Path; label: string; options: OneOf[]; free?: boolean}) {
  const {value, set} = useEditing()
  return (
    <span data-path={pathText(path)}>
      <Select
        mode={free ? 'tags' : 'multiple'} aria-label={label} style={{width: '100%'}} value={linesOf(value(path))} options={options}
        showSearch={{optionFilterProp: 'label'}} tokenSeparators={free ? ['，', '、', ','] : undefined} placeholder="请选择" onChange={(picked: string[]) => set(path, picked)}
      />
    </span>
  )
}

export function SeveralBlock({name, label, hint, options, free, narrow = true}: ChoiceBlockProps & {free?: boolean; narrow?: boolean}) {
  const named = useFieldLabel()(name, label)
  return <Block name={name} label={label} hint={hint} narrow={narrow}><SeveralCell path={[name]} label={named} options={options} free={free} /></Block>
}

export function useCertainties(): OneOf[] {
  return useVocabulary().certainties.map(one => ({value: one.id, label: one.label}))
}

export function useElements(): OneOf[] {
  return useVocabulary().elements.map(one => ({value: one.id, label: one.label}))
}

export function asOptions(labels: string[] | undefined, now?: unknown): OneOf[] {
  const list = labels ?? []
  const kept = linesOf(now).filter(label => !list.includes(label))
  return [...list, ...kept].map(value => ({value, label: value}))
}

/** 是, 否, or not said. */
export function FlagCell({path, label}: {path: Path; label: string}) {
  const {value, set} = useEditing()
  const now = value(path)
  return (
    <span data-path={pathText(path)}>
      <Select
        aria-label={label} style={{width: '100%'}} value={now === true ? 'yes' : now === false ? 'no' : 'unsaid'} onChange={picked => set(path, picked === 'unsaid' ? undefined : picked === 'yes')}
        options={[{value: 'yes', label: '是'}, {value: 'no', label: '否'}, {value: 'unsaid', label: '未填'}]}
      />
    </span>
  )
}
