/** The keys of the desk, in one table: what is listed is what works. */
import {Modal} from 'antd'
import {useEffect, useState} from 'react'
import {command, useCommand, type Command} from './commands'

interface Key {
  shown: string
  does: string
  hit: (event: KeyboardEvent) => [Command, number?] | null
}

const alt = (event: KeyboardEvent): boolean => event.altKey && !event.ctrlKey && !event.metaKey
// By the key's place: with Alt held, some layouts make other characters of the digits.
const digit = (event: KeyboardEvent): number => Number(/^(?:Digit|Numpad)([123])$/.exec(event.code)?.[1] ?? 0)
const writing = (target: EventTarget | null): boolean => target instanceof HTMLElement && target.matches('input, textarea, select, [contenteditable=true]')

const DECISIONS: Record<string, Command> = {KeyC: 'approve', KeyG: 'mend', KeyB: 'refuse'}

const KEYS: Key[] = [
  {shown: 'Alt 1 / 2 / 3', does: '把第几条建议插入回复框（不会直接发出）', hit: event => (alt(event) && !event.shiftKey && digit(event) ? ['insert', digit(event) - 1] : null)},
  {shown: 'Alt Shift 1 / 2 / 3', does: '复制第几条建议', hit: event => (alt(event) && event.shiftKey && digit(event) ? ['copy', digit(event) - 1] : null)},
  {shown: 'Alt ↑ / ↓', does: '换到上一个、下一个会话', hit: event => (alt(event) && event.key === 'ArrowUp' ? ['switch', -1] : alt(event) && event.key === 'ArrowDown' ? ['switch', 1] : null)},
  {shown: 'Alt A', does: '接入等得最久的一位', hit: event => (alt(event) && event.code === 'KeyA' ? ['claim'] : null)},
  {shown: 'Alt R', does: '回到回复框', hit: event => (alt(event) && event.code === 'KeyR' ? ['reply'] : null)},
  {shown: 'Alt P', does: '手动输入来电人的话', hit: event => (alt(event) && event.code === 'KeyP' ? ['phone'] : null)},
  {shown: 'Alt C / G / B', does: '待核对的答案：采纳、改、不采纳', hit: event => (alt(event) && !event.shiftKey && event.code in DECISIONS ? [DECISIONS[event.code]!] : null)},
  {shown: 'Ctrl K', does: '搜索知识库', hit: event => ((event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === 'k' ? ['search'] : null)},
  {shown: 'Ctrl Enter', does: '发送回复', hit: event => ((event.ctrlKey || event.metaKey) && event.key === 'Enter' && event.target instanceof HTMLElement && event.target.id === 'reply' ? ['send'] : null)},
  {shown: '?', does: '看这张表', hit: event => (event.key === '?' || event.key === '？') && !writing(event.target) ? ['keys'] : null},
]

export function Keys() {
  const [open, setOpen] = useState(false)
  useCommand('keys', () => setOpen(true))
  useEffect(() => {
    const press = (event: KeyboardEvent): void => {
      // While an input method composes, its keys are its own; and a dialog has the keyboard for itself.
      if (event.isComposing || event.keyCode === 229 || document.querySelector('[role=dialog][aria-modal=true]')) return
      for (const key of KEYS) {
        const found = key.hit(event)
        if (!found) continue
        if (command(...found)) event.preventDefault()
        return
      }
    }
    addEventListener('keydown', press)
    return () => removeEventListener('keydown', press)
  }, [])
  return (
    <Modal title="快捷键" open={open} onCancel={() => setOpen(false)} footer={null} width={480} destroyOnHidden>
      <dl className="key-list">
        {KEYS.map(key => <div key={key.shown}><dt><kbd className="keys">{key.shown}</kbd></dt><dd>{key.does}</dd></div>)}
      </dl>
      <p className="muted small">换班或离开座位前，请把状态改为“离开”。</p>
    </Modal>
  )
}
