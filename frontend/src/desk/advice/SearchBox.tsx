import {Button, Input, type InputRef} from 'antd'
import {useRef, useState} from 'react'
import {useDesk} from '../desk'
import {useCommand} from '../keys/commands'
import {useAdvice} from './advice'

/** Ask the knowledge something of one's own. */
export function SearchBox() {
  const {search, endSearch, searching} = useAdvice()
  const {show} = useDesk()
  const [text, setText] = useState('')
  const field = useRef<InputRef>(null)
  useCommand('search', () => {
    show('advice')
    setTimeout(() => field.current?.focus({cursor: 'all'}))
  })
  return (
    <form className="search" role="search" onSubmit={event => { event.preventDefault(); if (text.trim()) search(text.trim()) }}>
      <Input
        ref={field} value={text} maxLength={200} onChange={event => setText(event.target.value)} aria-label="搜索知识库、办事指南" placeholder="搜索知识库、办事指南"
        aria-keyshortcuts="Control+K" suffix={<kbd className="keys">Ctrl K</kbd>} onKeyDown={event => event.key === 'Escape' && endSearch()}
      />
      {searching ? <Button onClick={endSearch}>返回</Button> : <Button htmlType="submit">搜索</Button>}
    </form>
  )
}
