/** 缺口: what people ask and nobody answers, ranked by how many people; each can become a draft, be assigned, or be closed. */
import {App, Button, Select} from 'antd'
import {useState} from 'react'
import {get, send, sentenceOf} from '../../shared/api'
import {Empty, Failure, Loading} from '../../shared/notices'
import {at, go, replace, type Place} from '../../shared/router'
import {useSession} from '../../shared/session'
import {dateTime, waited} from '../../shared/times'
import {useJob} from '../../shared/useJob'
import {useLoad} from '../../shared/useLoad'
import {ReasonDialog} from '../editor/ReasonDialog'
import {PageHead} from '../PageHead'
import {DECISIONS} from '../review/told'
import type {KnowledgeRecord} from '../types'
import {useVocabulary} from '../vocabulary'
import {countAgain} from '../waiting'

interface Gap {
  id: number
  title: string
  asked: number
  people: number
  examples: {text: string; at: string; decision: string}[]
  department: string | null
  opened_at: string
  waiting_days: number
  state: 'open' | 'drafted' | 'closed'
  nearest: {kind: string; id: string; title: string; confidence: number} | null
  draft: {kind: string; key: string; region: string} | [string, string, string] | null
}

const STATES = [{id: 'open', label: '待处理'}, {id: 'drafted', label: '已有草稿'}, {id: 'closed', label: '已关闭'}]

export default function GapsPage({place}: {place: Place}) {
  const state = place.query.get('state') ?? 'open'
  const words = useVocabulary()
  const {may} = useSession()
  const {message} = App.useApp()
  const {data, error, loading, reload} = useLoad(signal => get<{rows: Gap[]}>('/studio/gaps', {state}, signal), [state])
  const refresh = useJob<unknown>()
  const [closing, setClosing] = useState<Gap | null>(null)
  const [busy, setBusy] = useState<number | null>(null)
  const [department, setDepartment] = useState<string>()

  const run = async (gap: Gap, work: () => Promise<void>): Promise<void> => {
    setBusy(gap.id)
    try {
      await work()
    } catch (error) {
      void message.error(sentenceOf(error))
    } finally {
      setBusy(null)
    }
  }
  const draft = (gap: Gap): Promise<void> => run(gap, async () => {
    const record = await send<KnowledgeRecord>('POST', `/studio/gaps/${gap.id}/draft`)
    go(at(['records', record.kind, record.key], {region: record.region}))
  })
  const assign = (gap: Gap, to: string): Promise<void> => run(gap, async () => {
    await send('POST', `/studio/gaps/${gap.id}/assign`, {department: to})
    void message.success(`已指派给${to}`)
    reload()
  })

  const rows = (data?.rows ?? []).filter(gap => !department || gap.department === department)
  const departments = [...new Set((data?.rows ?? []).map(gap => gap.department).filter((one): one is string => !!one))]
  const writer = may('editor', 'reviewer')
  return (
    <>
      <PageHead title="缺口" note="群众问过、现在答不上来的问题，按问过的人数排列。">
        {writer && <Button loading={refresh.running} onClick={() => void refresh.start(() => send('POST', '/studio/gaps/refresh')).then(reload)}>重新归类</Button>}
      </PageHead>
      <div className="row gap">
        <div className="kinds" role="group" aria-label="状态">
          {STATES.map(one => <button key={one.id} type="button" aria-pressed={state === one.id} onClick={() => replace(at(['gaps'], {state: one.id === 'open' ? undefined : one.id}))}>{one.label}</button>)}
        </div>
        <Select
          aria-label="责任部门" placeholder="全部部门" allowClear style={{width: 170}} value={department} onChange={(one: string | undefined) => setDepartment(one)}
          options={departments.map(value => ({value, label: value}))}
        />
        <span role="status" className="muted">{refresh.running ? refresh.job?.sentence || '正在归类…' : ''}</span>
      </div>
      {refresh.error && <p className="problem gap" role="alert">{refresh.error}</p>}
      {error ? <Failure sentence={error} again={reload} /> : !data ? <Loading what="缺口" /> : rows.length === 0 ? (
        <Empty sentence={state === 'open' ? '没有待处理的缺口。新的提问积累之后，点“重新归类”再看。' : '这里没有。'}>{state !== 'open' && <Button href="#/gaps">看待处理的</Button>}</Empty>
      ) : (
        <ol className="gaps" aria-busy={loading}>
          {rows.map(gap => (
            <li key={gap.id} className="card gap-card">
              <div className="gap-count"><b>{gap.people.toLocaleString('zh-CN')}</b><span>人问过</span><span className="muted small">共 {gap.asked.toLocaleString('zh-CN')} 次</span></div>
              <div className="grow">
                <h2>{gap.title}</h2>
                <ul className="examples">{gap.examples.slice(0, 5).map((example, index) => <li key={index}>“{example.text}” <span className="muted small">{dateTime(example.at)} · {DECISIONS[example.decision] ?? example.decision}</span></li>)}</ul>
                {gap.nearest && (
                  <p className="small">现在最接近的是{words.kindLabel(gap.nearest.kind)} <a href={at(['records', gap.nearest.kind, gap.nearest.id])}>{gap.nearest.title}</a>（把握 {Math.round(gap.nearest.confidence * 100)}%），也许补几条相似问就够了。</p>
                )}
              </div>
              <div className="gap-act">
                <p className="small"><span className={gap.waiting_days >= 7 ? 'late' : 'muted'}>{waited(gap.waiting_days)}</span></p>
                {writer && gap.state === 'open' && (
                  <>
                    <Button type="primary" size="small" loading={busy === gap.id} onClick={() => void draft(gap)} aria-label={`生成草稿：${gap.title}`}>生成草稿</Button>
                    <Select
                      size="small" aria-label={`指派部门：${gap.title}`} placeholder="指派给…" showSearch={{optionFilterProp: 'label'}} popupMatchSelectWidth={false} style={{width: '100%'}}
                      value={gap.department ?? undefined} options={words.departments.map(value => ({value, label: value}))} onChange={to => void assign(gap, to)}
                    />
                    <Button size="small" onClick={() => setClosing(gap)} aria-label={`关闭：${gap.title}`}>关闭…</Button>
                  </>
                )}
                {gap.state === 'drafted' && gap.draft && <DraftLink draft={gap.draft} />}
                {gap.state !== 'open' && gap.department && <p className="small muted">{gap.department}</p>}
              </div>
            </li>
          ))}
        </ol>
      )}
      <ReasonDialog
        title={`关闭“${closing?.title ?? ''}”`} okText="关闭" open={closing !== null} onClose={() => setClosing(null)}
        onConfirm={async reason => {
          await send('POST', `/studio/gaps/${closing!.id}/close`, {reason})
          setClosing(null)
          void message.success('已关闭')
          reload()
          countAgain()
        }}
      >
        <p className="gap">不归我们答、已有答案或不值得答的，写明理由后关闭；同样的问题再多起来会重新出现。</p>
      </ReasonDialog>
    </>
  )
}

function DraftLink({draft}: {draft: NonNullable<Gap['draft']>}) {
  const {kind, key, region} = Array.isArray(draft) ? {kind: draft[0], key: draft[1], region: draft[2]} : draft
  return <Button size="small" href={at(['records', kind, key], {region})}>打开草稿</Button>
}
