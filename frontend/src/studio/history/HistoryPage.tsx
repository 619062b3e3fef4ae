/** A record's versions: who, when, why; any two compared; any one restored. */
import {App, Button} from 'antd'
import {useState} from 'react'
import {get, send} from '../../shared/api'
import {DataTable, type Column} from '../../shared/DataTable'
import {Empty, Failure, Loading} from '../../shared/notices'
import {at, go, type Place} from '../../shared/router'
import {dateTime} from '../../shared/times'
import {useLoad} from '../../shared/useLoad'
import {recordPath} from '../editor/loading'
import {ReasonDialog} from '../editor/ReasonDialog'
import {PageHead} from '../PageHead'
import {StateTag} from '../records/tags'
import {PROVINCE, type Address, type Content, type Kind, type KnowledgeRecord, type RevisionRow} from '../types'
import {useVocabulary} from '../vocabulary'
import {FieldChanges} from './FieldChanges'

export default function HistoryPage({place}: {place: Place}) {
  const {message} = App.useApp()
  const words = useVocabulary()
  const [, kind = '', key = ''] = place.parts
  const address: Address = {kind: kind as Kind, key, region: place.query.get('region') ?? PROVINCE}
  const record = useLoad(signal => get<KnowledgeRecord>(recordPath(address), {region: address.region}, signal), [])
  const revisions = useLoad(signal => get<{rows: RevisionRow[]}>(`${recordPath(address)}/revisions`, {region: address.region}, signal), [])
  const [pair, setPair] = useState<{from: number; to: number} | null>(null)
  const [restoring, setRestoring] = useState<number | null>(null)

  const error = record.error ?? revisions.error
  if (error) return <Failure sentence={error} again={() => { record.reload(); revisions.reload() }}><Button href="#/records">回到知识库</Button></Failure>
  if (!record.data || !revisions.data) return <Loading what="历史" />
  const rows = revisions.data.rows
  const head = rows[0]
  if (!head) return <Empty sentence="还没有版本。"><Button href="#/records">回到知识库</Button></Empty>
  const shown = pair ?? {from: rows[1]?.number ?? head.number, to: head.number}
  const pick = (side: 'from' | 'to', number: number): void => setPair({...shown, [side]: number})
  const mayRestore = record.data.allowed.includes('restore')

  const columns: Column<RevisionRow>[] = [
    {key: 'number', title: '版本', width: '5.5rem', cell: row => <b>第{row.number}版</b>},
    {key: 'from', title: '比较：旧', width: '5.5rem', cell: row => <input type="radio" name="from" aria-label={`以第${row.number}版为旧`} checked={shown.from === row.number} onChange={() => pick('from', row.number)} />},
    {key: 'to', title: '新', width: '3.5rem', cell: row => <input type="radio" name="to" aria-label={`以第${row.number}版为新`} checked={shown.to === row.number} onChange={() => pick('to', row.number)} />},
    {key: 'state', title: '状态', width: '7rem', cell: row => <StateTag state={row.state} />},
    {key: 'who', title: '谁、何时', width: '11rem', cell: row => <>{row.author_name}<br /><small className="nowrap">{dateTime(row.created_at)}</small></>},
    {key: 'why', title: '为什么', cell: row => row.reason || <span className="muted">没有写</span>},
    {
      key: 'review', title: '审核', width: '16rem', cell: row => row.reviewer_name
        ? <>{row.reviewer_name} <small className="nowrap">{dateTime(row.reviewed_at)}</small>{row.review_reason && <><br />{row.review_reason}</>}</> : <span className="muted">—</span>,
    },
    {key: 'release', title: '发布', width: '7rem', cell: row => row.release === null ? <span className="muted">—</span> : <a href="#/releases">{row.release}</a>},
    {
      key: 'restore', title: <span className="vh">操作</span>, width: '6rem', cell: row => row.number !== head.number && mayRestore
        ? <Button size="small" onClick={() => setRestoring(row.number)} aria-label={`恢复到第${row.number}版`}>恢复</Button> : null,
    },
  ]

  return (
    <>
      <PageHead title={`历史：${record.data.title}`} note={`${words.kindLabel(kind)} · ${key}${address.region === PROVINCE ? '' : ` · ${words.regionName(address.region)}`}`}>
        <Button href={at(['records', kind, key], {region: address.region})}>回到编辑</Button>
      </PageHead>
      <section className="card"><h2>版本</h2><DataTable caption="版本" columns={columns} rows={rows} rowKey={row => String(row.number)} busy={revisions.loading} /></section>
      <section className="card">
        <h2>{shown.from === shown.to ? '比较' : `第${shown.from}版 → 第${shown.to}版`}</h2>
        {rows.length < 2 ? <p className="muted">只有一版，还没有可以比较的。</p> : shown.from === shown.to ? <p className="muted">选两个不同的版本来比较。</p> : <Comparison address={address} from={shown.from} to={shown.to} around={record.data.inherited?.content} />}
      </section>
      <ReasonDialog
        title={`恢复到第${restoring}版`} okText="恢复为新草稿" open={restoring !== null} onClose={() => setRestoring(null)}
        onConfirm={async reason => {
          const fresh = await send<KnowledgeRecord>('POST', `${recordPath(address)}/restore`, {region: address.region, expected: head.number, reason, number: restoring})
          setRestoring(null)
          void message.success(`第${restoring}版的内容已存为第${fresh.number}版草稿，审核发布后上线`)
          go(at(['records', kind, key], {region: address.region}))
        }}
      >
        <p className="gap">第{restoring}版的内容会存成新的第{head.number + 1}版草稿；原有版本都不动，线上内容要等审核发布后才变。</p>
      </ReasonDialog>
    </>
  )
}

/** Two versions, fetched with their content. */
function Comparison({address, from, to, around}: {address: Address; from: number; to: number; around: Content | undefined}) {
  const {data, error, reload} = useLoad(async signal => {
    const [before, after] = await Promise.all([from, to].map(number =>
      get<{content: Content}>(`${recordPath(address)}/revisions/${number}`, {region: address.region}, signal)))
    return {before: before!.content, after: after!.content}
  }, [address.kind, address.key, address.region, from, to])
  if (error) return <Failure sentence={error} again={reload} />
  if (!data) return <Loading what="对比" />
  return <FieldChanges kind={address.kind} before={data.before} after={data.after} around={around} />
}
