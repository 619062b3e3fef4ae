import {Input} from 'antd'
import {useState} from 'react'
import {pathText, type Path} from '../content'
import {useEditing} from '../editing'

/** A value as JSON: taken over while it reads as JSON, kept as typed while it does not. */
export function JsonCell({path, label, rows = 6}: {path: Path; label: string; rows?: number}) {
  const {value, set} = useEditing()
  const now = value(path)
  const [typed, setTyped] = useState<string | null>(null)
  const [problem, setProblem] = useState('')
  return (
    <>
      <Input.TextArea
        className="code" aria-label={`${label}（JSON）`} data-path={pathText(path)} autoSize={{minRows: Math.min(rows, 3), maxRows: rows * 3}} spellCheck={false}
        value={typed ?? (now === undefined ? '' : JSON.stringify(now, null, 2))}
        onChange={event => {
          const text = event.target.value
          setTyped(text)
          try {
            set(path, text.trim() ? JSON.parse(text) : undefined)
            setProblem('')
          } catch {
            setProblem('还不是完整的 JSON，改好之前不会保存这一处的修改。')
          }
        }}
        onBlur={() => problem || setTyped(null)}
      />
      <div role="status">{problem && <p className="problem">{problem}</p>}</div>
    </>
  )
}
