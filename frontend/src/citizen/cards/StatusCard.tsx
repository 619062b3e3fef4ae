/** 办件进度: how far an application is, on the line of its five stages. */
import type {Custom} from '../talk/contract'
import {useAllWords} from '../words/all'

/** As the exchange tables name them; 领取 comes after 办结. Any other stands still somewhere between 受理 and 审核. */
const STAGES = ['收件', '受理', '审核', '决定', '办结']
const BETWEEN = 1

export function StatusCard({custom, title = ''}: {custom: Custom; title?: string}) {
  const words = useAllWords()
  const stage = custom.stage ?? ''
  const named = stage === '领取' ? STAGES.length - 1 : STAGES.indexOf(stage)
  const reached = named < 0 ? BETWEEN : named
  return (
    <section className="card" aria-label={`${title}${words.progress}：${stage}`} lang={words.code}>
      <ol className="stages">
        {words.stages.map((name, index) => (
          <li key={name} className={index < reached ? 'past' : ''} aria-current={index === reached ? 'step' : undefined}>{name}</li>
        ))}
      </ol>
      {named < 0 && <p className="warning">{words.paused(stage)}</p>}
      {custom.overdue && <p className="warning">{words.over}</p>}
      {reached < 3 && !custom.overdue && <p className="quiet">{words.workdays(custom.workdays_used ?? 0, custom.workdays_left ?? 0)}</p>}
      {custom.missing && custom.missing.length > 0 && (
        <><h4>{words.missing}</h4><ul className="plain-list" lang="zh-CN">{custom.missing.map(name => <li key={name}>{name}</li>)}</ul></>
      )}
    </section>
  )
}
