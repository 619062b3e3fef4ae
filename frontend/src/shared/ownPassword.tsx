/** Changing one's own password. */
import {App, Button, Input, Modal} from 'antd'
import {useState, type FormEvent} from 'react'
import {send, sentenceOf} from './api'
import {useSession, type Me} from './session'

export function PasswordForm({onChanged}: {onChanged: () => void}) {
  const {message} = App.useApp()
  const {me, renew} = useSession()
  const [old, setOld] = useState('')
  const [fresh, setFresh] = useState('')
  const [repeated, setRepeated] = useState('')
  const [problem, setProblem] = useState<string | null>(null)
  const [busy, setBusy] = useState(false)

  const change = async (event: FormEvent): Promise<void> => {
    event.preventDefault()
    if (!old || !fresh) return setProblem('请填写现在的密码和新密码。')
    if (fresh !== repeated) return setProblem('两次填写的新密码不一样。')
    setBusy(true)
    setProblem(null)
    try {
      const renewed = await send<Me | null>('POST', '/staff/password', {old, new: fresh})
      void message.success('密码已修改')
      onChanged()
      if (renewed) renew(renewed)
    } catch (error) {
      setProblem(sentenceOf(error))
    } finally {
      setBusy(false)
    }
  }

  return (
    <form className="stack" onSubmit={event => void change(event)} noValidate>
      <input type="hidden" name="username" autoComplete="username" value={me.account} />
      <label className="field"><span className="field-name">现在的密码</span><Input autoFocus type="password" autoComplete="current-password" value={old} onChange={event => setOld(event.target.value)} /></label>
      <label className="field"><span className="field-name">新密码</span><Input type="password" autoComplete="new-password" value={fresh} onChange={event => setFresh(event.target.value)} /></label>
      <label className="field"><span className="field-name">再填一次新密码</span><Input type="password" autoComplete="new-password" value={repeated} onChange={event => setRepeated(event.target.value)} /></label>
      <div role="alert">{problem && <p className="problem">{problem}</p>}</div>
      <Button type="primary" htmlType="submit" loading={busy}>修改密码</Button>
    </form>
  )
}

export function OwnPassword({open, onClose}: {open: boolean; onClose: () => void}) {
  return (
    <Modal title="修改密码" open={open} onCancel={onClose} footer={null} width={420} destroyOnHidden>
      <PasswordForm onChanged={onClose} />
    </Modal>
  )
}
