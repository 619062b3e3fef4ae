import {Input, Modal, Select} from 'antd'
import {useState} from 'react'
import {send, sentenceOf} from '../../shared/api'
import {PROVINCE} from '../types'
import {useVocabulary} from '../vocabulary'
import {KINDS, type Kind, type NoticeRow} from './types'

/** A time as the field holds it, in China, as a moment; an empty field names none. */
function moment(typed: string): string | null {
  return typed ? `${typed}:00+08:00` : null
}

/** Announce something, or switch the bot of a place off. */
export function NoticeDialog({kind: first, onClose, onDone}: {kind: Kind; onClose: () => void; onDone: (row: NoticeRow) => void}) {
  const words = useVocabulary()
  const [kind, setKind] = useState<Kind>(first)
  const [region, setRegion] = useState(PROVINCE)
  const [text, setText] = useState('')
  const [starts, setStarts] = useState('')
  const [ends, setEnds] = useState('')
  const [problem, setProblem] = useState<string | null>(null)
  const [busy, setBusy] = useState(false)
  const off = kind === 'off'

  const save = async (): Promise<void> => {
    if (!text.trim()) return setProblem('请写明要告诉群众什么。')
    setBusy(true)
    setProblem(null)
    try {
      onDone(await send<NoticeRow>('POST', '/studio/notices', {kind, region, text: text.trim(), starts_at: moment(starts), ends_at: moment(ends)}))
    } catch (error) {
      setProblem(sentenceOf(error))
    } finally {
      setBusy(false)
    }
  }

  return (
    <Modal
      open title={off ? '关停智能问答' : '发公告'} onCancel={onClose} okText={off ? '关停' : '发布'} okButtonProps={{danger: off}}
      confirmLoading={busy} onOk={() => void save()} width={560}
    >
      <div className="stack">
        <fieldset className="chips"><legend>做什么</legend>
          {KINDS.map(one => (
            <label key={one.id} className={kind === one.id ? 'chip on' : 'chip'}>
              <input type="radio" name="notice-kind" checked={kind === one.id} onChange={() => setKind(one.id)} />{one.label}<span className="muted small">{one.note}</span>
            </label>
          ))}
        </fieldset>
        <div className="field"><span className="field-name" aria-hidden="true">哪里（下级地区一起生效）</span>
          <Select aria-label="地区" showSearch={{optionFilterProp: 'label'}} value={region} onChange={setRegion} options={words.regionOptions} style={{width: '100%'}} />
        </div>
        <label className="field"><span className="field-name">{off ? '群众问什么都只看到这一句' : '群众看到的话'}</span>
          <Input.TextArea value={text} maxLength={200} autoSize={{minRows: 2, maxRows: 5}} onChange={event => setText(event.target.value)} placeholder={off ? '例如：智能问答正在检修' : '例如：今晚22点到24点系统维护'} />
        </label>
        <div className="row">
          <label className="field grow"><span className="field-name">开始（空着是现在）</span><Input type="datetime-local" value={starts} onChange={event => setStarts(event.target.value)} /></label>
          <label className="field grow"><span className="field-name">结束（空着要手动结束）</span><Input type="datetime-local" value={ends} onChange={event => setEnds(event.target.value)} /></label>
        </div>
        {off && <p className="muted small">关停后一秒内生效：机器人不再回答，只留“转人工”和12345；遇到火警、急救、轻生等仍会提示报警求助。</p>}
        <div role="alert">{problem && <p className="problem">{problem}</p>}</div>
      </div>
    </Modal>
  )
}
