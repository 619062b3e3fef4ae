/** A list of lines: stored questions, steps, everyday names. Enter begins the next line, pasting several lines makes several. */
import {Button, Input, type InputRef} from 'antd'
import {useEffect, useRef, useState, type KeyboardEvent} from 'react'
import {linesOf, moved, pathText, without, type Path} from '../content'
import {useEditing} from '../editing'
import {Notes} from './Notes'
import {PasteLines} from './PasteLines'
import {RowTools} from './RowTools'

interface LinesProps {
  path: Path
  /** What one line is: 相似问, 环节. */
  unit: string
  /** The order counts and can be changed. */
  ordered?: boolean
  columns?: boolean
  paste?: boolean
  placeholder?: string
}

export function Lines({path, unit, ordered = false, columns = false, paste = false, placeholder}: LinesProps) {
  const {value, set, findings} = useEditing()
  const lines = linesOf(value(path))
  const inputs = useRef<(InputRef | null)[]>([])
  const [wanted, setWanted] = useState<number | null>(null)
  const [pasting, setPasting] = useState(false)

  useEffect(() => {
    if (wanted === null) return
    inputs.current[wanted]?.focus({cursor: 'end'})
    setWanted(null)
  }, [wanted])

  const put = (next: string[], focus: number | null = null): void => {
    set(path, next)
    setWanted(focus)
  }
  const insert = (index: number, fresh: string[]): void => put([...lines.slice(0, index), ...fresh, ...lines.slice(index)], index + fresh.length - 1)

  const keys = (event: KeyboardEvent<HTMLInputElement>, index: number): void => {
    // Enter that ends an input method's composition is not a new line.
    if (event.nativeEvent.isComposing || event.keyCode === 229) return
    if (event.key === 'Enter' && !event.ctrlKey) {
      event.preventDefault()
      insert(index + 1, [''])
    } else if (event.key === 'Backspace' && lines[index] === '' && lines.length > 1) {
      event.preventDefault()
      put(without(lines, index), Math.max(0, index - 1))
    } else if (ordered && event.altKey && (event.key === 'ArrowUp' || event.key === 'ArrowDown')) {
      const to = index + (event.key === 'ArrowUp' ? -1 : 1)
      if (to < 0 || to >= lines.length) return
      event.preventDefault()
      put(moved(lines, index, to), to)
    }
  }

  const Holder = ordered ? 'ol' : 'ul'
  return (
    <div className="lines-box">
      <Holder className={columns ? 'lines columns' : 'lines'}>
        {lines.map((line, index) => (
          <li key={index}>
            <div className="line">
              <span className="line-number" aria-hidden="true">{index + 1}</span>
              <Input
                ref={input => { inputs.current[index] = input }} size="small" value={line} placeholder={placeholder}
                aria-label={`${unit} 第${index + 1}条`} data-path={pathText([...path, index])}
                status={findings.some(one => one.path === pathText([...path, index]) && one.severity === 'error') ? 'error' : undefined}
                onChange={event => set([...path, index], event.target.value)} onKeyDown={event => keys(event, index)}
                onPaste={event => {
                  const fresh = event.clipboardData.getData('text').split(/\r?\n/).map(text => text.trim()).filter(Boolean)
                  if (fresh.length < 2) return
                  event.preventDefault()
                  put([...lines.slice(0, index), ...(line ? [line] : []), ...fresh, ...lines.slice(index + 1)])
                }}
              />
              <RowTools
                name={line || `第${index + 1}条${unit}`} first={index === 0} last={index === lines.length - 1}
                onMove={ordered ? by => put(moved(lines, index, index + by)) : undefined} onRemove={() => put(without(lines, index), lines.length > 1 ? Math.min(index, lines.length - 2) : null)}
              />
            </div>
            <Notes path={[...path, index]} />
          </li>
        ))}
      </Holder>
      <div className="row">
        <Button size="small" type="dashed" onClick={() => insert(lines.length, [''])}>添加{unit}</Button>
        {paste && <Button size="small" onClick={() => setPasting(true)}>批量粘贴</Button>}
        {lines.length > 0 && <span className="muted small">{lines.length} 条{ordered && '，Alt+↑ / Alt+↓ 调整次序'}</span>}
      </div>
      {paste && <PasteLines unit={unit} open={pasting} existing={lines} onClose={() => setPasting(false)} onTake={fresh => put([...lines.filter(Boolean), ...fresh])} />}
    </div>
  )
}
