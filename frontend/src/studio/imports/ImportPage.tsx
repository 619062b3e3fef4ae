/** 导入: choose the kind and take the template, hand in the file, read the report, take over. */
import {Button} from 'antd'
import {useState} from 'react'
import {send, sentenceOf, upload, url} from '../../shared/api'
import {ProgressLine} from '../../shared/ProgressLine'
import type {Place} from '../../shared/router'
import {useJob} from '../../shared/useJob'
import {PageHead} from '../PageHead'
import {ApplyImport} from './ApplyImport'
import {ChooseFile} from './ChooseFile'
import {ImportReport} from './ImportReport'
import type {ImportResult} from './types'

const KINDS = [
  {id: 'guide', label: '办事指南', note: '一行一个事项，材料、收费等在各自的工作表；也可以是部门写好的一份 Word 指南。'},
  {id: 'qa', label: '答问', note: '一行一条，相似问用换行或“；”隔开。'},
]

export default function ImportPage(_: {place: Place}) {
  const [kind, setKind] = useState('qa')
  const [file, setFile] = useState<File | null>(null)
  const [sent, setSent] = useState<number | null>(null)
  const [result, setResult] = useState<ImportResult | null>(null)
  const [saved, setSaved] = useState<{saved: number; keys: string[]} | null>(null)
  const reading = useJob<ImportResult>()

  const read = async (chosen: File): Promise<void> => {
    setFile(chosen)
    setResult(null)
    setSent(0)
    const done = await reading.start(async () => {
      const job = await upload<{job: string}>('/studio/imports', {kind}, chosen, setSent)
      setSent(1)
      return job
    })
    if (done) setResult(done)
  }
  const again = (): void => {
    setFile(null)
    setResult(null)
    setSaved(null)
    setSent(null)
    reading.clear()
  }
  const apply = async (skipWrong: boolean, reason: string): Promise<string | null> => {
    try {
      setSaved(await send('POST', `/studio/imports/${encodeURIComponent(String(result!.import))}/apply`, {skip_wrong: skipWrong, reason}))
      return null
    } catch (error) {
      return sentenceOf(error)
    }
  }

  const step = saved ? 4 : result ? 3 : file ? 2 : 1
  return (
    <>
      <PageHead title="导入" note="导入只生成草稿，审核发布之后才上线。">{step > 1 && <Button onClick={again}>换一个文件</Button>}</PageHead>
      <ol className="steps" aria-label="导入的步骤">
        {['选种类和模板', '上传文件', '看报告', '存为草稿'].map((label, index) => (
          <li key={label} aria-current={index + 1 === step ? 'step' : undefined} className={index + 1 < step ? 'done' : undefined}><span aria-hidden="true">{index + 1}</span>{label}</li>
        ))}
      </ol>
      {!saved && !result && (
        <section className="card">
          <fieldset className="chips gap"><legend>导入什么</legend>
            {KINDS.map(one => (
              <label key={one.id} className={kind === one.id ? 'chip on' : 'chip'}><input type="radio" name="import-kind" checked={kind === one.id} disabled={reading.running} onChange={() => setKind(one.id)} />{one.label}</label>
            ))}
          </fieldset>
          <p className="gap">{KINDS.find(one => one.id === kind)!.note} <a href={url('/studio/template', {kind})} download>下载{KINDS.find(one => one.id === kind)!.label}模板（Excel）</a></p>
          <ChooseFile disabled={reading.running} onFile={chosen => void read(chosen)} />
          <div role="status">
            {reading.running && (sent !== null && sent < 1
              ? <ProgressLine what="上传" job={null} share={sent} sentence={`正在上传 ${file?.name}：${Math.round(sent * 100)}%`} />
              : <ProgressLine what="导入" job={reading.job} />)}
          </div>
          <div role="alert">{reading.error && <p className="problem">{reading.error}</p>}</div>
        </section>
      )}
      {result && !saved && <><ImportReport result={result} /><ApplyImport result={result} onApply={apply} /></>}
      {saved && (
        <section className="card" role="status">
          <h2><span className="tag good">已存为草稿</span> {saved.saved} 条</h2>
          <p className="gap">逐条看过、补全之后提交审核。</p>
          <p className="row"><Button type="primary" href={`#/records?kind=${kind}&state=draft`}>看这些草稿</Button><Button onClick={again}>再导入一个文件</Button></p>
        </section>
      )}
    </>
  )
}
