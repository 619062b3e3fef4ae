import {Alert, App, Button} from 'antd'
import {useCallback, useEffect, useState, type ReactNode} from 'react'
import {at, go, leaveFreely, useLeaveGuard, usePlace} from '../../shared/router'
import {useSession} from '../../shared/session'
import {ago, dateTime} from '../../shared/times'
import {countAgain} from '../waiting'
import {differences} from './merge'
import {EditingProvider} from './editing'
import {EditorHead, type Step} from './EditorHead'
import {LintPanel} from './LintPanel'
import type {Opened} from './loading'
import {MergeDialog} from './MergeDialog'
import {Sections, type Section} from './Sections'
import {StepDialog} from './StepDialog'
import {useRecordEditor} from './useRecordEditor'

interface EditorProps {
  opened: Opened
  sections: Section[]
  aside?: ReactNode
}

export function Editor({opened, sections, aside}: EditorProps) {
  const {me} = useSession()
  const {message, modal} = App.useApp()
  const place = usePlace()
  const editor = useRecordEditor(opened, me.account)
  const [step, setStep] = useState<Step | null>(null)
  const [merging, setMerging] = useState(false)
  const [lastReason, setLastReason] = useState('')
  const {dirty, conflict, draft} = editor
  const isNew = !editor.record
  const canSave = editor.may('save') && (dirty || isNew)

  const beginSave = useCallback(() => {
    if (conflict) setMerging(true)
    else if (canSave) setStep('save')
    else void message.info(editor.may('save') ? '没有要保存的修改' : '您现在不能修改这条记录')
  }, [canSave, conflict, editor, message])

  useEffect(() => {
    const keys = (event: KeyboardEvent): void => {
      if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== 's') return
      event.preventDefault()
      if (!document.querySelector('.ant-modal-wrap:not([style*="display: none"])')) beginSave()
    }
    window.addEventListener('keydown', keys)
    return () => window.removeEventListener('keydown', keys)
  }, [beginSave])

  useLeaveGuard(dirty, () => ({
    leaves: next => next.parts.join('/') !== place.parts.join('/') || (next.query.get('region') ?? '') !== (place.query.get('region') ?? ''),
    ask: () => new Promise(resolve => {
      void modal.confirm({
        title: '离开这一页？', content: '还有没保存的修改。它们会留在这台电脑上，下次打开这条记录时可以恢复。', okText: '离开', cancelText: '留在这里', autoFocusButton: 'cancel',
        onOk: () => resolve(true), onCancel: () => resolve(false),
      })
    }),
  }))

  const revert = (): void => void modal.confirm({
    title: '放弃未保存的修改？', content: '回到上次保存的样子，这一步不能撤回。', okText: '放弃修改', okButtonProps: {danger: true}, autoFocusButton: 'cancel',
    onOk: () => {
      editor.change(editor.base)
      editor.dropFoundDraft()
    },
  })

  const save = async (reason: string): Promise<void> => {
    const stored = await editor.save(reason)
    setStep(null)
    setLastReason(reason)
    if (!stored) return setMerging(false)
    void message.success(`已保存为第${stored.number}版`)
    if (isNew) {
      leaveFreely()
      go(at(['records', stored.kind, stored.key], {region: stored.region}))
    }
  }

  return (
    <EditingProvider editor={editor}>
      <EditorHead editor={editor} onSave={beginSave} onRevert={revert} onStep={setStep} canSave={canSave} />
      {conflict && (
        <Alert
          type="warning" showIcon className="gap" role="alert"
          title={`${conflict.by_name} 在 ${dateTime(conflict.at)}（${ago(conflict.at, new Date())}）保存了第${conflict.number}版，您的修改还没有保存`}
          description={`${differences(conflict.base_content ?? editor.base, conflict.content, editor.content).length} 处与您的不同。合并时逐项选择，谁的修改都不会被悄悄盖掉。`}
          action={<Button size="small" type="primary" onClick={() => setMerging(true)}>合并查看</Button>}
        />
      )}
      {draft && (
        <Alert
          type="info" showIcon className="gap"
          title={`这台电脑上有 ${dateTime(draft.at)} 没保存的修改${draft.expected !== null && editor.record && draft.expected !== editor.record.number ? `，是在第${draft.expected}版上改的（现在是第${editor.record.number}版，保存时会请您合并）` : ''}`}
          action={<span className="row"><Button size="small" type="primary" onClick={editor.takeDraft}>恢复</Button><Button size="small" onClick={editor.dropFoundDraft}>丢弃</Button></span>}
        />
      )}
      {opened.inherited && (
        <p className="card gap local-note">
          这是地方版本：只保存与{opened.inherited.region_name}不同的字段，其余随{opened.inherited.region_name}更新。
          现在改写了 {Object.keys(editor.content).length} 个字段。带锁的属于基本目录，全省统一，只能由省级维护，这里不能改。
        </p>
      )}
      <Sections sections={sections} base={editor.base}>
        {panel => <>{panel}<div className="editor-aside"><LintPanel editor={editor} />{aside}</div></>}
      </Sections>
      <StepDialog
        editor={editor} step={step} lastReason={lastReason} onClose={() => setStep(null)} onSave={save}
        onDone={(told, gone) => {
          setStep(null)
          countAgain()
          void message.success(told)
          if (gone) {
            leaveFreely()
            go('#/records')
          }
        }}
      />
      {conflict && merging && (
        <MergeDialog
          kind={opened.address.kind} conflict={conflict} base={editor.base} mine={editor.content} onClose={() => setMerging(false)}
          onMerged={async content => {
            editor.adopt(conflict, content)
            setMerging(false)
            setStep('save')
            setLastReason(`与${conflict.by_name}的第${conflict.number}版合并`)
          }}
        />
      )}
    </EditingProvider>
  )
}

