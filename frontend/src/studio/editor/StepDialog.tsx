/** The dialogs of saving, submitting, withdrawing, throwing away, and beginning a local version. */
import {Input, Modal, Select} from 'antd'
import {useState} from 'react'
import {at, go} from '../../shared/router'
import {PROVINCE} from '../types'
import {useVocabulary} from '../vocabulary'
import type {Step} from './EditorHead'
import {ReasonDialog} from './ReasonDialog'
import type {RecordEditor} from './useRecordEditor'

interface StepDialogProps {
  editor: RecordEditor
  step: Step | null
  lastReason: string
  onClose: () => void
  onSave: (reason: string) => Promise<void>
  /** `gone`: there is nothing left to edit. */
  onDone: (told: string, gone?: boolean) => void
}

export function StepDialog({editor, step, lastReason, onClose, onSave, onDone}: StepDialogProps) {
  const {record, dirty} = editor
  const [told, setTold] = useState('')
  const [instead, setInstead] = useState('')
  const retiring = record?.state !== 'submitted' && record?.state !== 'approved'

  return (
    <>
      <ReasonDialog
        title={record ? `保存为第${record.number + 1}版` : '保存'} okText="保存" label="修改说明" open={step === 'save'} suggestion={lastReason || (record ? '' : '新建')}
        onClose={onClose} onConfirm={onSave}
      >
        {record && (record.state === 'submitted' || record.state === 'approved') && (
          <p className="problem gap">第{record.number}版正在{record.state === 'submitted' ? '审核' : '等待发布'}，保存后由新的草稿代替，要重新提交审核。</p>
        )}
      </ReasonDialog>
      <ReasonDialog
        title="提交审核" okText={dirty ? '保存并提交' : '提交'} label="修改说明" open={step === 'submit'} suggestion={lastReason || (dirty ? '' : (record?.reason ?? ''))} onClose={onClose}
        onConfirm={async reason => {
          if (dirty && !(await editor.save(reason))) return onClose()
          await editor.act('submit', reason)
          onDone('已提交审核')
        }}
      >
        <p className="gap">提交后由审核人员通过或退回；审核期间这一版不再修改。</p>
        {editor.lint.findings.some(finding => finding.severity === 'error') && <p className="problem gap">还有错误没有处理，审核时多半会被退回。</p>}
      </ReasonDialog>
      <ReasonDialog
        title="撤回" okText="撤回为草稿" open={step === 'withdraw' && !retiring} required={false} onClose={onClose}
        onConfirm={async reason => {
          await editor.act('withdraw', reason)
          onDone('已撤回为草稿')
        }}
      >
        <p className="gap">第{record?.number}版退出{record?.state === 'approved' ? '待发布' : '审核'}，回到草稿，可以再改、再提交。</p>
      </ReasonDialog>
      <ReasonDialog
        title="停用" okText="生成停用草稿" danger open={step === 'withdraw' && retiring} onClose={onClose}
        onConfirm={async reason => {
          await editor.act('withdraw', reason, {told: told.trim(), instead: instead.trim() || null})
          onDone('停用草稿已生成，审核发布后生效')
        }}
      >
        <p className="gap">生成一份停用草稿；审核发布后，群众问到时只说下面这句话，不再说原来的办法。历史版本都在，随时可以恢复。</p>
        <label className="field gap"><span className="field-name">对问到它的群众怎么说</span><Input value={told} onChange={event => setTold(event.target.value)} placeholder="如：吉祥码已停止使用，办事不再需要出示" /></label>
        <label className="field gap"><span className="field-name">改办什么（可不填）</span><Input value={instead} onChange={event => setInstead(event.target.value)} /></label>
      </ReasonDialog>
      <ReasonDialog
        title="作废这一版" okText="作废" danger open={step === 'discard'} onClose={onClose}
        onConfirm={async reason => {
          await editor.act('discard', reason)
          onDone('已作废', true)
        }}
      >
        <p className="gap">第{record?.number}版不再使用，线上内容不受影响；历史里仍查得到。</p>
      </ReasonDialog>
      <LocalVersion editor={editor} open={step === 'local'} onClose={onClose} />
    </>
  )
}

/** Choose the region of a local version; one that exists is opened. */
function LocalVersion({editor, open, onClose}: {editor: RecordEditor; open: boolean; onClose: () => void}) {
  const words = useVocabulary()
  const [region, setRegion] = useState<string>()
  const {kind, key, region: here} = editor.opened.address
  return (
    <Modal
      title="建立地方版本" open={open} onCancel={onClose} okText="继续" okButtonProps={{disabled: !region}} width={460}
      onOk={() => { onClose(); go(at(['records', kind, key], {region})) }}
    >
      <p className="gap">地方版本只写与上级不同的字段，其余自动继承。已经有的会直接打开。</p>
      <label className="field"><span className="field-name">地区</span>
        <Select
          aria-label="地区" showSearch={{optionFilterProp: 'label'}} style={{width: '100%'}} placeholder="选择市州或县市区" value={region} onChange={setRegion}
          options={words.regionOptions.filter(option => option.value !== PROVINCE && option.value !== here)}
        />
      </label>
    </Modal>
  )
}
