import {Button, Input} from 'antd'
import {useState} from 'react'
import type {ImportResult} from './types'

interface ApplyImportProps {
  result: ImportResult
  onApply: (skipWrong: boolean, reason: string) => Promise<string | null>
}

/** Taking over: everything, or on purpose without the rows that are wrong. */
export function ApplyImport({result, onApply}: ApplyImportProps) {
  const [skip, setSkip] = useState(false)
  const [reason, setReason] = useState('')
  const [problem, setProblem] = useState<string | null>(null)
  const [busy, setBusy] = useState(false)
  const wrong = new Set(result.wrong.map(row => row.row)).size
  const takes = result.changes.filter(row => row.change !== 'same').length
  const missing = wrong && !skip ? '有错误的行，改好文件重新导入；或勾选跳过。' : !reason.trim() ? '写明导入说明。' : ''

  const apply = async (): Promise<void> => {
    setBusy(true)
    setProblem(await onApply(skip, reason.trim()))
    setBusy(false)
  }
  if (!takes) return <section className="card"><h2>存为草稿</h2><p>{wrong ? '没有一行可以导入。在文件里改好，再点上面的“换一个文件”。' : '与现有内容完全相同，没有要存的。'}</p></section>
  return (
    <section className="card">
      <h2>存为草稿</h2>
      {wrong > 0 && <p className="gap"><label><input type="checkbox" checked={skip} onChange={event => setSkip(event.target.checked)} /> 跳过有错误的 {wrong} 行，只导入其余的（这些行不会有任何内容进来）</label></p>}
      <label className="field gap"><span className="field-name">导入说明</span><Input value={reason} placeholder="如：人社厅 11 月更新" onChange={event => setReason(event.target.value)} /></label>
      <div className="row"><Button type="primary" disabled={!!missing} loading={busy} aria-describedby="apply-why" onClick={() => void apply()}>存为草稿 {takes} 条</Button><span id="apply-why" className="muted">{missing}</span></div>
      <div role="alert">{problem && <p className="problem">{problem}</p>}</div>
    </section>
  )
}
