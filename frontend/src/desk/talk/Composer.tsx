/** The reply: written, saved as it grows, sent with Ctrl Enter. A suggestion that was put in can be taken back for five seconds. */
import {Button} from 'antd'
import {useRef} from 'react'
import {useCommand} from '../keys/commands'
import {clock, useNow} from '../live/useNow'
import {clear, undo, UNDO_MS, useDraft, useUndo, write} from './drafts'
import {post} from './outbox'

const LONGEST = 2000

export function Composer({id, number}: {id: string; number: string}) {
  const draft = useDraft(id)
  const taken = useUndo(id)
  const field = useRef<HTMLTextAreaElement>(null)
  const text = draft.text.trim()

  const submit = (): void => {
    if (!text) return field.current?.focus()
    post(id, text, draft.uses)
    clear(id)
    field.current?.focus()
  }
  useCommand('send', submit)
  useCommand('reply', () => {
    const input = field.current
    input?.focus()
    // After an insertion the text is there with the next frame only.
    requestAnimationFrame(() => {
      input?.setSelectionRange(input.value.length, input.value.length)
      if (input) input.scrollTop = input.scrollHeight
    })
  })

  return (
    <form className="composer" onSubmit={event => { event.preventDefault(); submit() }}>
      <label className="vh" htmlFor="reply">回复市民</label>
      <textarea
        id="reply" ref={field} rows={4} maxLength={LONGEST} value={draft.text} placeholder="回复市民，或按 Alt+1/2/3 插入建议"
        aria-keyshortcuts="Control+Enter" onChange={event => write(id, event.target.value)}
      />
      <div className="composer-foot">
        <Button type="primary" htmlType="submit" disabled={!text}>发送 <kbd className="keys">Ctrl Enter</kbd></Button>
        <span className="undo" role="status">{taken && <>已插入“{taken.title}” <Button size="small" onClick={() => { undo(id); field.current?.focus() }}>撤销<Left until={taken.until} /></Button></>}</span>
        <span className="push muted small">{draft.text && draft.savedAt ? `草稿已自动保存 ${clock(draft.savedAt)}` : `市民看到：工号 ${number} 为您服务`}</span>
      </div>
    </form>
  )
}

function Left({until}: {until: number}) {
  return <span aria-hidden="true">（{Math.min(UNDO_MS / 1000, Math.max(1, Math.ceil((until - useNow()) / 1000)))}）</span>
}
