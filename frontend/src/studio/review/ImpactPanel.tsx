/** 影响评估: how many answers change and how, which golden questions break, which questions go to another owner. */
import {Button} from 'antd'
import type {ReactNode} from 'react'
import {ProgressLine} from '../../shared/ProgressLine'
import type {Impact} from '../types'
import {ChangedAnswers} from './ChangedAnswers'
import type {ImpactWatch} from './impacts'
import {CHANGE_KINDS, ToldLine} from './told'

export function ImpactPanel({watch, what, children}: {watch: ImpactWatch; what: string; children?: ReactNode}) {
  const {impact, job, running, error, run} = watch
  return (
    <section className="card" aria-labelledby="impact-title">
      <div className="row gap">
        <h2 id="impact-title">发布影响</h2>
        <span className="push" />
        <Button size="small" type={impact ? 'default' : 'primary'} disabled={running} onClick={() => void run()}>{impact ? '重新评估' : '运行影响评估'}</Button>
      </div>
      <div role="status">
        {running && <ProgressLine what="影响评估" job={job} />}
      </div>
      <div role="alert">{error && <p className="problem">{error}</p>}</div>
      {!impact && !running && <p className="muted">用{what}重放群众问过的问题和评测用例，看哪些答案会变。评估不影响线上。</p>}
      {impact && !running && <ImpactResult impact={impact} />}
      {children}
    </section>
  )
}

export function ImpactResult({impact}: {impact: Impact}) {
  const {golden} = impact
  return (
    <div className="impact">
      <dl className="figures">
        <div><dt>重放提问</dt><dd>{impact.questions.toLocaleString('zh-CN')}</dd></div>
        <div><dt>答案变化</dt><dd>{impact.changed_total.toLocaleString('zh-CN')}</dd></div>
        <div className={golden.broken.length ? 'bad' : undefined}><dt>用例答错</dt><dd>{golden.broken.length}</dd></div>
        <div><dt>用例改好</dt><dd>{golden.mended.length}</dd></div>
      </dl>
      <p className="muted small">评测用例共 {golden.total} 条；与发布 {impact.base_release} 相比，用时 {impact.seconds.toFixed(1)} 秒。</p>
      {Object.keys(impact.by_kind).length > 0 && (
        <ul className="by-kind">{Object.entries(impact.by_kind).map(([kind, count]) => <li key={kind}>{CHANGE_KINDS[kind as keyof typeof CHANGE_KINDS] ?? kind}：<b>{count}</b></li>)}</ul>
      )}
      {golden.broken.length > 0 && <Cases title="会答错的评测用例" look="bad" cases={golden.broken} open />}
      {golden.mended.length > 0 && <Cases title="改好的评测用例" look="good" cases={golden.mended} />}
      {impact.stolen.length > 0 && (
        <section>
          <h3>问题改由别的内容回答</h3>
          <ul className="near-list">
            {impact.stolen.map(one => (
              <li key={`${one.id}${one.to}`}>
                <span><b>{one.title}</b> 有 {one.lost} 条提问改由 <b>{one.to_title}</b> 回答</span>
                {one.examples.length > 0 && <span className="muted small">{one.examples.map(example => `“${example}”`).join('、')}</span>}
              </li>
            ))}
          </ul>
        </section>
      )}
      <ChangedAnswers impact={impact} />
    </div>
  )
}

function Cases({title, look, cases, open = false}: {title: string; look: string; cases: Impact['golden']['broken']; open?: boolean}) {
  return (
    <details open={open}>
      <summary><span className={`tag ${look}`}>{cases.length}</span> {title}</summary>
      <ul className="near-list">
        {cases.map(one => (
          <li key={one.id}>
            <span>“{one.text}”</span>
            <span className="small">原来：<ToldLine told={one.before} /></span>
            <span className="small">发布后：<ToldLine told={one.after} /></span>
          </li>
        ))}
      </ul>
    </details>
  )
}
