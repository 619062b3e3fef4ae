import {Input, Modal} from 'antd'
import {useMemo, useState} from 'react'

interface PasteLinesProps {
  unit: string
  open: boolean
  existing: string[]
  onClose: () => void
  onTake: (lines: string[]) => void
}

/** Many lines at once; lines that are there already are left out. */
export function PasteLines({unit, open, existing, onClose, onTake}: PasteLinesProps) {
  const [text, setText] = useState('')
  const {fresh, doubled} = useMemo(() => {
    const all = text.split(/\r?\n/).map(line => line.replace(/^\s*(?:[-*•·]|\d+[.、)])\s*/, '').trim()).filter(Boolean)
    const kept = [...new Set(all)].filter(line => !existing.includes(line))
    return {fresh: kept, doubled: all.length - kept.length}
  }, [text, existing])
  const close = (): void => {
    setText('')
    onClose()
  }
  return (
    <Modal
      title={`批量粘贴${unit}`} open={open} onCancel={close} width={640} destroyOnHidden okText={`添加 ${fresh.length} 条`} okButtonProps={{disabled: !fresh.length}}
      onOk={() => { onTake(fresh); close() }}
    >
      <p className="muted gap">一行一条；行首的序号和项目符号会去掉，已有的不重复添加。</p>
      <Input.TextArea aria-label={`${unit}，一行一条`} rows={12} value={text} onChange={event => setText(event.target.value)} />
      <p role="status" className="muted">{text.trim() ? `将添加 ${fresh.length} 条${doubled ? `，略去重复的 ${doubled} 条` : ''}。` : ''}</p>
    </Modal>
  )
}
