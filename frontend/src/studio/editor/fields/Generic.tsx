/** Any field by the type the vocabulary gives it, for those that have no editor of their own. */
import {Button} from 'antd'
import {useVocabulary, type Vocabulary} from '../../vocabulary'
import {moved, objectsOf, pathText, textOf, without, type Path} from '../content'
import {useEditing} from '../editing'
import {Block} from './Block'
import {BasisChecked, FactBlock, FactListBlock} from './facts'
import {JsonCell} from './JsonCell'
import {Lines} from './Lines'
import {MapCells} from './MapCells'
import {Notes} from './Notes'
import {RowTools} from './RowTools'
import {asOptions, Cell, ChoiceCell, FlagCell, SeveralCell} from './simple'

/** Value lists that several fields share, by the end of the field's name. */
const SHARED_LISTS: [RegExp, string][] = [[/(anticipate|promise|day)_type$/, 'day_type'], [/certainty$/, 'certainty']]

export function labelsOf(name: string, words: Vocabulary): string[] | undefined {
  const last = name.split('.').at(-1)!
  return words.labels[last] ?? words.labels[SHARED_LISTS.find(([pattern]) => pattern.test(last))?.[1] ?? '']
}

/** What a field holds, where the vocabulary does not say. */
function guessed(value: unknown): string {
  if (typeof value === 'boolean') return 'flag'
  if (typeof value === 'number') return 'number'
  if (Array.isArray(value)) return value.every(item => typeof item === 'string') ? 'texts' : 'json'
  if (value && typeof value === 'object') return 'text' in value && 'certainty' in value ? 'fact' : Object.values(value).every(item => typeof item === 'string' || item === null) ? 'map' : 'json'
  return 'text'
}

/** The fields of a record inside a record: `special_procedure.name` of `special_procedure`. */
export function partsOf(kind: string, name: string, words: Vocabulary): {name: string; label: string; type: string}[] {
  const whole = words.field(kind, name)?.label ?? ''
  return (words.fields[kind] ?? [])
    .filter(field => field.name.startsWith(`${name}.`) && !field.name.slice(name.length + 1).includes('.'))
    .map(field => ({name: field.name.slice(name.length + 1), type: field.type, label: field.label.startsWith(whole) ? field.label.slice(whole.length).trim() : field.label}))
}

/** The control of one simple value. */
export function ValueCell({path, name, label, type, value}: {path: Path; name: string; label: string; type: string; value: unknown}) {
  const words = useVocabulary()
  const labels = labelsOf(name, words)
  if (name.endsWith('basis_checked')) return <BasisChecked path={path} name={label} />
  if (name.endsWith('certainty')) return <ChoiceCell path={path} label={label} options={words.certainties.map(one => ({value: one.id, label: one.label}))} />
  switch (type) {
    case 'flag': return <FlagCell path={path} label={label} />
    case 'number': return <Cell path={path} label={label} type="number" optional />
    case 'date': return <Cell path={path} label={label} type="date" optional />
    case 'label': return labels ? <ChoiceCell path={path} label={label} options={asOptions(labels)} optional /> : <Cell path={path} label={label} optional />
    case 'labels': return labels ? <SeveralCell path={path} label={label} options={asOptions(labels, value)} /> : <Lines path={path} unit={label} />
    case 'texts': return <Lines path={path} unit={label} />
    case 'map': return guessed(value) === 'map' || value === undefined ? <MapCells path={path} label={label} /> : <JsonCell path={path} label={label} />
    case 'text': return <Cell path={path} label={label} long={textOf(value).length > 30} optional />
    default: return <JsonCell path={path} label={label} />
  }
}

export function Generic({name}: {name: string}) {
  const words = useVocabulary()
  const {kind, effective} = useEditing()
  const spec = words.field(kind, name)
  const label = spec?.label ?? name
  const value = effective[name]
  const type = spec?.type ?? guessed(value)
  if (type === 'fact') return <FactBlock name={name} label={label} />
  const parts = partsOf(kind, name, words)
  if (type === 'records' && parts.some(part => part.name === 'text') && parts.some(part => part.name === 'certainty')) return <FactListBlock name={name} label={label} unit={label} />
  if (type === 'records' && parts.length) return <RecordsBlock name={name} label={label} parts={parts} />
  const wide = ['record', 'records', 'map', 'texts', 'json', 'condition'].includes(type) || textOf(value).length > 30
  return (
    <Block name={name} label={label} narrow={!wide} rows={type === 'texts'}>
      {type === 'record' && parts.length ? <RecordCells path={[name]} label={label} parts={parts} /> : <ValueCell path={[name]} name={name} label={label} type={type} value={value} />}
    </Block>
  )
}

interface Parts {
  label: string
  parts: {name: string; label: string; type: string}[]
}

function RecordCells({path, label, parts}: Parts & {path: Path}) {
  const {value, set} = useEditing()
  const now = value(path)
  if (now === undefined || now === null) {
    return <Button size="small" type="dashed" onClick={() => set(path, {})}>填写{label}</Button>
  }
  return (
    <div className="cells">
      {parts.map(part => (
        <div key={part.name} className="field">
          <span className="field-name" aria-hidden="true">{part.label}</span>
          <ValueCell path={[...path, part.name]} name={part.name} label={`${label} ${part.label}`} type={part.type} value={(now as Record<string, unknown>)[part.name]} />
        </div>
      ))}
      <Button size="small" onClick={() => set(path, undefined)}>去掉{label}</Button>
    </div>
  )
}

function RecordsBlock({name, label, parts}: Parts & {name: string}) {
  const {value, set} = useEditing()
  const rows = objectsOf(value([name]))
  return (
    <Block name={name} label={label} rows>
      <ol className="rows">
        {rows.map((row, index) => (
          <li key={index} className="row-card" data-path={pathText([name, index])}>
            <span className="row-number" aria-hidden="true">{index + 1}</span>
            <div className="grow">
              <div className="cells">
                {parts.map(part => (
                  <div key={part.name} className="field">
                    <span className="field-name" aria-hidden="true">{part.label}</span>
                    <ValueCell path={[name, index, part.name]} name={part.name} label={`${label}第${index + 1}项 ${part.label}`} type={part.type} value={row[part.name]} />
                  </div>
                ))}
              </div>
              <Notes path={[name, index]} deep />
            </div>
            <RowTools
              name={`${label}第${index + 1}项`} first={index === 0} last={index === rows.length - 1}
              onMove={by => set([name], moved(rows, index, index + by))} onRemove={() => set([name], without(rows, index))}
            />
          </li>
        ))}
      </ol>
      <Button size="small" type="dashed" onClick={() => set([name], [...rows, {}])}>添加{label}</Button>
    </Block>
  )
}
