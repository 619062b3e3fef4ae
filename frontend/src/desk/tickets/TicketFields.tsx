import {Input} from 'antd'
import {Choice, Field} from '../Field'
import {Departments} from '../talk/Departments'
import {useRegions} from '../talk/useRegions'
import {KINDS, URGENCIES, type TicketDraft} from './types'

const MOST_TOPICS = 4

/** Why a ticket cannot go yet, by field. */
export function problemsOf(ticket: TicketDraft): Partial<Record<keyof TicketDraft, string>> {
  const problems: Partial<Record<keyof TicketDraft, string>> = {}
  if (!ticket.title.trim()) problems.title = '请写标题：一句话说清什么事。'
  if (!ticket.description.trim()) problems.description = '请写清经过和诉求。'
  if (ticket.topics.length > MOST_TOPICS) problems.topics = `主题最多 ${MOST_TOPICS} 个。`
  return problems
}

interface FieldsProps {
  ticket: TicketDraft
  asked: boolean
  onChange: (change: Partial<TicketDraft>) => void
}

/** Everything of a ticket that a person may write. */
export function TicketFields({ticket, asked, onChange}: FieldsProps) {
  const regions = useRegions()
  const problems = asked ? problemsOf(ticket) : {}
  return (
    <div className="ticket-fields">
      <Field name="类别"><Choice value={ticket.kind} options={KINDS} onChange={kind => onChange({kind})} /></Field>
      <Field name="紧急程度"><Choice value={ticket.urgency} options={URGENCIES} onChange={urgency => onChange({urgency})} /></Field>
      <div className="whole"><Field name="标题" problem={problems.title}><Input value={ticket.title} maxLength={100} onChange={event => onChange({title: event.target.value})} /></Field></div>
      <div className="whole"><Field name="经过和诉求" problem={problems.description}><Input.TextArea rows={5} maxLength={2000} value={ticket.description} onChange={event => onChange({description: event.target.value})} /></Field></div>
      <Field name="主题（用顿号分开，最多 4 个）" problem={problems.topics}>
        <Input defaultValue={ticket.topics.join('、')} onChange={event => onChange({topics: event.target.value.split(/[、，,\s]+/).filter(Boolean)})} />
      </Field>
      <Field name="办理单位">
        <Input value={ticket.department ?? ''} maxLength={60} list="ticket-departments" onChange={event => onChange({department: event.target.value || null})} />
        <Departments id="ticket-departments" conversation={ticket.conversation} first={ticket.department} />
      </Field>
      <Field name="所在地区"><Choice value={ticket.region ?? ''} none="不清楚" options={regions} onChange={region => onChange({region: region || null})} /></Field>
      <Field name="具体地点"><Input value={ticket.address} maxLength={200} onChange={event => onChange({address: event.target.value})} /></Field>
      <Field name="称呼"><Input value={ticket.person} maxLength={40} onChange={event => onChange({person: event.target.value})} /></Field>
      <Field name="联系方式"><Input value={ticket.contact} maxLength={60} onChange={event => onChange({contact: event.target.value})} /></Field>
      <label className="check whole"><input type="checkbox" checked={ticket.confidential} onChange={event => onChange({confidential: event.target.checked})} />市民要求对办理单位保密身份</label>
    </div>
  )
}
