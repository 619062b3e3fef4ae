import {Button, Input} from 'antd'
import {useState} from 'react'
import type {Content} from '../types'
import {same} from './content'
import {useEditing} from './editing'

/** The content as it is stored, for those who know it. Taken over as a whole, and only when it reads. */
export function SourceSection() {
  const {own, replace, writable} = useEditing()
  const [typed, setTyped] = useState<string | null>(null)
  const text = typed ?? JSON.stringify(own, null, 2)
  const read = readSource(text)
  const problem = typeof read === 'string' ? read : ''
  return (
    <section className="block" aria-labelledby="source-title">
      <div className="block-head">
        <h3 id="source-title">源文本（JSON）</h3>
        <span className="muted small">与保存的内容逐字一致；表单里没有的字段在这里改。</span>
        <span className="push" />
        {writable && typed !== null && <Button size="small" onClick={() => setTyped(null)}>放弃这里的修改</Button>}
        {writable && (
          <Button
            size="small" type="primary" disabled={typed === null || !!problem || same(read, own)}
            onClick={() => { replace(read as Content); setTyped(null) }}
          >套用到表单</Button>
        )}
      </div>
      <Input.TextArea className="code" aria-label="源文本（JSON）" aria-describedby="source-problem" spellCheck={false} readOnly={!writable} autoSize={{minRows: 20, maxRows: 42}} value={text} onChange={event => setTyped(event.target.value)} />
      <div id="source-problem" role="status">{problem && <p className="problem">{problem}</p>}</div>
    </section>
  )
}

function readSource(text: string): Content | string {
  try {
    const value: unknown = JSON.parse(text)
    return value && typeof value === 'object' && !Array.isArray(value) ? (value as Content) : '最外层要是一个对象：{ … }'
  } catch (error) {
    return `读不出来：${error instanceof Error ? error.message : '不是 JSON'}`
  }
}
