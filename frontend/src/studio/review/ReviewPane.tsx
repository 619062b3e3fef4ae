/** One record under review: what it changes, what the rules say, what it does to the answers; approve or send back. */
import {App, Button} from 'antd'
import {useState} from 'react'
import {get, send} from '../../shared/api'
import {Failure, Loading} from '../../shared/notices'
import {at} from '../../shared/router'
import {dateTime} from '../../shared/times'
import {useLoad} from '../../shared/useLoad'
import {describe} from '../editor/describe'
import {recordPath} from '../editor/loading'
import {ReasonDialog} from '../editor/ReasonDialog'
import {FieldChanges} from '../history/FieldChanges'
import {SEVERITIES, StateTag} from '../records/tags'
import type {KnowledgeRecord} from '../types'
import {useVocabulary} from '../vocabulary'
import {countAgain} from '../waiting'
import {ImpactPanel} from './ImpactPanel'
import {useImpact} from './impacts'
import {rowId, type QueueRow} from './types'

export function ReviewPane({row, onChanged}: {row: QueueRow; onChanged: () => void}) {
  const {message} = App.useApp()
  const {data: record, error, reload} = useLoad(signal => get<KnowledgeRecord>(recordPath(row), {region: row.region}, signal), [])
  const [step, setStep] = useState<'approve' | 'send-back' | null>(null)
  const impact = useImpact([row])

  if (error) return <div className="review-middle"><Failure sentence={error} again={reload} /></div>
  if (!record) return <div className="review-middle"><Loading what="记录" /></div>
  const errors = record.lint.filter(finding => finding.severity === 'error').length

  const act = async (reason: string): Promise<void> => {
    await send('POST', `${recordPath(row)}/${step}`, {region: row.region, expected: record.number, reason})
    void message.success(step === 'approve' ? '已通过，可以在左下方选中发布' : `已退回给${record.author_name}`)
    setStep(null)
    reload()
    onChanged()
    countAgain()
  }

  return (
    <>
      <div className="review-middle">
        <section className="card">
          <div className="row top">
            <div className="grow">
              <h2><a href={at(['records', row.kind, row.key], {region: row.region})}>{record.title}</a></h2>
              <p className="muted small"><StateTag state={record.state} /> 第{record.number}版 · {record.author_name} {dateTime(record.updated_at)}{record.reason && ` · ${record.reason}`}</p>
            </div>
            {record.allowed.includes('send-back') && <Button onClick={() => setStep('send-back')}>退回修改</Button>}
            {record.allowed.includes('approve') && <Button type="primary" onClick={() => setStep('approve')}>通过</Button>}
          </div>
          {!record.allowed.includes('approve') && record.state === 'submitted' && <p className="muted small">您不能审核这一条：要有审核角色，而且不能审核自己提交的。</p>}
        </section>
        <section className="card">
          <h2>{record.published ? `线上第${record.published.number}版 → 第${record.number}版` : '新记录，线上还没有'}</h2>
          {record.published
            ? <FieldChanges kind={row.kind} before={record.published.content} after={record.content} around={record.inherited?.content} />
            : <WholeContent record={record} />}
        </section>
        <section className="card">
          <h2>规则校验：{errors ? `${errors} 个错误，处理后才能发布` : record.lint.length ? '没有错误' : '没有发现问题'}</h2>
          <ul className="lint-list flat">
            {SEVERITIES.flatMap(severity => record.lint.filter(finding => finding.severity === severity.id).map((finding, index) => (
              <li key={`${severity.id}${index}`}><span className={`tag ${severity.look}`}>{severity.label}</span><span><b>{finding.label}</b>：{finding.message}</span></li>
            )))}
          </ul>
        </section>
      </div>
      <div className="review-side"><ImpactPanel watch={impact} what="这一版" key={rowId(row)} /></div>
      <ReasonDialog
        title={step === 'approve' ? '通过审核' : '退回修改'} okText={step === 'approve' ? '通过' : '退回'} label={step === 'approve' ? '审核意见' : '退回理由'}
        required={step !== 'approve'} danger={step === 'send-back'} open={step !== null} onClose={() => setStep(null)} onConfirm={act}
      >
        {step === 'approve' && errors > 0 && <p className="problem gap">还有 {errors} 个错误，通过之后也不能发布，建议退回。</p>}
        {step === 'approve' && impact.impact && impact.impact.golden.broken.length > 0 && <p className="problem gap">发布后有 {impact.impact.golden.broken.length} 条评测用例会答错。</p>}
      </ReasonDialog>
    </>
  )
}

/** A record without a published version is read as a whole. */
function WholeContent({record}: {record: KnowledgeRecord}) {
  const words = useVocabulary()
  return (
    <dl className="whole">
      {Object.entries(record.content).map(([name, value]) => {
        const text = describe(record.kind, name, value, record.content, words)
        return text ? <div key={name}><dt>{words.field(record.kind, name)?.label ?? name}</dt><dd>{text}</dd></div> : null
      })}
    </dl>
  )
}
