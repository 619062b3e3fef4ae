import {useState} from 'react'
import {OwnPassword} from '../shared/ownPassword'
import {useSession} from '../shared/session'
import {useTextSize} from '../shared/theme'
import {Latency} from './advice/Latency'
import {useAdvice} from './advice/advice'
import {useDesk} from './desk'
import {command} from './keys/commands'
import {muted, setMuted, useAlarm, useMuted} from './queue/alarm'

/** Who works here, whether they are there, and how the day goes. */
export function Bar({page}: {page: 'talk' | 'tickets' | 'figures'}) {
  const {signOut} = useSession()
  const {overview, available, setAvailable, setKorean, leave} = useDesk()
  const {tookMs} = useAdvice()
  const {big, setBig} = useTextSize()
  const quiet = useMuted()
  const [password, setPassword] = useState(false)
  const {me, today, waiting_count: waiting} = overview
  useAlarm(overview)
  return (
    <header className="bar desk-bar">
      <h1 className="product">坐席工作台</h1>
      <button type="button" role="switch" aria-checked={available} className="presence" onClick={() => setAvailable(!available)}>
        <i aria-hidden="true" />{available ? '在线' : '离开'}<span className="vh">，按一下改为{available ? '离开' : '在线'}</span>
      </button>
      <span className="who">{me.name} · 工号 {me.number}</span>
      <label className="wide-only"><input type="checkbox" checked={me.languages.includes('ko')} onChange={event => setKorean(event.target.checked)} />接朝鲜语</label>
      <span className="figure">今日接待 <b>{today.taken}</b></span>
      <span className="figure">采纳率 <b>{today.adoption === null ? '—' : `${Math.round(today.adoption * 100)}%`}</b></span>
      <span className="figure kept">建议延迟 <Latency ms={tookMs ?? today.p50_ms} /></span>
      <span className="push" />
      <nav aria-label="页面" className="bar-nav">
        <a href="#/" aria-current={page === 'talk' ? 'page' : undefined}>接待</a>
        <a href="#/tickets" aria-current={page === 'tickets' ? 'page' : undefined}>工单</a>
        <a href="#/figures" aria-current={page === 'figures' ? 'page' : undefined}>统计</a>
      </nav>
      <button type="button" className="bare" aria-pressed={!quiet} onClick={() => setMuted(!muted())}>提示音：{quiet ? '关' : '开'}</button>
      <button type="button" className="bare wide-only" onClick={() => command('keys')}>快捷键 <kbd>?</kbd></button>
      <label><input type="checkbox" checked={big} onChange={event => setBig(event.target.checked)} />大字</label>
      <button type="button" className="bare wide-only" onClick={() => setPassword(true)}>修改密码</button>
      <button type="button" className="bare" onClick={() => void leave().then(signOut)}>退出登录</button>
      <p className="vh" role="status">{waiting ? `${waiting} 位市民在等待接入` : '没有人在等待'}</p>
      <OwnPassword open={password} onClose={() => setPassword(false)} />
    </header>
  )
}
