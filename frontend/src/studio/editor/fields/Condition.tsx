/** 情形条件, put together by choosing answers: all rows of a group must fit, one group is enough. */
import {Button, Select} from 'antd'
import {useState} from 'react'
import {choicesOf, conditionText, readCondition, writeCondition, type ChoiceView, type Conjunction} from '../conditions'
import {pathText, without, type Path} from '../content'
import {useEditing} from '../editing'

interface ConditionProps {
  path: Path
  /** What the condition is about, for the controls' names. */
  name: string
  /** What holds where there is no condition: 一律需要. */
  always: string
  /** Choices that may be asked about; all of the guide's by default. */
  choices?: ChoiceView[]
}

export function Condition({path, name, always, choices: given}: ConditionProps) {
  const {value, effective} = useEditing()
  const [open, setOpen] = useState(false)
  const choices = given ?? choicesOf(effective)
  const now = value(path)
  const text = conditionText(now, choices)
  if (!choices.length && !text) return null // nothing to ask about
  return (
    <div className="condition" data-path={pathText(path)}>
      <div className="row">
        <span className="small">{text ? <><b>情形</b>：{text}</> : <span className="muted">{always}</span>}</span>
        {choices.length > 0 && (
          <button type="button" className="link small" aria-expanded={open} onClick={() => setOpen(!open)} aria-label={`${open ? '收起' : '设定'}情形：${name}`}>{open ? '收起' : '设定情形'}</button>
        )}
      </div>
      {open && <Groups path={path} name={name} always={always} choices={choices} />}
    </div>
  )
}

function Groups({path, name, always, choices}: Required<ConditionProps>) {
  const {value, set} = useEditing()
  const before = value(path)
  const groups = readCondition(before)
  const put = (next: Conjunction[]): void => set(path, writeCondition(next, before))
  const putGroup = (index: number, next: Conjunction): void =>
    put(Object.keys(next).length ? groups.map((group, at) => (at === index ? next : group)) : without(groups, index))

  return (
    <div className="condition-groups" role="group" aria-label={`${name} 的情形`}>
      {groups.length === 0 && <p className="muted small">现在：{always}。选一道情形引导的题，再选其中的答案。</p>}
      {groups.map((group, index) => (
        <div key={index} className="condition-group">
          {index > 0 && <p className="or-line">或</p>}
          {Object.entries(group).map(([id, options]) => (
            <Answers
              key={id} id={id} picked={options} choice={choices.find(choice => choice.id === id)} onPick={next => putGroup(index, {...group, [id]: next})}
              onRemove={() => putGroup(index, Object.fromEntries(Object.entries(group).filter(([other]) => other !== id)))}
            />
          ))}
          <AddChoice label={`${name} 情形${index + 1}：且`} text="且…" choices={choices.filter(choice => !(choice.id in group))} onAdd={choice => putGroup(index, {...group, [choice.id]: choice.options.slice(0, 1).map(option => option.id)})} />
        </div>
      ))}
      <div className="row">
        <AddChoice label={`${name}：${groups.length ? '或' : '加情形'}`} text={groups.length ? '或…' : '选一道题…'} choices={choices} onAdd={choice => put([...groups, {[choice.id]: choice.options.slice(0, 1).map(option => option.id)}])} />
        {groups.length > 0 && <Button size="small" onClick={() => put([])}>改为{always}</Button>}
      </div>
    </div>
  )
}

interface AnswersProps {
  id: string
  picked: string[]
  choice: ChoiceView | undefined
  onPick: (options: string[]) => void
  onRemove: () => void
}

function Answers({id, picked, choice, onPick, onRemove}: AnswersProps) {
  const unknown = picked.filter(option => !choice?.options.some(one => one.id === option))
  return (
    <fieldset className="answers">
      <legend className="small">{choice ? choice.ask : <span className="problem">没有题目“{id}”</span>}</legend>
      {(choice?.options ?? []).map(option => {
        const on = picked.includes(option.id)
        return (
          <label key={option.id} className={on ? 'chip on' : 'chip'}>
            <input type="checkbox" checked={on} disabled={on && picked.length === 1} onChange={() => onPick(on ? picked.filter(one => one !== option.id) : [...picked, option.id])} />{option.label}
          </label>
        )
      })}
      {unknown.map(option => (
        <button key={option} type="button" className="chip bad" onClick={() => onPick(picked.filter(one => one !== option))}>没有选项“{option}”，去掉</button>
      ))}
      <button type="button" className="tool remove" onClick={onRemove} aria-label={`去掉条件：${choice?.ask ?? id}`} title="去掉" />
    </fieldset>
  )
}

function AddChoice({label, text, choices, onAdd}: {label: string; text: string; choices: ChoiceView[]; onAdd: (choice: ChoiceView) => void}) {
  if (!choices.length) return null
  return (
    <Select
      size="small" aria-label={label} placeholder={text} value={null} style={{width: 150}} popupMatchSelectWidth={false}
      options={choices.map(choice => ({value: choice.id, label: choice.ask || choice.id}))}
      onChange={(id: string | null) => {
        const choice = choices.find(one => one.id === id)
        if (choice) onAdd(choice)
      }}
    />
  )
}
