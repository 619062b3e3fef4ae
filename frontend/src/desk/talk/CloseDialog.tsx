import {App, Button, Input, Modal} from 'antd'
import {useState} from 'react'
import {send} from '../../shared/api'
import {useLoad} from '../../shared/useLoad'
import {useDesk} from '../desk'
import {Field} from '../Field'
import TicketDialog from '../tickets/TicketDialog'
import type {TicketDraft} from '../tickets/types'
import type {Detail} from '../types'
import {clear} from './drafts'
import {plain} from './masked'
import {useDoing} from './useDoing'

/** What the record of the conversation says, for a person to put right: asked, answered, still open. */
function firstWords({summary, slots, messages}: Detail): string {
  const said = messages.filter(message => message.sender === 'citizen' && !message.text.startsWith('/')).map(message => plain(message.text))
  const asked = summary.asked.length ? summary.asked.map(plain) : said.slice(-2)
  const replies = messages.filter(message => message.sender === 'staff' && !message.custom.ticket && message.client_id).map(message => plain(message.text))
  return [
    asked.length ? `市民咨询：${asked.slice(-3).join('；')}。` : '',
    slots.item_name ? `事项：${slots.item_name}${slots.region_name ? `（${slots.region_name}）` : ''}。` : '',
    replies.length ? `已答复：${replies.at(-1)!.slice(0, 120)}` : '未作答复。',
    summary.unsolved.length && !replies.length ? `转人工时没解决：${summary.unsolved.map(plain).join('；')}。` : '',
  ].filter(Boolean).join('\n')
}

/** 结束: nobody's words but a person's stand in the record, so the prefilled summary is edited or confirmed. */
export default function CloseDialog({detail, onEnd}: {detail: Detail; onEnd: (changed: boolean) => void}) {
  const {message} = App.useApp()
  const {reload} = useDesk()
  const {busy, problem, attempt} = useDoing()
  const [prefilled] = useState(() => firstWords(detail))
  const [summary, setSummary] = useState(prefilled)
  const [checked, setChecked] = useState(false)
  const [asked, setAsked] = useState(false)
  const [writing, setWriting] = useState(false)
  const [number, setNumber] = useState<string | null>(null)
  const {id} = detail.conversation
  const draft = useLoad(() => send<TicketDraft>('POST', '/desk/tickets/draft', {conversation: id}), [id])
  const owned = checked || summary.trim() !== prefilled.trim()
  const submit = (): void => {
    setAsked(true)
    if (!summary.trim() || !owned) return
    void attempt(async () => {
      await send('POST', `/desk/conversations/${encodeURIComponent(id)}/close`, {summary: summary.trim()})
      clear(id)
      reload()
      void message.success('会话已结束，小结已保存。')
      onEnd(true)
    })
  }
  return (
    <Modal title="结束会话" open onCancel={() => onEnd(false)} okText="结束会话" onOk={submit} confirmLoading={busy} width={560}>
      <div className="stack">
        <Field name="小结（改成您自己的话，或核对后勾选）" problem={asked && !summary.trim() ? '请写小结。' : undefined}>
          <Input.TextArea rows={5} maxLength={1000} value={summary} onChange={event => setSummary(event.target.value)} />
        </Field>
        <label className="check"><input type="checkbox" checked={checked} onChange={event => setChecked(event.target.checked)} />小结我核对过，属实</label>
        {asked && !owned && <p className="problem" role="alert">小结是自动起草的：请修改，或核对后勾选。</p>}
        <section className="ticket-draft" aria-label="工单草稿">
          <h3>工单草稿</h3>
          {number ? <p role="status">已提交 {number}。</p>
            : draft.data ? <>
              <p><span className="tag">{draft.data.kind}</span> {plain(draft.data.title)}</p>
              <p className="muted words">{plain(draft.data.description)}</p>
              <p className="row"><Button size="small" onClick={() => setWriting(true)}>修改并提交工单</Button><span className="muted small">不需要后续办理就不用提交。</span></p>
            </>
              : draft.error ? <p className="row muted">{draft.error}<Button size="small" onClick={draft.reload}>再试一次</Button></p> : <p className="muted">正在起草…</p>}
        </section>
        {problem && <p className="problem" role="alert">{problem}</p>}
      </div>
      {writing && draft.data && <TicketDialog conversation={id} given={draft.data} onEnd={made => { setWriting(false); if (made) setNumber(made.number) }} />}
    </Modal>
  )
}
