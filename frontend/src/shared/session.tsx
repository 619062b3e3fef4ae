/** Who is signed in. When a session ends in the middle of work, the page stays and signing in happens above it. */
import {Modal} from 'antd'
import {createContext, useCallback, useContext, useEffect, useMemo, useState, type ReactNode} from 'react'
import {ApiError, get, onSessionEnded, rememberCsrf, send, sentenceOf} from './api'
import {Failure, Loading} from './notices'
import {PasswordForm} from './ownPassword'
import {SignInForm, SignInPage} from './signIn'

export type Role = 'operator' | 'editor' | 'reviewer' | 'admin'

export interface Me {
  account: string
  name: string
  roles: Role[]
  departments: string[]
  regions: string[]
  csrf: string
  /** A one-time password was used: nothing else answers before it is changed. */
  must_change?: boolean
}

interface Session {
  me: Me
  may: (...roles: Role[]) => boolean
  signOut: () => Promise<void>
  /** Take over what the server says after a change of password: the session goes on under a new token. */
  renew: (me: Me) => void
}

const SessionContext = createContext<Session | null>(null)

export function useSession(): Session {
  const session = useContext(SessionContext)
  if (!session) throw new Error('useSession needs SignedIn above it')
  return session
}

/** Children are shown to signed-in staff only. */
export function SignedIn({product, children}: {product: string; children: ReactNode}) {
  const [me, setMe] = useState<Me | null>(null)
  const [state, setState] = useState<'asking' | 'out' | 'in' | 'ended' | 'failed'>('asking')
  const [problem, setProblem] = useState('')

  const enter = useCallback((now: Me) => {
    rememberCsrf(now.csrf)
    setMe(former => {
      // Another person's page must not show through: their edits and drafts are their own.
      if (former && former.account !== now.account) location.reload()
      return now
    })
    setState('in')
  }, [])

  const ask = useCallback(() => {
    setState('asking')
    get<Me>('/staff/me').then(enter, (error: unknown) => {
      setState(error instanceof ApiError && error.status === 401 ? 'out' : 'failed')
      setProblem(sentenceOf(error))
    })
  }, [enter])

  useEffect(() => {
    onSessionEnded(() => setState(former => (former === 'in' ? 'ended' : former)))
    ask()
  }, [ask])

  const session = useMemo<Session | null>(() => me && {
    me,
    may: (...roles) => me.roles.some(role => roles.includes(role)),
    signOut: async () => {
      await send('POST', '/staff/sign-out')
      rememberCsrf('')
      setMe(null)
      setState('out')
    },
    renew: enter,
  }, [me, enter])

  if (state === 'failed') return <main className="alone"><Failure sentence={problem} again={ask} /></main>
  if (state === 'out') return <SignInPage product={product} onSignedIn={enter} />
  if (!session) return <main className="alone"><Loading what={product} /></main>
  if (session.me.must_change) {
    return (
      <SessionContext value={session}>
        <main className="alone">
          <section className="card sign-in-card" aria-labelledby="must-change">
            <h1 id="must-change">先设自己的密码</h1>
            <p className="muted gap">{session.me.name}，您用的是一次性密码。换成自己的密码后就能开始工作。</p>
            <PasswordForm onChanged={() => undefined} />
            <p className="gap" />
            <button type="button" className="link" onClick={() => void session.signOut()}>退出登录</button>
          </section>
        </main>
      </SessionContext>
    )
  }
  return (
    <SessionContext value={session}>
      {children}
      <Modal
        title="登录已过期" open={state === 'ended'} footer={null} closable={false} keyboard={false} mask={{closable: false}} width={420}
        afterOpenChange={open => open && document.getElementById('sign-in-password')?.focus()}
      >
        <p className="gap">请重新登录后继续，这个页面上没保存的修改都还在。</p>
        <SignInForm account={session.me.account} onSignedIn={enter} />
      </Modal>
    </SessionContext>
  )
}
