import type {Role} from '../../shared/session'

export interface AccountRow {
  account: string
  name: string
  roles: Role[]
  departments: string[]
  regions: string[]
  disabled: boolean
  locked_until: string | null
  last_seen: string | null
  oidc_subject?: string | null
  has_password?: boolean
  /** A one-time password just made; it cannot be asked for again. */
  password?: string | null
}

export const ROLES: {id: Role; label: string; note: string}[] = [
  {id: 'operator', label: '坐席', note: '用坐席台接待群众'},
  {id: 'editor', label: '编辑', note: '写、改、提交'},
  {id: 'reviewer', label: '审核', note: '审核别人写的，发布、回滚'},
  {id: 'admin', label: '管理员', note: '管账号，看审计；不写也不审'},
]
