import {Input, Modal} from 'antd'
import {useState} from 'react'
import {send, sentenceOf} from '../../shared/api'
import type {TaskRow} from './types'

const SHORTEST = 4

/** Close a task with what became of it. */
export function DoneDialog({task, onClose, onDone}: {task: TaskRow; onClose: () => void; onDone: () => void}) {
  const [reason, setReason] = useState('')
  const [problem, setProblem] = useState<string | null>(null)
  const [busy, setBusy] = useState(false)

  const save = async (): Promise<void> => {
    if (reason.trim().length < SHORTEST) return setProblem(`请写明怎么处理的，至少${SHORTEST}个字。`)
    setBusy(true)
    setProblem(null)
    try {
      await send('POST', `/studio/catalogue/tasks/${task.id}/done`, {reason: reason.trim()})
      onDone()
    } catch (error) {
      setProblem(sentenceOf(error))
    } finally {
      setBusy(false)
    }
  }

  return (
    <Modal open title={task.title} onCancel={onClose} okText="办结" confirmLoading={busy} onOk={() => void save()}>
      <div className="stack">
        <p>{task.note}</p>
        <label className="field"><span className="field-name">怎么处理的（至少{SHORTEST}个字，会记入审计）</span>
          <Input.TextArea value={reason} maxLength={500} autoSize={{minRows: 3, maxRows: 8}} onChange={event => setReason(event.target.value)} />
        </label>
        <div role="alert">{problem && <p className="problem">{problem}</p>}</div>
      </div>
    </Modal>
  )
}
