/** Asks why, before something is recorded under one's name. */
import {Input, Modal} from 'antd'
import {useEffect, useRef, useState, type ReactNode} from 'react'
import {sentenceOf} from '../../shared/api'

interface ReasonDialogProps {
  title: string
  okText: string
  open: boolean
  label?: string
  suggestion?: string
  required?: boolean
  danger?: boolean
  children?: ReactNode
  onClose: () => void
  /** A thrown error stays in the dialog as a sentence. */
  onConfirm: (reason: string) => Promise<void>
}

export function ReasonDialog({title, okText, open, label = '理由', suggestion = '', required = true, danger = false, children, onClose, onConfirm}: ReasonDialogProps) {
  const [reason, setReason] = useState(suggestion)
  const [problem, setProblem] = useState<string | null>(null)
  const [busy, setBusy] = useState(false)
  const field = useRef<HTMLTextAreaElement | null>(null)

  useEffect(() => {
    if (!open) return
    setReason(suggestion)
    setProblem(null)
  }, [open, suggestion])

  const confirm = async (): Promise<void> => {
    if (required && !reason.trim()) {
      setProblem(`请写明${label}，以后查得到。`)
      field.current?.focus()
      return
    }
    setBusy(true)
    setProblem(null)
    try {
      await onConfirm(reason.trim())
    } catch (error) {
      setProblem(sentenceOf(error))
    } finally {
      setBusy(false)
    }
  }

  return (
    <Modal
      title={title} open={open} onCancel={onClose} okText={okText} okButtonProps={{danger}} confirmLoading={busy} onOk={() => void confirm()} width={520}
      afterOpenChange={shown => {
        if (!shown) return
        field.current?.focus()
        field.current?.select() // a suggestion is replaced by typing
      }}
    >
      {children}
      <label className="field">
        <span className="field-name">{label}{required ? '' : '（可不填）'}</span>
        <Input.TextArea
          ref={input => { field.current = input?.resizableTextArea?.textArea ?? null }} value={reason} autoSize={{minRows: 2, maxRows: 6}} maxLength={500}
          onChange={event => setReason(event.target.value)}
          onKeyDown={event => {
            if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing || event.keyCode === 229) return
            event.preventDefault()
            void confirm()
          }}
        />
      </label>
      <p className="muted small">Enter 确定，Shift+Enter 换行</p>
      <div role="alert">{problem && <p className="problem">{problem}</p>}</div>
    </Modal>
  )
}
