import {url} from '../../shared/api'
import {Disclosure} from '../Disclosure'
import type {Kind} from '../types'

const FORMATS = [['xlsx', 'Excel 表格'], ['csv', 'CSV'], ['json', 'JSON'], ['yaml', 'YAML']] as const

/** Everything of one kind as a file. */
export function ExportMenu({kind}: {kind: string | undefined}) {
  const shown: [Kind, string][] = kind === 'qa' ? [['qa', '答问']] : kind === 'guide' ? [['guide', '办事指南']] : [['guide', '办事指南'], ['qa', '答问']]
  return (
    <Disclosure label="导出">
      {shown.map(([id, label]) => (
        <div key={id}>
          <p className="muted small">{label}</p>
          {FORMATS.map(([format, name]) => <a key={format} href={url('/studio/exports', {kind: id, format})} download>{name}<span className="vh">（{label}）</span></a>)}
        </div>
      ))}
      <div>
        <p className="muted small">空白模板</p>
        <a href={url('/studio/template', {kind: 'guide'})} download>指南导入模板</a>
        <a href={url('/studio/template', {kind: 'qa'})} download>答问导入模板</a>
      </div>
    </Disclosure>
  )
}
