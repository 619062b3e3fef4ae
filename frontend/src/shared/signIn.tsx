import {Button, Input, type InputRef} from 'antd'
import {useEffect, useRef, useState, type FormEvent} from 'react'
import {ApiError, get, rememberCsrf, send, sentenceOf, url} from './api'
import type {Me} from './session'
import {dateTime} from './times'

interface Options {
  oidc: boolean
  oidc_name: string | null
}

/** Account and password, and single sign-on where it is set up. */
export function SignInForm({account: known = '', onSignedIn}: {account?: string; onSignedIn: (me: Me) => void}) {
  const [account, setAccount] = useState(known)
  const [password, setPassword] = useState('')
  const [problem, setProblem] = useState<string | null>(null)
  const [busy, setBusy] = useState(false)
  const [options, setOptions] = useState<Options | null>(null)
  const first = useRef<InputRef>(null)
  const second = useRef<InputRef>(null)

  useEffect(() => {
    ;(known ? second : first).current?.focus()
    get<Options>('/staff/options').then(setOptions, () => setOptions(null)) // without it the form alone works
  }, [known])

  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault()
    if (!account.trim() || !password) {
      setProblem(account.trim() ? '请填写密码。' : '请填写账号。')
      ;(account.trim() ? second : first).current?.focus()
      return
    }
    setBusy(true)
    setProblem(null)
    try {
      rememberCsrf('')
      onSignedIn(await send<Me>('POST', '/staff/sign-in', {account: account.trim(), password}))
    } catch (error) {
      const until = error instanceof ApiError && error.status === 423 ? error.body.until : null
      setProblem(sentenceOf(error) + (typeof until === 'string' ? `（${dateTime(until)} 之后可以再试）` : ''))
      setPassword('')
      second.current?.focus()
    } finally {
      setBusy(false)
    }
  }

  return (
    <form className="sign-in" onSubmit={event => void submit(event)} noValidate>
      <label>
        <span>账号</span>
        <Input ref={first} value={account} onChange={event => setAccount(event.target.value)} name="username" autoComplete="username" size="large" aria-invalid={!!problem} aria-describedby={problem ? 'sign-in-problem' : undefined} />
      </label>
      <label>
        <span>密码</span>
        <Input ref={second} id="sign-in-password" type="password" value={password} onChange={event => setPassword(event.target.value)} name="password" autoComplete="current-password" size="large" aria-invalid={!!problem} aria-describedby={problem ? 'sign-in-problem' : undefined} />
      </label>
      <div role="alert">{problem && <p id="sign-in-problem" className="problem">{problem}</p>}</div>
      <Button type="primary" htmlType="submit" size="large" block loading={busy}>登录</Button>
      {options?.oidc && (
        <>
          <p className="or"><span>或</span></p>
          <Button size="large" block href={url('/staff/oidc/start')}>用{options.oidc_name || '统一身份认证'}登录</Button>
        </>
      )}
    </form>
  )
}

export function SignInPage({product, onSignedIn}: {product: string; onSignedIn: (me: Me) => void}) {
  useEffect(() => {
    document.title = `登录 · ${product}`
  }, [product])
  return (
    <main className="alone">
      <section className="card sign-in-card" aria-labelledby="sign-in-title">
        <h1 id="sign-in-title">{product}</h1>
        <p className="muted">吉事办 · 办事问答知识库</p>
        <SignInForm onSignedIn={onSignedIn} />
        <p className="muted small">忘记密码或没有账号，请找本单位的管理员重置或开通。</p>
      </section>
    </main>
  )
}
