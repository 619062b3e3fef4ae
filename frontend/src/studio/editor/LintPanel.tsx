/** The rules' findings beside the editor: errors, warnings, advice, each with its field, and a repair where there is one. */
import {App, Button} from 'antd'
import {useState} from 'react'
import {send, sentenceOf} from '../../shared/api'
import {SEVERITIES} from '../records/tags'
import type {Content, Finding} from '../types'
import {useJump} from './Sections'
import type {RecordEditor} from './useRecordEditor'

/** A finding on the record as a whole has no field to go to. */
function Told({finding, jump}: {finding: Finding; jump: (path: string) => void}) {
  const told = <><b>{finding.label || '整条'}</b><span>{finding.message}</span>{finding.excerpt && <q>{finding.excerpt}</q>}</>
  if (!finding.path) return <div className="lint-jump whole-record">{told}</div>
  return <button type="button" className="bare lint-jump" onClick={() => jump(finding.path)}>{told}</button>
}

export function LintPanel({editor}: {editor: RecordEditor}) {
  const {lint, content, change, opened} = editor
  const {message} = App.useApp()
  const jump = useJump()
  const [repairing, setRepairing] = useState<Finding | null>(null)
  const [undo, setUndo] = useState<{before: Content; after: Content; label: string} | null>(null)

  const repair = async (finding: Finding): Promise<void> => {
    setRepairing(finding)
    try {
      const answer = await send<{content: Content; findings: Finding[]}>('POST', '/studio/repair', {...opened.address, content, rule: finding.rule, path: finding.path})
      change(answer.content)
      lint.put(answer.findings)
      setUndo({before: content, after: answer.content, label: finding.repair!.label})
      jump(finding.path)
    } catch (error) {
      void message.error(sentenceOf(error))
    } finally {
      setRepairing(null)
    }
  }

  const shown = SEVERITIES.map(severity => ({...severity, findings: lint.findings.filter(finding => finding.severity === severity.id)}))
  const errors = shown[0]!.findings.length
  return (
    <aside className="lint-panel card" aria-labelledby="lint-title">
      <h2 id="lint-title">规则校验</h2>
      <p role="status" className={errors ? 'lint-state bad' : 'lint-state'}>
        {lint.problem ? '校验没有完成。' : lint.stale ? '正在校验…'
          : !lint.findings.length ? '没有发现问题。'
            : errors ? `${errors} 个错误，处理后才能发布。` : `没有错误，${lint.findings.length} 处可以改进。`}
      </p>
      {lint.problem && <p className="problem">{lint.problem} <button type="button" className="link" onClick={lint.again}>再校验一次</button></p>}
      {undo && undo.after === content && (
        <p className="undo">已修复：{undo.label} <button type="button" className="link" onClick={() => { change(undo.before); setUndo(null) }}>撤销</button></p>
      )}
      {shown.filter(severity => severity.findings.length).map(severity => (
        <section key={severity.id} aria-label={`${severity.label} ${severity.findings.length} 个`}>
          <h3><span className={`tag ${severity.look}`}>{severity.label}</span> <span className="muted small">{severity.findings.length}</span></h3>
          <ul className="lint-list">
            {severity.findings.map((finding, index) => (
              <li key={`${finding.rule}${finding.path}${index}`}>
                <Told finding={finding} jump={jump} />
                {finding.repair && editor.may('save') && (
                  <Button size="small" loading={repairing === finding} disabled={!!repairing} onClick={() => void repair(finding)}>{finding.repair.label}</Button>
                )}
              </li>
            ))}
          </ul>
        </section>
      ))}
    </aside>
  )
}
