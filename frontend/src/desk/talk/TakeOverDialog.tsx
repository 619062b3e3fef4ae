import {App, Input, Modal} from 'antd'
import {useState} from 'react'
import {send} from '../../shared/api'
import {useDesk} from '../desk'
import {Field} from '../Field'
import type {Conversation, Detail} from '../types'
import {citizenName} from '../words'
import {useDoing} from './useDoing'

/** 接管: a supervisor takes a conversation from the colleague who has it. */
export default function TakeOverDialog({conversation, onEnd}: {conversation: Conversation; onEnd: (taken: Detail | null) => void}) {
  const {message} = App.useApp()
  const {reload} = useDesk()
  const {busy, problem, attempt} = useDoing()
  const [reason, setReason] = useState('')
  const [asked, setAsked] = useState(false)
  const who = conversation.operator ? `${conversation.operator.name}（工号 ${conversation.operator.number}）` : '原来的坐席'
  const submit = (): void => {
    setAsked(true)
    if (!reason.trim()) return
    void attempt(async () => {
      const taken = await send<Detail>('POST', `/desk/conversations/${encodeURIComponent(conversation.id)}/take-over`, {reason: reason.trim()})
      reload()
      void message.success('已接管，现在由您接待。')
      onEnd(taken)
    })
  }
  return (
    <Modal title={`接管 ${citizenName(conversation)}`} open onCancel={() => onEnd(null)} okText="接管" onOk={submit} confirmLoading={busy} width={440}>
      <div className="stack">
        <p>会话会从 {who} 手上转到您这里，市民会看到一句说明，这次接管会记入审计。</p>
        <Field name="为什么接管（对方会看到）" problem={asked && !reason.trim() ? '请写明理由。' : undefined}>
          <Input.TextArea rows={2} value={reason} maxLength={300} onChange={event => setReason(event.target.value)} placeholder="例如：市民对前面的答复不满意" />
        </Field>
        {problem && <p className="problem" role="alert">{problem}</p>}
      </div>
    </Modal>
  )
}
