/** 人员: accounts, their roles and what they are responsible for. */
import {App, Button} from 'antd'
import {useState} from 'react'
import {get, send, sentenceOf} from '../../shared/api'
import {DataTable, type Column} from '../../shared/DataTable'
import {Empty, Failure, Loading} from '../../shared/notices'
import type {Place} from '../../shared/router'
import {useSession} from '../../shared/session'
import {dateTime} from '../../shared/times'
import {useLoad} from '../../shared/useLoad'
import {PageHead} from '../PageHead'
import {useVocabulary} from '../vocabulary'
import {AccountDialog} from './AccountDialog'
import {OneTimePassword} from './OneTimePassword'
import {ROLES, type AccountRow} from './types'

export default function StaffPage(_: {place: Place}) {
  const {me} = useSession()
  const {message, modal} = App.useApp()
  const words = useVocabulary()
  const {data, error, loading, reload} = useLoad(signal => get<{rows: AccountRow[]}>('/staff/accounts', {}, signal), [])
  const [editing, setEditing] = useState<AccountRow | 'new' | null>(null)
  const [shown, setShown] = useState<AccountRow | null>(null)

  const change = async (row: AccountRow, body: object, told: string): Promise<void> => {
    try {
      const after = await send<AccountRow>('PATCH', `/staff/accounts/${encodeURIComponent(row.account)}`, body)
      if (after.password) setShown(after)
      else void message.success(told)
      reload()
    } catch (error) {
      void message.error(sentenceOf(error))
    }
  }
  const ask = (title: string, content: string, okText: string, work: () => Promise<void>): void => void modal.confirm({title, content, okText, onOk: work})

  const columns: Column<AccountRow>[] = [
    {key: 'name', title: '姓名', cell: row => <><b>{row.name}</b>{row.account === me.account && '（我）'}<br /><small>{row.account}{row.oidc_subject ? ' · 统一身份认证' : ''}</small></>},
    {key: 'roles', title: '角色', width: '13rem', cell: row => row.roles.map(role => ROLES.find(one => one.id === role)?.label ?? role).join('、')},
    {key: 'departments', title: '部门', width: '14rem', cell: row => row.departments.join('、') || <span className="muted">全部</span>},
    {key: 'regions', title: '地区', width: '12rem', cell: row => row.regions.map(words.regionName).join('、') || <span className="muted">全省</span>},
    {
      key: 'state', title: '状态', width: '9rem', cell: row => row.disabled ? <span className="tag bad">已停用</span>
        : row.locked_until && new Date(row.locked_until) > new Date() ? <><span className="tag wait">已锁定</span><br /><small>到 {dateTime(row.locked_until)}</small></> : <span className="tag good">可用</span>,
    },
    {key: 'seen', title: '最近登录', width: '10.5rem', cell: row => <span className="nowrap">{dateTime(row.last_seen) || <span className="muted">从未</span>}</span>},
    {
      key: 'act', title: <span className="vh">操作</span>, width: '16rem', cell: row => (
        <span className="row">
          <Button size="small" onClick={() => setEditing(row)} aria-label={`修改 ${row.name}`}>修改</Button>
          {(row.has_password ?? true) && (
            <Button
              size="small" aria-label={`重置密码 ${row.name}`}
              onClick={() => ask(`重置${row.name}的密码？`, '会得到一个一次性密码，原来的密码立即失效，已登录的窗口会退出。', '重置', () => change(row, {reset_password: true}, '已重置'))}
            >重置密码</Button>
          )}
          {row.account !== me.account && (
            <Button
              size="small" danger={!row.disabled} aria-label={`${row.disabled ? '启用' : '停用'} ${row.name}`}
              onClick={() => row.disabled ? void change(row, {disabled: false}, '已启用')
                : ask(`停用${row.name}？`, '立即退出登录，以后不能再登录；他做过的事都留在记录里。', '停用', () => change(row, {disabled: true}, '已停用'))}
            >{row.disabled ? '启用' : '停用'}</Button>
          )}
        </span>
      ),
    },
  ]

  return (
    <>
      <PageHead title="人员" note={data ? `${data.rows.length} 个账号` : undefined}><Button type="primary" onClick={() => setEditing('new')}>添加人员</Button></PageHead>
      {error ? <Failure sentence={error} again={reload} /> : !data ? <Loading what="人员" />
        : !data.rows.length ? <Empty sentence="还没有账号。"><Button type="primary" onClick={() => setEditing('new')}>添加人员</Button></Empty>
          : <section className="card"><h2 className="vh">账号</h2><DataTable caption="账号" columns={columns} rows={data.rows} rowKey={row => row.account} busy={loading} /></section>}
      {editing && (
        <AccountDialog
          row={editing === 'new' ? null : editing} onClose={() => setEditing(null)}
          onDone={row => {
            setEditing(null)
            if (row.password) setShown(row)
            else void message.success('已保存')
            reload()
          }}
        />
      )}
      {shown && <OneTimePassword row={shown} onClose={() => setShown(null)} />}
    </>
  )
}
