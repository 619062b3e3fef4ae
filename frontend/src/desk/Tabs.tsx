import {useDesk, type Pane} from './desk'
import {useAdvice} from './advice/advice'

/** On a phone one pane at a time. */
export function Tabs() {
  const {overview, calls, pane, show} = useDesk()
  const {board} = useAdvice()
  const tabs: [Pane, string, number, string][] = [
    ['queue', '会话', overview.waiting_count + overview.mine.length + calls.length, '条'],
    ['talk', '对话', 0, ''],
    ['advice', '建议', board.cards.length, '条'],
  ]
  return (
    <nav className="tabs" aria-label="三个窗格">
      {tabs.map(([name, label, count, unit]) => (
        <button key={name} type="button" aria-current={pane === name ? 'true' : undefined} onClick={() => show(name)}>
          {label}{count > 0 && <> {count}<span className="vh">{unit}</span></>}
        </button>
      ))}
    </nav>
  )
}
