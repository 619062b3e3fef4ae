import {App, Button, Modal} from 'antd'
import {useEffect, useState} from 'react'
import {send} from '../../shared/api'
import {newId} from '../../shared/ids'
import {Failure, Loading} from '../../shared/notices'
import {useLoad} from '../../shared/useLoad'
import {useDoing} from '../talk/useDoing'
import {problemsOf, TicketFields} from './TicketFields'
import type {Ticket, TicketDraft} from './types'

interface TicketDialogProps {
  conversation: string
  /** A draft that is there already. */
  given?: TicketDraft
  onEnd: (made: Ticket | null) => void
}

/** A ticket drafted from the citizen's words; a person puts it right and sends it. */
export default function TicketDialog({conversation, given, onEnd}: TicketDialogProps) {
  const {message} = App.useApp()
  const {busy, problem, attempt} = useDoing()
  const [ticket, setTicket] = useState<TicketDraft | null>(given ?? null)
  const [asked, setAsked] = useState(false)
  // Sent again after a lost answer it is the same ticket.
  const [clientId] = useState(newId)
  const draft = useLoad(async () => given ?? send<TicketDraft>('POST', '/desk/tickets/draft', {conversation}), [conversation])
  useEffect(() => setTicket(former => former ?? draft.data), [draft.data])
  const submit = (): void => {
    setAsked(true)
    if (!ticket || Object.keys(problemsOf(ticket)).length) return
    void attempt(async () => {
      const made = await send<Ticket>('POST', '/desk/tickets', {...ticket, conversation, client_id: clientId})
      void message.success(`工单 ${made.number} 已提交。`)
      onEnd(made)
    })
  }
  return (
    <Modal
      title="工单" open onCancel={() => onEnd(null)} width={640}
      footer={<><Button onClick={() => onEnd(null)}>先不提交</Button><Button type="primary" disabled={!ticket} loading={busy} onClick={submit}>提交工单</Button></>}
    >
      {ticket ? <TicketFields ticket={ticket} asked={asked} onChange={change => setTicket({...ticket, ...change})} />
        : draft.error ? <Failure sentence={draft.error} again={draft.reload} /> : <Loading what="工单草稿" />}
      {problem && <p className="problem" role="alert">{problem}</p>}
    </Modal>
  )
}
