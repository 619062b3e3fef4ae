/** 情形引导: the questions that decide the list, their answers, and the handling items they lead to. */
import {App, Button, Input} from 'antd'
import {useState} from 'react'
import {choicesOf, removeChoice, removeOption, renameChoice, renameOption, usesOf} from '../conditions'
import {linesOf, moved, objectsOf, pathText, textOf} from '../content'
import {useEditing} from '../editing'
import {Block} from '../fields/Block'
import {Condition} from '../fields/Condition'
import {Notes} from '../fields/Notes'
import {RowTools} from '../fields/RowTools'
import {Cell, SeveralCell} from '../fields/simple'

function freeId(prefix: string, taken: string[]): string {
  let number = taken.length + 1
  while (taken.includes(`${prefix}${number}`)) number += 1
  return `${prefix}${number}`
}

export function ChoicesSection() {
  const {value, set, effective, own, replace} = useEditing()
  const {modal} = App.useApp()
  const rows = objectsOf(value(['choices']))
  const views = choicesOf(effective)
  const whole = {...effective}

  // Renaming and removing reach into the fields whose conditions name the choice; in a local version these become its own.
  const apply = (next: Record<string, unknown>): void => {
    const changedFields = Object.keys(next).filter(key => next[key] !== whole[key])
    replace({...own, ...Object.fromEntries(changedFields.map(key => [key, next[key]]))})
  }
  const confirmRemoval = (title: string, uses: string[], remove: () => void): void => {
    if (!uses.length) return remove()
    void modal.confirm({
      title, okText: '一并去掉', okButtonProps: {danger: true}, onOk: remove,
      content: `这些地方的情形用到它，会一并去掉：${uses.map(use => `“${use}”`).join('、')}。只靠它判断的会变成一律需要，去掉后请逐条核对。`,
    })
  }

  return (
    <Block name="choices" label="情形引导" rows hint="从前往后问；选项互相排斥，口语说法用来从群众的话里认出答案。">
      <ol className="rows">
        {rows.map((row, index) => {
          const id = textOf(row.id)
          const name = textOf(row.ask) || `第${index + 1}题`
          const options = objectsOf(row.options)
          return (
            <li key={id} className="row-card" data-path={pathText(['choices', index])}>
              <span className="row-number" aria-hidden="true">{index + 1}</span>
              <div className="grow stack-tight">
                <div className="row">
                  <span className="grow wide"><Cell path={['choices', index, 'ask']} label={`第${index + 1}题 问法`} placeholder="怎么问群众" /></span>
                  <IdCell id={id} label={`第${index + 1}题 代号`} taken={views.map(choice => choice.id)} onRename={to => apply(renameChoice(whole, id, to))} />
                </div>
                <ul className="options">
                  {options.map((option, at) => (
                    <li key={textOf(option.id)} className="row" data-path={pathText(['choices', index, 'options', at])}>
                      <span className="option-label"><Cell path={['choices', index, 'options', at, 'label']} label={`${name} 选项${at + 1}`} placeholder="选项" /></span>
                      <span className="grow"><SeveralCell free path={['choices', index, 'options', at, 'words']} label={`${name} 选项${at + 1} 口语说法`} options={[]} /></span>
                      <IdCell id={textOf(option.id)} label={`${name} 选项${at + 1} 代号`} taken={options.map(one => textOf(one.id))} onRename={to => apply(renameOption(whole, id, textOf(option.id), to))} />
                      <RowTools
                        name={`选项 ${textOf(option.label)}`} first={at === 0} last={at === options.length - 1} onMove={by => set(['choices', index, 'options'], moved(options, at, at + by))}
                        onRemove={() => confirmRemoval(`去掉选项“${textOf(option.label)}”？`, usesOf(effective, id, textOf(option.id)), () => apply(removeOption(whole, id, textOf(option.id))))}
                      />
                    </li>
                  ))}
                </ul>
                <div className="row">
                  <Button size="small" type="dashed" disabled={options.length >= 6} onClick={() => set(['choices', index, 'options'], [...options, {id: freeId('o', options.map(one => textOf(one.id))), label: '', words: []}])}>添加选项</Button>
                  <span className="muted small">{options.length < 2 ? '至少要两个选项' : `${linesOf(options.flatMap(one => linesOf(one.words))).length} 个口语说法`}</span>
                </div>
                <Condition path={['choices', index, 'when']} name={name} always="总要问" choices={views.slice(0, index)} />
                <Notes path={['choices', index]} deep />
              </div>
              <RowTools
                name={name} first={index === 0} last={index === rows.length - 1} onMove={by => set(['choices'], moved(rows, index, index + by))}
                onRemove={() => confirmRemoval(`去掉“${name}”？`, usesOf(effective, id), () => apply(removeChoice(whole, id)))}
              />
            </li>
          )
        })}
      </ol>
      <Button size="small" type="dashed" onClick={() => set(['choices'], [...rows, {id: freeId('c', views.map(choice => choice.id)), ask: '', options: [{id: 'o1', label: '', words: []}, {id: 'o2', label: '', words: []}]}])}>添加一题</Button>
    </Block>
  )
}

/** An id is taken over when the cursor leaves it: until then half-typed ids would tear conditions apart. */
function IdCell({id, label, taken, onRename}: {id: string; label: string; taken: string[]; onRename: (to: string) => void}) {
  const [typed, setTyped] = useState<string | null>(null)
  const text = typed ?? id
  const problem = !/^[a-z0-9_]+$/.test(text) ? '只用小写字母、数字和下划线' : text !== id && taken.includes(text) ? '代号重复' : ''
  const take = (): void => {
    if (typed !== null && !problem && typed !== id) onRename(typed)
    setTyped(null)
  }
  return (
    <Input
      size="small" className="code id-cell" aria-label={label} value={text} title={problem || '代号，条件里用'} status={problem ? 'error' : undefined} aria-invalid={!!problem || undefined}
      onChange={event => setTyped(event.target.value)} onBlur={take} onPressEnter={take}
    />
  )
}
