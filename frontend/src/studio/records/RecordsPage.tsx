/** 知识库: every record with its state and findings; filters live in the address, so that a list can be kept and sent on. */
import {Button, Input} from 'antd'
import {useEffect, useState} from 'react'
import {get} from '../../shared/api'
import {DataTable, Pager, type Column} from '../../shared/DataTable'
import {Empty, Failure, Loading} from '../../shared/notices'
import {at, replace, type Place} from '../../shared/router'
import {useSession} from '../../shared/session'
import {dateTime} from '../../shared/times'
import {useLoad} from '../../shared/useLoad'
import {PageHead} from '../PageHead'
import {PROVINCE, type RecordRow} from '../types'
import {useVocabulary} from '../vocabulary'
import {ExportMenu} from './ExportMenu'
import {NewMenu} from './NewMenu'
import {Pick} from './Pick'
import {LintTags, SEVERITIES, StateTag} from './tags'

const LIMIT = 50
const FILTERS = ['kind', 'state', 'domain', 'department', 'lint', 'region', 'text', 'sort'] as const
type Filter = (typeof FILTERS)[number]

const SORTS = [
  {value: 'updated', label: '最近更新在前'},
  {value: 'title', label: '按名称'},
  {value: 'key', label: '按编号'},
  {value: 'state', label: '按状态'},
  {value: 'errors', label: '错误多的在前'},
]

export function RecordsPage({place}: {place: Place}) {
  const vocabulary = useVocabulary()
  const {may} = useSession()
  const filters = Object.fromEntries(FILTERS.map(name => [name, place.query.get(name) ?? undefined])) as Record<Filter, string | undefined>
  const offset = Number(place.query.get('offset') ?? 0) || 0
  const {data, error, loading, reload} = useLoad(
    signal => get<{total: number; rows: RecordRow[]}>('/studio/records', {...filters, offset, limit: LIMIT}, signal),
    [place.query.toString()],
  )
  const set = (change: Partial<Record<Filter, string | undefined>>, to = 0): void =>
    replace(at(['records'], {...filters, ...change, offset: to || undefined}))
  const filtered = FILTERS.some(name => name !== 'kind' && name !== 'sort' && filters[name])

  return (
    <>
      <PageHead title="知识库">
        {may('editor', 'reviewer') && <><NewMenu /><Button href="#/import">导入</Button></>}
        <ExportMenu kind={filters.kind} />
      </PageHead>
      <section className="card">
        <h2 className="vh">筛选与列表</h2>
        <div className="kinds" role="group" aria-label="种类">
          {[{id: '', label: '全部'}, ...vocabulary.kinds].map(kind => (
            <button key={kind.id} type="button" aria-pressed={(filters.kind ?? '') === kind.id} onClick={() => set({kind: kind.id || undefined})}>{kind.label}</button>
          ))}
        </div>
        <div className="row filters" role="search">
          <SearchText value={filters.text ?? ''} onSearch={text => set({text: text || undefined})} />
          <Pick label="状态" options={vocabulary.states.map(state => ({value: state.id, label: state.label}))} value={filters.state} onPick={state => set({state})} width={110} />
          <Pick label="领域" options={vocabulary.domains.map(value => ({value, label: value}))} value={filters.domain} onPick={domain => set({domain})} width={110} />
          <Pick label="责任部门" options={vocabulary.departments.map(value => ({value, label: value}))} value={filters.department} onPick={department => set({department})} width={150} />
          <Pick label="校验" options={SEVERITIES.map(severity => ({value: severity.id, label: `有${severity.label}`}))} value={filters.lint} onPick={lint => set({lint})} width={100} />
          <Pick label="地区" options={vocabulary.regionOptions} value={filters.region} onPick={region => set({region})} width={130} />
          <Pick label="排序" options={SORTS} value={filters.sort} onPick={sort => set({sort})} width={150} />
          {filtered && <button type="button" className="link" onClick={() => replace(at(['records'], {kind: filters.kind, sort: filters.sort}))}>清空筛选</button>}
        </div>
        {error ? <Failure sentence={error} again={reload} /> : !data ? <Loading what="知识库" /> : data.rows.length === 0 ? (
          filtered
            ? <Empty sentence="没有符合条件的记录。换个词，或清空筛选再看。"><Button onClick={() => replace(at(['records'], {kind: filters.kind}))}>清空筛选</Button></Empty>
            : <Empty sentence="这里还没有记录。可以新建一条，或从表格导入。"><Button href="#/import">导入</Button></Empty>
        ) : (
          <>
            <DataTable caption="知识库记录" columns={columns(vocabulary.kindLabel, !filters.kind)} rows={data.rows} rowKey={row => `${row.kind}/${row.key}/${row.region}`} busy={loading} />
            <Pager total={data.total} offset={offset} limit={LIMIT} onMove={to => set({}, to)} />
          </>
        )}
      </section>
    </>
  )
}

function columns(kindLabel: (id: string) => string, mixed: boolean): Column<RecordRow>[] {
  return [
    {
      key: 'title', title: '名称', minWidth: '14rem', cell: row => (
        <>
          <a href={at(['records', row.kind, row.key], {region: row.region})}>{row.title}</a>
          <br /><small>{mixed && `${kindLabel(row.kind)} · `}{row.key} · 第{row.number}版{row.region !== PROVINCE && <> · <b>{row.region_name}</b></>}</small>
        </>
      ),
    },
    {key: 'domain', title: '领域', width: '6rem', cell: row => row.domain},
    {key: 'department', title: '责任部门', width: '11rem', cell: row => row.department},
    {
      key: 'state', title: '状态', width: '7.5rem', cell: row => (
        <>
          <StateTag state={row.state} />
          {row.state !== 'published' && row.published_number !== null && <><br /><small>线上为第{row.published_number}版</small></>}
        </>
      ),
    },
    {key: 'lint', title: '校验', width: '12rem', cell: row => <LintTags counts={row.lint} />},
    {key: 'updated', title: '更新', width: '9.5rem', cell: row => <>{row.author_name}<br /><small className="nowrap">{dateTime(row.updated_at)}</small></>},
  ]
}

/** Typing searches after a short pause; Enter at once. */
function SearchText({value, onSearch}: {value: string; onSearch: (text: string) => void}) {
  const [text, setText] = useState(value)
  useEffect(() => setText(value), [value])
  useEffect(() => {
    if (text.trim() === value) return undefined
    const timer = setTimeout(() => onSearch(text.trim()), 400)
    return () => clearTimeout(timer)
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [text])
  return (
    <Input
      allowClear aria-label="搜索名称、编号、内容" placeholder="搜索名称、编号、内容" value={text} style={{width: 220}}
      onChange={event => setText(event.target.value)} onPressEnter={() => onSearch(text.trim())}
    />
  )
}
