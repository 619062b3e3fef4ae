/** One work item: the case, what the answers were made with, the conversation as it went, and how it is closed. */
import {App, Button} from 'antd'
import {useState} from 'react'
import {get} from '../../shared/api'
import {Failure, Loading} from '../../shared/notices'
import {at} from '../../shared/router'
import {dateTime} from '../../shared/times'
import {useLoad} from '../../shared/useLoad'
import {PageHead} from '../PageHead'
import {countAgain} from '../waiting'
import {CloseDialog} from './CloseDialog'
import {KINDS, OUTCOMES, type WorkItem} from './types'

const SENDERS = {citizen: '群众', bot: '助手', staff: '工作人员'}

export function WorkItemView({id}: {id: string}) {
  const {message} = App.useApp()
  const {data: item, error, reload} = useLoad(signal => get<WorkItem>(`/studio/work-items/${encodeURIComponent(id)}`, {}, signal), [id])
  const [closing, setClosing] = useState(false)
  if (error) return <Failure sentence={error} again={reload}><Button href={at(['work'])}>回到待办</Button></Failure>
  if (!item) return <Loading what="待办" />
  const failed = item.case.failed ?? []
  const records = item.versions.records ?? []
  return (
    <>
      <PageHead title={`${KINDS[item.kind]} 第 ${item.id} 号`} note={`${dateTime(item.opened_at)} · ${item.region_name ?? '地区不明'} · ${item.department ?? '还没有部门'}`}>
        <Button href={at(['work'])}>回到待办</Button>
        {item.state === 'open' && <Button type="primary" onClick={() => setClosing(true)}>办结…</Button>}
      </PageHead>
      <section className="card">
        <h2>群众说的</h2>
        <p>{item.stars !== null && <span className="tag bad">{item.stars} 星</span>} {item.text || '没有写原因'}</p>
        {item.title && <p className="small">事项：{item.title}</p>}
        {failed.length > 0 && <><h3>没答上来的</h3><ul className="bullets">{failed.map((one, index) => <li key={index}>“{one.question}”</li>)}</ul></>}
        {records.length > 0 && (
          <><h3>回答用到的内容</h3><ul className="bullets">
            {records.map(one => <li key={`${one.kind}/${one.id}`}><a href={at(['records', one.kind, one.id.split('#')[0]!])}>{one.title}</a>，当时是第 {one.version} 版</li>)}
          </ul></>
        )}
        {item.state === 'closed' && item.outcome && (
          <p><span className="tag good">{OUTCOMES[item.outcome]}</span> {item.reason} <span className="muted small">{item.closed_by}，{dateTime(item.closed_at)}</span></p>
        )}
      </section>
      <section className="card">
        <h2>会话回放<span className="muted small">（号码已遮盖）</span></h2>
        {item.messages.length === 0 ? <p className="muted">会话已经清除。</p> : (
          <ol className="replay">
            {item.messages.map(one => <li key={one.id} className={one.sender}><p className="muted small">{SENDERS[one.sender]} {dateTime(one.at)}</p><p>{one.text}</p></li>)}
          </ol>
        )}
      </section>
      {closing && (
        <CloseDialog
          item={item} onClose={() => setClosing(false)}
          onDone={() => {
            setClosing(false)
            void message.success('已办结，群众会看到')
            reload()
            countAgain()
          }}
        />
      )}
    </>
  )
}
