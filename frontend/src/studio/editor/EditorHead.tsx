import {Button} from 'antd'
import {url} from '../../shared/api'
import {at} from '../../shared/router'
import {useSession} from '../../shared/session'
import {dateTime} from '../../shared/times'
import {Disclosure} from '../Disclosure'
import {StateTag} from '../records/tags'
import {PROVINCE} from '../types'
import {useVocabulary} from '../vocabulary'
import {textOf} from './content'
import {useEditing} from './editing'
import {NEW_KEY, recordPath} from './loading'
import type {RecordEditor} from './useRecordEditor'

/** What can be done with a record besides editing it. */
export type Step = 'save' | 'submit' | 'withdraw' | 'discard' | 'local'

interface EditorHeadProps {
  editor: RecordEditor
  canSave: boolean
  onSave: () => void
  onRevert: () => void
  onStep: (step: Step) => void
}

export function EditorHead({editor, canSave, onSave, onRevert, onStep}: EditorHeadProps) {
  const {record, opened, dirty, may} = editor
  const {effective} = useEditing()
  const words = useVocabulary()
  const session = useSession()
  const {kind, key, region} = opened.address
  const title = textOf(effective.task_name ?? effective.question ?? effective.title) || (record?.title ?? (key === NEW_KEY ? `新建${words.kindLabel(kind)}` : key))
  const here = {region}
  const pending = record?.state === 'submitted' || record?.state === 'approved'
  const more = [may('withdraw'), may('discard'), dirty && record, kind === 'guide' && record].some(Boolean)
  return (
    <div className="editor-head">
      <div className="editor-title">
        <p className="small"><a href={at(['records'], {kind})}>{words.kindLabel(kind)}</a><span aria-hidden="true"> / </span>{key === NEW_KEY ? '新建' : key}{region !== PROVINCE && <> · <b>{words.regionName(region)}</b></>}</p>
        <h1>{title}</h1>
        <p className="muted small">
          {record ? (
            <><StateTag state={record.state} /> 第{record.number}版 · {record.author_name} {dateTime(record.updated_at)}
              {record.published && record.published.number !== record.number && <> · 线上为第{record.published.number}版</>}
              {record.reason && <> · {record.reason}</>}</>
          ) : <span className="tag">还没有保存</span>}
          <span role="status">{dirty && <> · <b className="unsaved">有未保存的修改</b></>}</span>
        </p>
      </div>
      <div className="row">
        {record && <Button href={at(['records', kind, key, 'history'], here)}>历史与对比</Button>}
        {more && (
          <Disclosure label="更多">
            {kind === 'guide' && record && (
              <div>
                <p className="muted small">打印稿</p>
                {[['docx', 'Word'], ['pdf', 'PDF'], ['html', '网页']].map(([format, name]) => (
                  <a key={format} href={url(`${recordPath(opened.address)}/print`, {region, format})} download>{name}</a>
                ))}
              </div>
            )}
            {kind === 'guide' && record && session.may('editor', 'reviewer') && <button type="button" onClick={() => onStep('local')}>建立地方版本…</button>}
            {may('withdraw') && <button type="button" onClick={() => onStep('withdraw')}>{pending ? '撤回为草稿…' : '停用…'}</button>}
            {dirty && record && <button type="button" onClick={onRevert}>放弃未保存的修改…</button>}
            {may('discard') && <button type="button" onClick={() => onStep('discard')}>作废这一版…</button>}
          </Disclosure>
        )}
        {(may('approve') || may('send-back')) && record && <Button href={at(['review', kind, key], here)}>去审核</Button>}
        {may('submit') && record && <Button onClick={() => onStep('submit')}>{dirty ? '保存并提交审核' : '提交审核'}</Button>}
        {may('save') && <Button type="primary" disabled={!canSave} onClick={onSave} aria-keyshortcuts="Control+S" title="Ctrl+S">保存</Button>}
      </div>
      {record?.state === 'draft' && record.review_reason && <p className="problem wide-note"><b>退回意见：</b>{record.review_reason}</p>}
      {!may('save') && record && <p className="muted small wide-note">您的角色或负责的范围不能改这一条，只能看。</p>}
    </div>
  )
}
