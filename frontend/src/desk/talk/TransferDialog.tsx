import {App, Input, Modal} from 'antd'
import {useState} from 'react'
import {send} from '../../shared/api'
import {useDesk} from '../desk'
import {Choice, Field} from '../Field'
import type {Conversation} from '../types'
import {clear} from './drafts'
import {useDoing} from './useDoing'
import {Departments} from './Departments'
import {useRegions} from './useRegions'

/** 转派: to a colleague who is there, or back into the queue of a department or region. */
export default function TransferDialog({conversation, onEnd}: {conversation: Conversation; onEnd: (changed: boolean) => void}) {
  const {message} = App.useApp()
  const {overview, reload, letGo} = useDesk()
  const regions = useRegions()
  const {busy, problem, attempt} = useDoing()
  const [to, setTo] = useState('')
  const [department, setDepartment] = useState('')
  const [region, setRegion] = useState('')
  const [note, setNote] = useState('')
  const [asked, setAsked] = useState(false)
  const others = overview.operators.filter(one => one.account !== overview.me.account)
  const nowhere = !to && !department.trim() && !region
  const submit = (): void => {
    setAsked(true)
    if (nowhere || !note.trim()) return
    void attempt(async () => {
      await send('POST', `/desk/conversations/${encodeURIComponent(conversation.id)}/transfer`, {
        to: to || null, department: to ? null : department.trim() || null, region: to ? null : region || null, note: note.trim(),
      })
      clear(conversation.id)
      reload()
      void message.success('已转派，市民会看到一句说明。')
      letGo()
    })
  }
  return (
    <Modal title="转派" open onCancel={() => onEnd(false)} okText="转派" onOk={submit} confirmLoading={busy} width={480}>
      <div className="stack">
        <Field name="转给坐席">
          <Choice value={to} onChange={setTo} none="不指定人，按单位或地区排队" options={others.map(one => ({value: one.account, label: `${one.name} · 工号 ${one.number} · ${one.available ? `在线，手上 ${one.load} 个` : '离开'}`}))} />
        </Field>
        {!to && (
          <>
            <Field name="转给单位">
              <Input value={department} onChange={event => setDepartment(event.target.value)} list="transfer-departments" placeholder="例如 人力资源社会保障" />
              <Departments id="transfer-departments" conversation={conversation.id} />
            </Field>
            <Field name="转给地区" problem={asked && nowhere ? '请选一位坐席，或填单位、选地区。' : undefined}><Choice value={region} onChange={setRegion} none="不改" options={regions} /></Field>
          </>
        )}
        <Field name="给接手的人一句说明" problem={asked && !note.trim() ? '请写明办到哪一步、还差什么，免得市民再说一遍。' : undefined}>
          <Input.TextArea rows={3} value={note} maxLength={500} onChange={event => setNote(event.target.value)} placeholder="例如：已确认在长春缴存，还要核对租房备案" />
        </Field>
        {problem && <p className="problem" role="alert">{problem}</p>}
      </div>
    </Modal>
  )
}
