import {App, Input, Modal} from 'antd'
import {useState} from 'react'
import {send} from '../../shared/api'
import {useDesk} from '../desk'
import {Field} from '../Field'
import type {Conversation} from '../types'
import {clear} from './drafts'
import {useDoing} from './useDoing'

/** 交回智能助手. */
export default function ReturnDialog({conversation, onEnd}: {conversation: Conversation; onEnd: (changed: boolean) => void}) {
  const {message} = App.useApp()
  const {reload, letGo} = useDesk()
  const {busy, problem, attempt} = useDoing()
  const [note, setNote] = useState('')
  const submit = (): void => void attempt(async () => {
    await send('POST', `/desk/conversations/${encodeURIComponent(conversation.id)}/return`, {note: note.trim()})
    clear(conversation.id)
    reload()
    void message.success('已交回智能助手。')
    letGo()
  })
  return (
    <Modal title="交回智能助手" open onCancel={() => onEnd(false)} okText="交回" onOk={submit} confirmLoading={busy} width={440}>
      <div className="stack">
        <p>市民会看到：工作人员已离开，接着由智能助手回答您。市民随时可以再转人工。</p>
        <Field name="备注（可不填）"><Input value={note} maxLength={200} onChange={event => setNote(event.target.value)} /></Field>
        {problem && <p className="problem" role="alert">{problem}</p>}
      </div>
    </Modal>
  )
}
