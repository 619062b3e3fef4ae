import {Input, Modal} from 'antd'
import {useState} from 'react'
import {send} from '../../shared/api'
import {Choice, Field} from '../Field'
import {Departments} from '../talk/Departments'
import {useDoing} from '../talk/useDoing'
import {SATISFACTION, type Move} from './moves'
import {RESULTS, type Ticket} from './types'

/** One step of a ticket with its words. */
export function MoveDialog({move, ticket, onEnd}: {move: Move; ticket: Ticket; onEnd: (moved: Ticket | null) => void}) {
  const {busy, problem, attempt} = useDoing()
  const [text, setText] = useState('')
  const [satisfaction, setSatisfaction] = useState('')
  const [department, setDepartment] = useState(ticket.department ?? '')
  const [result, setResult] = useState(RESULTS.find(one => one === ticket.result) ?? '')
  const [asked, setAsked] = useState(false)
  const {also} = move
  const silent = !move.silent && !text.trim()
  const nowhere = also === 'department' && !department.trim()
  const submit = (): void => {
    setAsked(true)
    if (silent || nowhere) return
    void attempt(async () => onEnd(await send<Ticket>('POST', `/desk/tickets/${encodeURIComponent(ticket.number)}/move`, {
      to: move.to, text: text.trim(),
      department: also === 'department' ? department.trim() : null,
      result: (also === 'result' && result) || null,
      satisfaction: also === 'satisfaction' && satisfaction ? Number(satisfaction) : null,
    })))
  }
  return (
    <Modal title={`${move.label} ${ticket.number}`} open onCancel={() => onEnd(null)} okText={move.label} okButtonProps={{danger: !!move.danger}} onOk={submit} confirmLoading={busy} width={480}>
      <div className="stack">
        {also === 'satisfaction' && (
          <Field name="市民满意吗"><Choice value={satisfaction} none="没联系上" onChange={setSatisfaction} options={SATISFACTION.map((label, at) => ({value: String(at + 1), label})).reverse()} /></Field>
        )}
        {also === 'department' && (
          <Field name="派给哪个单位" problem={asked && nowhere ? '请填办理单位的全称。' : undefined}><Input value={department} maxLength={100} list="move-departments" onChange={event => setDepartment(event.target.value)} /><Departments id="move-departments" first={ticket.department} /></Field>
        )}
        {also === 'result' && <Field name="办理结果"><Choice value={result} none="还不能定" onChange={setResult} options={RESULTS} /></Field>}
        <Field name={move.asks} problem={asked && silent ? '请写明，办理单位和市民要看得懂。' : undefined}>
          <Input.TextArea rows={4} maxLength={1000} value={text} onChange={event => setText(event.target.value)} />
        </Field>
        {problem && <p className="problem" role="alert">{problem}</p>}
      </div>
    </Modal>
  )
}
