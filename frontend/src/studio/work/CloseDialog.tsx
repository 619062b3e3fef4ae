import {Input, Modal, Select} from 'antd'
import {useState} from 'react'
import {send, sentenceOf} from '../../shared/api'
import {PROVINCE, type Kind} from '../types'
import {useVocabulary} from '../vocabulary'
import {OUTCOMES, type WorkItem} from './types'

const SHORTEST = 10

/** Close a work item: with what was changed, or with a reason. The citizen reads the reason as it stands. */
export function CloseDialog({item, onClose, onDone}: {item: WorkItem; onClose: () => void; onDone: () => void}) {
  const words = useVocabulary()
  const used = (item.versions.records ?? []).map(one => ({value: `${one.kind}/${one.id.split('#')[0]}`, label: `${one.title}（回答里用到的）`}))
  const others = (words.guides ?? []).map(one => ({value: `guide/${one.id}`, label: one.title}))
  const records = [...used, ...others].filter((one, index, all) => all.findIndex(other => other.value === one.value) === index)
  const [outcome, setOutcome] = useState<'changed' | 'explained'>('explained')
  const [record, setRecord] = useState<string | undefined>(records[0]?.value)
  const [region, setRegion] = useState(PROVINCE)
  const [reason, setReason] = useState('')
  const [problem, setProblem] = useState<string | null>(null)
  const [busy, setBusy] = useState(false)

  const save = async (): Promise<void> => {
    if (reason.trim().length < SHORTEST) return setProblem(`请把理由写清楚，至少${SHORTEST}个字：群众会原样看到。`)
    const [kind, key] = record?.split('/') ?? []
    setBusy(true)
    setProblem(null)
    try {
      const named = outcome === 'changed' && kind && key ? {kind: kind as Kind, key, region} : null
      await send('POST', `/studio/work-items/${item.id}/close`, {outcome, reason: reason.trim(), record: named})
      onDone()
    } catch (error) {
      setProblem(sentenceOf(error))
    } finally {
      setBusy(false)
    }
  }

  return (
    <Modal open title={`办结第 ${item.id} 号`} onCancel={onClose} okText="办结并告诉群众" confirmLoading={busy} onOk={() => void save()} width={560}>
      <div className="stack">
        <fieldset className="chips"><legend>结果</legend>
          {(['explained', 'changed'] as const).map(one => (
            <label key={one} className={outcome === one ? 'chip on' : 'chip'}>
              <input type="radio" name="outcome" checked={outcome === one} onChange={() => setOutcome(one)} />{OUTCOMES[one]}
            </label>
          ))}
        </fieldset>
        {outcome === 'changed' && (
          <div className="row">
            <div className="field grow wide"><span className="field-name" aria-hidden="true">改了哪一条（要已经发布）</span>
              <Select aria-label="改了哪一条" showSearch={{optionFilterProp: 'label'}} value={record} onChange={setRecord} options={records} style={{width: '100%'}} />
            </div>
            <div className="field grow"><span className="field-name" aria-hidden="true">地区</span>
              <Select aria-label="地区" showSearch={{optionFilterProp: 'label'}} value={region} onChange={setRegion} options={words.regionOptions} style={{width: '100%'}} />
            </div>
          </div>
        )}
        <label className="field"><span className="field-name">理由（群众会原样看到，至少{SHORTEST}个字）</span>
          <Input.TextArea value={reason} maxLength={500} autoSize={{minRows: 3, maxRows: 8}} onChange={event => setReason(event.target.value)} />
        </label>
        <div role="alert">{problem && <p className="problem">{problem}</p>}</div>
      </div>
    </Modal>
  )
}
