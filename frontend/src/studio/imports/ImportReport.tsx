import {useState} from 'react'
import {DataTable} from '../../shared/DataTable'
import {at} from '../../shared/router'
import type {ImportResult} from './types'

const CHANGES = {new: ['新增', 'good'], changed: ['有改动', 'wait'], same: ['相同', '']} as const
const SHOWN = 100

/** What was read: the rows that cannot be taken with their reasons, what would change, and what was not understood. */
export function ImportReport({result}: {result: ImportResult}) {
  const [same, setSame] = useState(false)
  const changes = result.changes.filter(row => same || row.change !== 'same')
  const count = (change: keyof typeof CHANGES): number => result.changes.filter(row => row.change === change).length
  return (
    <>
      <section className="card">
        <h2>{result.file}</h2>
        <dl className="figures">
          <div><dt>读到</dt><dd>{result.rows}</dd></div>
          <div><dt>可以导入</dt><dd>{result.good}</dd></div>
          <div className={result.wrong.length ? 'bad' : undefined}><dt>有错误</dt><dd>{new Set(result.wrong.map(row => row.row)).size}</dd></div>
          <div><dt>新增</dt><dd>{count('new')}</dd></div>
          <div><dt>有改动</dt><dd>{count('changed')}</dd></div>
          <div><dt>没读懂</dt><dd>{result.not_understood.length}</dd></div>
        </dl>
      </section>
      {result.wrong.length > 0 && (
        <section className="card">
          <h2>错误</h2>
          <p className="muted gap">行号与表格里看到的一致。可以在文件里改好再导入。</p>
          <DataTable
            caption="错误" rows={result.wrong.slice(0, 500)} rowKey={(row, index) => `${row.row}${row.field}${index}`}
            columns={[
              {key: 'row', title: '行', width: '5rem', cell: row => row.row ? `第${row.row}行` : '整表'},
              {key: 'field', title: '列', width: '14rem', cell: row => row.field},
              {key: 'message', title: '哪里不对', cell: row => row.message},
            ]}
          />
        </section>
      )}
      {result.not_understood.length > 0 && (
        <section className="card">
          <h2>没读懂的内容</h2>
          <p className="muted gap">这些没有导入任何字段，请在草稿里自己补上。</p>
          <ul className="near-list">{result.not_understood.map((row, index) => <li key={index}><span><b>{row.where}</b></span><q className="small">{row.text}</q></li>)}</ul>
        </section>
      )}
      {result.changes.length > 0 && (
        <section className="card">
          <div className="row gap"><h2>会有的变化</h2>{count('same') > 0 && <label className="small"><input type="checkbox" checked={same} onChange={event => setSame(event.target.checked)} /> 也列出相同的 {count('same')} 条</label>}</div>
          <DataTable
            caption="会有的变化" rows={changes.slice(0, SHOWN)} rowKey={row => `${row.kind}/${row.key}`}
            columns={[
              {key: 'title', title: '名称', cell: row => row.change === 'new' ? row.title : <a href={at(['records', row.kind, row.key])} target="_blank" rel="noreferrer">{row.title}</a>},
              {key: 'key', title: '编号', width: '16rem', cell: row => row.key},
              {key: 'missing', title: '还要补', width: '18rem', cell: row => row.missing?.length ? row.missing.join('、') : <span className="muted">—</span>},
              {key: 'change', title: '变化', width: '8rem', cell: row => <span className={`tag ${CHANGES[row.change][1]}`}>{CHANGES[row.change][0]}</span>},
            ]}
          />
          {changes.length > SHOWN && <p className="muted small">另有 {changes.length - SHOWN} 条。</p>}
        </section>
      )}
    </>
  )
}
