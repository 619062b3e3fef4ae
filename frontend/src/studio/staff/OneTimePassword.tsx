import {App, Button, Modal} from 'antd'
import {copyText} from '../../shared/copy'
import type {AccountRow} from './types'

/** Shows a one-time password, once; closing needs a click on purpose. */
export function OneTimePassword({row, onClose}: {row: AccountRow; onClose: () => void}) {
  const {message} = App.useApp()
  return (
    <Modal open title={`${row.name} 的一次性密码`} onCancel={onClose} closable={false} keyboard={false} mask={{closable: false}} width={440} footer={<Button type="primary" onClick={onClose}>我已转交，关闭</Button>}>
      <p>账号 <b>{row.account}</b>，一次性密码：</p>
      <p className="one-time row"><code>{row.password}</code>
        <Button onClick={() => void copyText(row.password ?? '').then(copied => (copied ? message.success('已复制') : message.warning('没能复制，请手工抄下')))}>复制</Button>
      </p>
      <p className="muted">只显示这一次，关闭后再也查不到。请当面或用安全的方式转交；本人登录后要换成自己的密码。</p>
    </Modal>
  )
}
