/** Publishing what was approved: impact first, then the reason, then the release it made. */
import {Button, Input} from 'antd'
import {useEffect, useState} from 'react'
import {get, send} from '../../shared/api'
import {Empty} from '../../shared/notices'
import {ProgressLine} from '../../shared/ProgressLine'
import {useJob} from '../../shared/useJob'
import type {Release} from '../types'
import {countAgain} from '../waiting'
import {ImpactPanel} from './ImpactPanel'
import {forgetImpacts, useImpact} from './impacts'
import {rowId, type QueueRow} from './types'

/** Letters of a reason that the server takes for one. */
const LEAST_OVERRIDE = 10

interface Published {
  release: Release | string | number
}

export function PublishPane({rows, onPublished}: {rows: QueueRow[]; onPublished: () => void}) {
  const watch = useImpact(rows)
  const {impact} = watch
  const publishing = useJob<Published>()
  const [reason, setReason] = useState('')
  const [override, setOverride] = useState('')
  const [done, setDone] = useState<Release | null>(null)

  // The reasons against publishing, in words. Broken golden questions a reviewer may overrule in writing, open errors nobody may.
  const errors = rows.reduce((sum, row) => sum + row.lint.error, 0)
  const open = impact?.lint_errors ?? errors
  const broken = impact?.golden.broken.length ?? 0
  const missing = open > 0 ? `有 ${open} 个错误没有处理，不能发布；请退回修改。`
    : !impact ? '先运行影响评估，才能发布。'
      : broken > 0 && override.trim().length < LEAST_OVERRIDE ? `有 ${broken} 条评测用例会答错，不能发布；确要发布，在上面写明理由（至少 ${LEAST_OVERRIDE} 个字）。`
        : !reason.trim() ? '写明发布说明。' : ''

  useEffect(() => setOverride(''), [impact])

  const publish = async (): Promise<void> => {
    const result = await publishing.start(() => send('POST', '/studio/publish', {
      impact: impact!.impact, reason: reason.trim(), ...(broken ? {override_reason: override.trim()} : {}),
    }))
    if (!result) return
    forgetImpacts()
    countAgain()
    setDone(await releaseOf(result.release))
    onPublished()
  }

  if (done) return <PublishedNote release={done} />
  if (!rows.length) return <Empty sentence="在左边勾选已通过的记录，再一起评估影响并发布。" />
  return (
    <>
      <div className="review-middle">
        <section className="card">
          <h2>发布 {rows.length} 条</h2>
          <ul className="near-list">{rows.map(row => <li key={rowId(row)}><span><b>{row.title}</b> <span className="muted small">第{row.number}版{row.published_number !== null ? `，替换线上第${row.published_number}版` : '，新上线'}</span></span></li>)}</ul>
        </section>
        <section className="card">
          <h2>发布</h2>
          {broken > 0 && (
            <div className="problem gap" role="alert">
              <p><b>{broken} 条评测用例会答错。</b>请退回修改，或去掉相关的记录后重新评估。</p>
              <label className="field"><span className="field-name">确要发布的理由（记入审计，至少 {LEAST_OVERRIDE} 个字）</span><Input.TextArea value={override} autoSize={{minRows: 2}} onChange={event => setOverride(event.target.value)} /></label>
            </div>
          )}
          <label className="field gap"><span className="field-name">发布说明</span><Input.TextArea value={reason} autoSize={{minRows: 2}} onChange={event => setReason(event.target.value)} /></label>
          <div className="row">
            <Button type="primary" disabled={!!missing || watch.running} loading={publishing.running} aria-describedby="publish-why" onClick={() => void publish()}>发布</Button>
            <span id="publish-why" className="muted">{missing}</span>
          </div>
          <div role="status">
            {publishing.running && <ProgressLine what="发布" job={publishing.job} />}
          </div>
          <div role="alert">{publishing.error && <p className="problem">{publishing.error} <button type="button" className="link" onClick={() => void watch.run()}>重新评估</button></p>}</div>
        </section>
      </div>
      <div className="review-side"><ImpactPanel watch={watch} what="选中的这些版本" /></div>
    </>
  )
}

/** A job may tell the release itself or only its number. */
async function releaseOf(release: Published['release']): Promise<Release> {
  if (typeof release === 'object') return release
  const {rows} = await get<{rows: Release[]}>('/studio/releases', {limit: 5})
  return rows.find(row => String(row.id) === String(release)) ?? {id: release, kind: 'publish', author_name: '', created_at: '', reason: '', state: 'active', snapshot: null, changes: [], impact: null}
}

function PublishedNote({release}: {release: Release}) {
  return (
    <div className="review-middle">
      <section className="card" role="status">
        <h2><span className="tag good">已发布</span> 发布 {release.id}</h2>
        <p>新的答案已经生效{release.snapshot && <>，索引快照 <code>{release.snapshot}</code></>}。发现不对可以在发布记录里回滚。</p>
        <ul className="near-list">{release.changes.map(change => <li key={`${change.kind}${change.key}${change.region}`}><span>{change.title} <span className="muted small">第{change.number}版</span></span></li>)}</ul>
        <p className="row"><Button href="#/releases">看发布记录</Button><Button href="#/review">回到队列</Button></p>
      </section>
    </div>
  )
}
