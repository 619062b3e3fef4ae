import {Button} from 'antd'
import type {Ask} from '../types'
import {useAdvice} from './advice'

/** 需要追问: what the answer depends on. An option asks again with it; the question itself can go into the reply. */
export function AskCard({ask, can, onInsert}: {ask: Ask; can: boolean; onInsert: (question: string) => void}) {
  const {answer} = useAdvice()
  return (
    <article className="advice-card ask" aria-label={`需要追问：${ask.question}`}>
      <p className="card-head"><span className="tag wait">需要追问</span></p>
      <p className="script">{ask.question}</p>
      <div className="row options" role="group" aria-label="市民的回答">
        {ask.options.map(option => <Button key={option.id} size="small" onClick={() => answer(ask.item, ask.choice, option.id)}>{option.label}</Button>)}
      </div>
      {can && <p className="row"><Button size="small" type="text" onClick={() => onInsert(ask.question)}>把这个问题插入回复框</Button></p>}
    </article>
  )
}
