import {Button} from 'antd'
import {useRef, useState} from 'react'

const ACCEPT = '.xlsx,.csv,.json,.yml,.yaml,.docx,.pdf,.html,.txt'

/** One file, by dialog or dropped. */
export function ChooseFile({disabled, onFile}: {disabled: boolean; onFile: (file: File) => void}) {
  const input = useRef<HTMLInputElement>(null)
  const [over, setOver] = useState(false)
  return (
    <div
      className={over ? 'drop over' : 'drop'}
      onDragOver={event => { event.preventDefault(); setOver(true) }} onDragLeave={() => setOver(false)}
      onDrop={event => {
        event.preventDefault()
        setOver(false)
        const file = event.dataTransfer.files[0]
        if (file && !disabled) onFile(file)
      }}
    >
      <input
        ref={input} type="file" accept={ACCEPT} hidden aria-label="选择文件" disabled={disabled}
        onChange={event => {
          const file = event.target.files?.[0]
          event.target.value = '' // the same file, mended, can be chosen again
          if (file) onFile(file)
        }}
      />
      <Button type="primary" disabled={disabled} onClick={() => input.current?.click()}>选择文件</Button>
      <span className="muted">或把文件拖到这里。Excel、CSV、JSON、YAML；指南也可以是 Word。</span>
    </div>
  )
}
