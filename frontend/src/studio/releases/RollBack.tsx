/** Putting an earlier release in use again: says record by record what changes back, and asks why. */
import {Input, Modal} from 'antd'
import {useState} from 'react'
import {get, send} from '../../shared/api'
import {Failure, Loading} from '../../shared/notices'
import {ProgressLine} from '../../shared/ProgressLine'
import {useJob} from '../../shared/useJob'
import {useLoad} from '../../shared/useLoad'
import type {Release} from '../types'

type Change = Release['changes'][number]

interface BackChange {
  change: Change
  /** Number in use now, and the one that comes back; null: the record goes away, undefined: it was older than the list. */
  now: number
  then: number | null | undefined
}

const PAGE = 100
const addressOf = (change: Change): string => `${change.kind}/${change.key}/${change.region}`

/** Releases from the newest to the wanted one and, for the versions in use back then, all before it. */
async function allReleases(signal: AbortSignal): Promise<Release[]> {
  const found: Release[] = []
  for (;;) {
    const {rows} = await get<{rows: Release[]}>('/studio/releases', {offset: found.length, limit: PAGE}, signal)
    found.push(...rows)
    if (rows.length < PAGE) return found
  }
}

/** What undoing every release after `target` does to each record they touched. */
export function backChanges(releases: Release[], target: Release): BackChange[] {
  const done = releases.filter(release => release.state === 'active' || release.state === 'superseded')
  const at = done.findIndex(release => String(release.id) === String(target.id))
  const later = done.slice(0, at)
  const before = done.slice(at)
  // Of a large release the list holds the first changes only; then it cannot tell that a record was not there.
  const cut = before.some(release => (release.changes_total ?? 0) > release.changes.length)
  const back = new Map<string, BackChange>()
  for (const release of later) {
    for (const change of release.changes) {
      const address = addressOf(change)
      if (back.has(address)) continue // the newest change of a record says what is in use now
      const then = before.flatMap(release => release.changes).find(other => addressOf(other) === address)
      back.set(address, {change, now: change.number, then: then ? then.number : cut ? undefined : null})
    }
  }
  return [...back.values()].filter(one => one.then !== one.now)
}

export function RollBack({target, onClose, onDone}: {target: Release; onClose: () => void; onDone: () => void}) {
  const {data, error, reload} = useLoad(allReleases, [target.id])
  const job = useJob<unknown>()
  const [reason, setReason] = useState('')
  const [problem, setProblem] = useState('')

  const rollBack = async (): Promise<void> => {
    if (reason.trim().length < 2) return setProblem('请写明回滚的理由，以后查得到。')
    setProblem('')
    if ((await job.start(() => send('POST', `/studio/releases/${encodeURIComponent(String(target.id))}/roll-back`, {reason: reason.trim()}))) !== null) onDone()
  }

  const changes = data ? backChanges(data, target) : []
  const cut = data?.some(release => (release.changes_total ?? 0) > release.changes.length && Number(release.id) > Number(target.id))
  return (
    <Modal
      open title={`回滚到发布 ${target.id}？`} width={640} onCancel={job.running ? undefined : onClose} okText="回滚" okButtonProps={{danger: true, disabled: !data}} confirmLoading={job.running}
      cancelButtonProps={{disabled: job.running}} mask={{closable: !job.running}} onOk={() => void rollBack()}
    >
      {error ? <Failure sentence={error} again={reload} /> : !data ? <Loading what="将要变回的内容" /> : (
        <>
          <p className="gap">{changes.length ? `线上这 ${changes.length} 条记录会变回去，其余不动：` : '线上的记录与那时相同，只换回那时的索引。'}</p>
          <ul className="near-list scroll-list" tabIndex={0} aria-label="将要变回的记录">
            {changes.map(({change, now, then}) => (
              <li key={addressOf(change)}>
                <span><b>{change.title}</b>　{then === null ? <>第{now}版 → <span className="tag bad">不再上线</span></> : then === undefined ? `第${now}版 → 那时的版本` : `第${now}版 → 第${then}版`}</span>
              </li>
            ))}
          </ul>
          {cut && <p className="gap">其中有的发布改动太多，这里只列出前一部分；其余的也会一并变回。</p>}
          <p className="muted small gap">回滚记为一次新的发布；被换下的版本都留在历史里，随时可以再发布。</p>
          <label className="field"><span className="field-name">理由</span><Input.TextArea value={reason} autoSize={{minRows: 2}} onChange={event => setReason(event.target.value)} /></label>
        </>
      )}
      <div role="status">{job.running && <ProgressLine what="回滚" job={job.job} />}</div>
      <div role="alert">{(problem || job.error) && <p className="problem">{problem || job.error}</p>}</div>
    </Modal>
  )
}
