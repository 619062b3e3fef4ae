import {useEffect, useRef, useState, type ReactNode} from 'react'
import {OwnPassword} from '../shared/ownPassword'
import {useSession, type Role} from '../shared/session'
import {useTextSize} from '../shared/theme'
import {PAGES} from './pages'
import {useVocabulary} from './vocabulary'
import {useWaiting} from './waiting'

const ROLES: Record<Role, string> = {operator: '坐席', editor: '编辑', reviewer: '审核', admin: '管理员'}

export function Frame({current, pageKey, children}: {current: string; pageKey: string; children: ReactNode}) {
  const {me, may, signOut} = useSession()
  const {big, setBig} = useTextSize()
  const vocabulary = useVocabulary()
  const waiting = useWaiting(current)
  const [password, setPassword] = useState(false)
  const main = useRef<HTMLElement>(null)
  const first = useRef(true)

  // A new page begins at its top, for the eyes and for the keyboard.
  useEffect(() => {
    if (first.current) {
      first.current = false
      return
    }
    main.current?.scrollTo(0, 0)
    main.current?.focus({preventScroll: true})
  }, [pageKey])

  const scope = me.regions.length ? me.regions.map(vocabulary.regionName).join('、') : '全省'
  return (
    <div className="frame">
      <a className="skip" href="#main" onClick={event => { event.preventDefault(); main.current?.focus() }}>跳到正文</a>
      <header className="bar">
        <span className="product">知识运营台</span>
        <span>{scope} · {me.name}（{me.roles.map(role => ROLES[role] ?? role).join('、')}）</span>
        <span className="push" />
        <label><input type="checkbox" checked={big} onChange={event => setBig(event.target.checked)} />大字</label>
        <button type="button" className="bare" onClick={() => setPassword(true)}>修改密码</button>
        <button type="button" className="bare" onClick={() => void signOut()}>退出登录</button>
      </header>
      <nav className="side" aria-label="主导航">
        {PAGES.filter(page => may(...page.roles)).map(page => (
          <span key={page.name} className="side-item">
            {page.apart && <hr />}
            <a href={`#/${page.name}`} aria-current={page.name === current ? 'page' : undefined}>
              <span>{page.label}</span>
              {!!waiting[page.name] && (
                <span className={page.name === 'gaps' || page.name === 'work' ? 'badge hot' : 'badge'}>{waiting[page.name]}<span className="vh"> 条待处理</span></span>
              )}
            </a>
          </span>
        ))}
      </nav>
      <main className="main" id="main" ref={main} tabIndex={-1}>{children}</main>
      <OwnPassword open={password} onClose={() => setPassword(false)} />
    </div>
  )
}
