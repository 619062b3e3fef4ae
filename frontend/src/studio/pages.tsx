/** The pages of the studio and who may see them. Those an editor does not open first are loaded when they are opened. */
import {lazy, type ComponentType} from 'react'
import type {Place} from '../shared/router'
import type {Role} from '../shared/session'
import {RecordsPage} from './records/RecordsPage'

export interface Page {
  name: string
  label: string
  roles: Role[]
  page: ComponentType<{place: Place}>
  /** A line above it in the list of pages. */
  apart?: boolean
}

const STAFF: Role[] = ['editor', 'reviewer', 'admin']
const WRITERS: Role[] = ['editor', 'reviewer']

export const PAGES: Page[] = [
  {name: 'records', label: '知识库', roles: STAFF, page: RecordsPage},
  {name: 'review', label: '审核与发布', roles: STAFF, page: lazy(() => import('./review/ReviewPage'))},
  {name: 'releases', label: '发布记录', roles: STAFF, page: lazy(() => import('./releases/ReleasesPage'))},
  {name: 'work', label: '待办', roles: STAFF, page: lazy(() => import('./work/WorkPage')), apart: true},
  {name: 'changes', label: '事项变更', roles: STAFF, page: lazy(() => import('./changes/ChangesPage'))},
  {name: 'gaps', label: '缺口', roles: STAFF, page: lazy(() => import('./gaps/GapsPage'))},
  {name: 'duplicates', label: '重复与冲突', roles: STAFF, page: lazy(() => import('./duplicates/DuplicatesPage'))},
  {name: 'board', label: '质量看板', roles: STAFF, page: lazy(() => import('./board/BoardPage'))},
  {name: 'import', label: '导入', roles: WRITERS, page: lazy(() => import('./imports/ImportPage')), apart: true},
  {name: 'notices', label: '公告与开关', roles: ['reviewer', 'admin'], page: lazy(() => import('./notices/NoticesPage'))},
  {name: 'staff', label: '人员', roles: ['admin'], page: lazy(() => import('./staff/StaffPage'))},
  {name: 'audit', label: '审计', roles: ['reviewer', 'admin'], page: lazy(() => import('./audit/AuditPage'))},
]
