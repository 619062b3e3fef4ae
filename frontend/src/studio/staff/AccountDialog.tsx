import {Input, Modal, Select} from 'antd'
import {useState} from 'react'
import {send, sentenceOf} from '../../shared/api'
import type {Role} from '../../shared/session'
import {useVocabulary} from '../vocabulary'
import {ROLES, type AccountRow} from './types'

/** Add an account, or change one: name, roles, scope. */
export function AccountDialog({row, onClose, onDone}: {row: AccountRow | null; onClose: () => void; onDone: (row: AccountRow) => void}) {
  const words = useVocabulary()
  const [account, setAccount] = useState(row?.account ?? '')
  const [name, setName] = useState(row?.name ?? '')
  const [roles, setRoles] = useState<Role[]>(row?.roles ?? ['editor'])
  const [departments, setDepartments] = useState(row?.departments ?? [])
  const [regions, setRegions] = useState(row?.regions ?? [])
  const [problem, setProblem] = useState<string | null>(null)
  const [busy, setBusy] = useState(false)

  const save = async (): Promise<void> => {
    if (!account.trim() || !name.trim()) return setProblem('请填写账号和姓名。')
    if (!roles.length) return setProblem('至少选一个角色。')
    setBusy(true)
    setProblem(null)
    const body = {name: name.trim(), roles, departments, regions}
    try {
      onDone(row
        ? await send<AccountRow>('PATCH', `/staff/accounts/${encodeURIComponent(row.account)}`, body)
        : await send<AccountRow>('POST', '/staff/accounts', {account: account.trim(), ...body}))
    } catch (error) {
      setProblem(sentenceOf(error))
    } finally {
      setBusy(false)
    }
  }

  return (
    <Modal open title={row ? `修改 ${row.name}` : '添加人员'} onCancel={onClose} okText={row ? '保存' : '添加'} confirmLoading={busy} onOk={() => void save()} width={560}>
      <div className="stack">
        {!row && <label className="field"><span className="field-name">账号</span><Input value={account} autoComplete="off" placeholder="小写字母和数字，登录用" onChange={event => setAccount(event.target.value)} /></label>}
        <label className="field"><span className="field-name">姓名</span><Input value={name} autoComplete="off" onChange={event => setName(event.target.value)} /></label>
        <fieldset className="chips"><legend>角色</legend>
          {ROLES.map(role => {
            const on = roles.includes(role.id)
            return <label key={role.id} className={on ? 'chip on' : 'chip'} title={role.note}><input type="checkbox" checked={on} onChange={() => setRoles(on ? roles.filter(one => one !== role.id) : [...roles, role.id])} />{role.label}<span className="muted small">{role.note}</span></label>
          })}
        </fieldset>
        <div className="field"><span className="field-name" aria-hidden="true">负责的部门（空着是全部）</span>
          <Select mode="multiple" aria-label="负责的部门" allowClear showSearch={{optionFilterProp: 'label'}} value={departments} onChange={setDepartments} options={words.departments.map(value => ({value, label: value}))} placeholder="全部部门" style={{width: '100%'}} />
        </div>
        <div className="field"><span className="field-name" aria-hidden="true">负责的地区（空着是全省）</span>
          <Select mode="multiple" aria-label="负责的地区" allowClear showSearch={{optionFilterProp: 'label'}} value={regions} onChange={setRegions} options={words.regionOptions} placeholder="全省" style={{width: '100%'}} />
        </div>
        {!row && <p className="muted small">添加后会显示一次性密码，只显示这一次；本人第一次登录时要换成自己的密码。</p>}
        <div role="alert">{problem && <p className="problem">{problem}</p>}</div>
      </div>
    </Modal>
  )
}
