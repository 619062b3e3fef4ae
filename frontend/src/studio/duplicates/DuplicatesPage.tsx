/** 重复与冲突: pairs that say nearly the same, and Q&A whose numbers contradict their guide. */
import {Button} from 'antd'
import {useState} from 'react'
import {get} from '../../shared/api'
import {DiffText} from '../../shared/DiffText'
import {Empty, Failure, Loading} from '../../shared/notices'
import {at, type Place} from '../../shared/router'
import {useLoad} from '../../shared/useLoad'
import {PageHead} from '../PageHead'
import {useVocabulary} from '../vocabulary'
import type {Conflict, DuplicatePair, Side} from './types'

const SHOWN = 30

export default function DuplicatesPage(_: {place: Place}) {
  const [shown, setShown] = useState(SHOWN)
  const pairs = useLoad(signal => get<{rows: DuplicatePair[]}>('/studio/duplicates', {}, signal), [])
  const conflicts = useLoad(signal => get<{rows: Conflict[]}>('/studio/conflicts', {}, signal), [])
  return (
    <>
      <PageHead title="重复与冲突" note="同一件事两处说，迟早说得不一样。" />
      <section className="card" aria-labelledby="conflicts-title">
        <h2 id="conflicts-title">数字冲突 {conflicts.data && <span className="muted small">{conflicts.data.rows.length}</span>}</h2>
        {conflicts.error ? <Failure sentence={conflicts.error} again={conflicts.reload} /> : !conflicts.data ? <Loading what="冲突" />
          : !conflicts.data.rows.length ? <Empty sentence="没有发现冲突：答问里的数字与指南一致。" />
            : <ul className="cards-list">{conflicts.data.rows.map((row, index) => <li key={`${row.qa}${row.guide}${index}`}><ConflictCard row={row} /></li>)}</ul>}
      </section>
      <section className="card" aria-labelledby="pairs-title">
        <h2 id="pairs-title">近似重复 {pairs.data && <span className="muted small">{pairs.data.rows.length}</span>}</h2>
        {pairs.error ? <Failure sentence={pairs.error} again={pairs.reload} /> : !pairs.data ? <Loading what="重复" />
          : !pairs.data.rows.length ? <Empty sentence="没有发现近似重复的答问。" />
            : <><ul className="cards-list">{pairs.data.rows.slice(0, shown).map((row, index) => <li key={`${row.a.id}${row.b.id}${index}`}><PairCard row={row} /></li>)}</ul>{pairs.data.rows.length > shown && <p className="more"><Button onClick={() => setShown(shown + SHOWN)}>再看 {Math.min(SHOWN, pairs.data.rows.length - shown)} 对</Button></p>}</>}
      </section>
    </>
  )
}

function ConflictCard({row}: {row: Conflict}) {
  return (
    <div className="pair">
      <p>{row.sentence}</p>
      <table className="table tight">
        <caption className="vh">{row.qa_title}：说法对照</caption>
        <thead><tr><th scope="col">说的是</th><th scope="col">{row.qa === null ? '白话说' : '答问说'}</th><th scope="col">指南说</th></tr></thead>
        <tbody>{row.numbers.map((number, index) => <tr key={index}><th scope="row">{number.what}</th><td><b>{number.qa_says}</b></td><td><b>{number.guide_says}</b></td></tr>)}</tbody>
      </table>
      <p className="row">{row.qa !== null && <Button size="small" href={at(['records', 'qa', row.qa])}>改答问：{row.qa_title}</Button>}<Button size="small" href={at(['records', 'guide', row.guide])}>改指南：{row.guide_title}</Button></p>
    </div>
  )
}

function PairCard({row}: {row: DuplicatePair}) {
  return (
    <div className="pair">
      <p className="row"><span className="tag wait">{Math.round(row.similarity * 100)}% 相近</span><SideLink side={row.a} /><span className="muted">与</span><SideLink side={row.b} /></p>
      {(row.shared ?? 0) > 1 && <p className="muted small">共 {row.shared} 处问法相近，最像的一处：</p>}
      {row.a.text === row.b.text ? <p className="quote">{row.a.text}</p> : <DiffText before={row.a.text} after={row.b.text} aside />}
    </div>
  )
}

function SideLink({side}: {side: Side}) {
  const {kindLabel} = useVocabulary()
  return <span><a href={at(['records', side.kind, side.id])}>{side.title}</a> <span className="muted small">{kindLabel(side.kind)} {side.id}</span></span>
}
