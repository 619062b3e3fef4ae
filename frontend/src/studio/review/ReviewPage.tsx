/** 审核与发布: what waits on the left, what it changes in the middle, what that does to the answers on the right. */
import {Button} from 'antd'
import {useMemo, useState} from 'react'
import {get} from '../../shared/api'
import {Empty, Failure, Loading} from '../../shared/notices'
import {type Place} from '../../shared/router'
import {useLoad} from '../../shared/useLoad'
import {PageHead} from '../PageHead'
import type {ReviewRow} from '../types'
import {PublishPane} from './PublishPane'
import {Queue} from './Queue'
import {ReviewPane} from './ReviewPane'
import {rowId, type QueueRow} from './types'

export default function ReviewPage({place}: {place: Place}) {
  const {data, error, loading, reload} = useLoad(signal => get<{rows: ReviewRow[]}>('/studio/review', {}, signal), [])
  const [picked, setPicked] = useState<Set<string>>(new Set())
  const [, kind, key] = place.parts
  const region = place.query.get('region') ?? '220000'

  const {waiting, ready} = useMemo(() => {
    const rows: QueueRow[] = data?.rows ?? []
    return {waiting: rows.filter(row => row.state === 'submitted'), ready: rows.filter(row => row.state === 'approved')}
  }, [data])

  if (error) return <Failure sentence={error} again={reload} />
  if (!data) return <Loading what="待审核的记录" />

  const current = [...waiting, ...ready].find(row => row.kind === kind && row.key === key && row.region === region)
  const chosen = ready.filter(row => picked.has(rowId(row)))
  return (
    <>
      <PageHead title="审核与发布" note={`待审核 ${waiting.length} 条，已通过待发布 ${ready.length} 条`}>
        <Button onClick={reload} loading={loading}>刷新</Button>
      </PageHead>
      {!waiting.length && !ready.length && kind !== 'publish' ? (
        <Empty sentence="没有等待审核或发布的记录。编辑提交之后会出现在这里。"><Button href="#/records?state=draft">看看草稿</Button></Empty>
      ) : (
        <div className="review">
          <Queue waiting={waiting} ready={ready} current={current} picked={picked} onPick={setPicked} />
          {current ? <ReviewPane key={`${rowId(current)}@${current.number}`} row={current} onChanged={reload} />
            : kind === 'publish' ? <PublishPane rows={chosen} onPublished={() => { setPicked(new Set()); reload() }} />
              : kind ? <Empty sentence="这条记录已不在审核队列里，可能刚被处理。"><Button href="#/review">回到队列</Button></Empty>
                : <Empty sentence={waiting.length ? '从左边选一条来审核。' : '没有待审核的记录；勾选已通过的，一起评估影响并发布。'} />}
        </div>
      )}
    </>
  )
}
