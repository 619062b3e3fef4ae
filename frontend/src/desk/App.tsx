/** The operators' desk: three panes that keep their places, and the tickets on a page of their own. */
import {lazy, Suspense} from 'react'
import {Button} from 'antd'
import {Boundary} from '../shared/Boundary'
import {Empty, Loading} from '../shared/notices'
import {usePlace} from '../shared/router'
import {useSession} from '../shared/session'
import {AdvicePane} from './advice/AdvicePane'
import {WithAdvice} from './advice/advice'
import {Bar} from './Bar'
import {CallPane} from './calls/CallPane'
import {useDesk, WithDesk} from './desk'
import {Keys} from './keys/Keys'
import {LinkBar} from './LinkBar'
import {News} from './News'
import {QueuePane} from './queue/QueuePane'
import {Tabs} from './Tabs'
import {TalkPane} from './talk/TalkPane'

const TicketsPage = lazy(() => import('./tickets/TicketsPage'))
const FiguresPage = lazy(() => import('./figures/FiguresPage'))

export function App() {
  const {may, signOut} = useSession()
  if (!may('operator', 'admin')) {
    return <main className="alone"><Empty sentence="坐席工作台要有“坐席”角色才能用，需要时请找管理员。"><Button href="/studio/">去知识运营台</Button><Button onClick={() => void signOut()}>退出登录</Button></Empty></main>
  }
  return <WithDesk><WithAdvice><Desk /></WithAdvice></WithDesk>
}

function Desk() {
  const place = usePlace()
  const {pane, subject} = useDesk()
  const page = place.parts[0] === 'tickets' || place.parts[0] === 'figures' ? place.parts[0] : 'talk'
  return (
    <div className="desk" data-pane={page === 'talk' ? pane : page}>
      <a className="skip" href={`#${page}`} onClick={event => { event.preventDefault(); document.getElementById(page)?.focus() }}>跳到正文</a>
      <Bar page={page} />
      <LinkBar />
      <Keys />
      <Boundary><News /></Boundary>
      {page === 'figures' ? (
        <Boundary><Suspense fallback={<Loading what="统计" />}><FiguresPage place={place} /></Suspense></Boundary>
      ) : page === 'tickets' ? (
        <Boundary><Suspense fallback={<Loading what="工单" />}><TicketsPage place={place} /></Suspense></Boundary>
      ) : (
        <main className="panes">
          <Boundary><QueuePane /></Boundary>
          <section className="pane talk" id="talk" aria-label="对话" tabIndex={-1}>
            <Boundary key={subject?.id ?? ''}>
              {subject?.kind === 'conversation' ? <TalkPane id={subject.id} /> : subject ? <CallPane id={subject.id} /> : <Unchosen />}
            </Boundary>
          </section>
          <Boundary><AdvicePane /></Boundary>
        </main>
      )}
      {page === 'talk' && <Tabs />}
    </div>
  )
}

function Unchosen() {
  const {overview, available, setAvailable} = useDesk()
  if (!available) return <Empty sentence="您现在是离开状态，新的转人工不会算上您。"><Button type="primary" onClick={() => setAvailable(true)}>开始接待</Button></Empty>
  return (
    <Empty sentence={overview.waiting_count ? '从左边选一条等待中的会话看看，按“接入”开始接待。' : '现在没有人等待。有新的转人工会响一声，并出现在左边。'}>
      <Button onClick={() => document.getElementById('phone-words')?.focus()}>手动输入来电人的话</Button>
      <Button href="#/tickets">看看工单</Button>
    </Empty>
  )
}
