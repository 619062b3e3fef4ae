/** The page in other sites. They write
 *
 *   <script src="https://SERVER/citizen/embed.js" data-region="220100" data-theme="green" data-department="…"></script>
 *
 * (also data-elder="1", data-lang="ko", data-title) and get a button that opens the page in a frame; with data-target="#id" the frame
 * fills that element instead. Later changes: `Banshi.set({region: '220200'})`, `Banshi.open()`, `Banshi.close()`. Nothing of the site
 * is read. A site that knows who the citizen is says so by `data-token` or `Banshi.set({token})`, '' after signing out; the token goes
 * from page to page, never into an address. When it is not taken any more, the site hears the event `banshi-token` and sets another. The server must name the site in its `frame_ancestors`.
 */
(() => {
  const script = document.currentScript as HTMLScriptElement | null
  if (!script) return
  const server = new URL(script.src).origin
  const told = ['region', 'theme', 'department', 'elder', 'lang', 'keep'] as const
  const query = new URLSearchParams()
  for (const name of told) {
    const value = script.dataset[name]
    if (value) query.set(name, value)
  }

  const frame = document.createElement('iframe')
  frame.src = `${server}/?${query}`
  frame.title = script.dataset.title ?? '吉事办智能助手'
  frame.allow = 'clipboard-write'
  // Styles are set one by one: a site's content policy may forbid style attributes.
  const dress = (element: HTMLElement, style: Partial<CSSStyleDeclaration>) => Object.assign(element.style, style)
  dress(frame, {border: '0', width: '100%', height: '100%', background: '#f1f4f8'})

  const box = document.createElement('div')
  const button = document.createElement('button')

  const send = (settings: Record<string, unknown>) => frame.contentWindow?.postMessage({...settings, banshi: 'settings'}, server)
  // What is kept here leaves the site's own page, where other scripts and saved copies would find it.
  let token = script.dataset.token
  delete script.dataset.token

  let unread = 0
  function tell(count: number): void {
    unread = count
    button.textContent = count ? `${frame.title}（${count}）` : frame.title
  }

  function show(open: boolean): void {
    if (open) tell(0)
    if (open && !frame.isConnected) box.append(frame)
    dress(box, {display: open ? 'block' : 'none'})
    button.setAttribute('aria-expanded', String(open))
    if (open) frame.focus()
  }

  function place(): void {
    const target = script!.dataset.target ? document.querySelector(script!.dataset.target) : null
    if (target) {
      target.append(frame)
      return
    }
    const corner = {position: 'fixed', zIndex: '2147483000', right: 'max(16px, calc(50vw - 900px))'}
    dress(box, {
      ...corner, bottom: '84px', display: 'none', overflow: 'hidden', borderRadius: '16px', boxShadow: '0 8px 40px #0005',
      width: 'min(420px, calc(100vw - 32px))', height: 'min(720px, calc(100vh - 104px))',
    })
    dress(button, {
      ...corner, bottom: '16px', minHeight: '56px', padding: '0 20px', border: '0', borderRadius: '28px', background: '#0b5cad',
      color: '#fff', font: '600 17px sans-serif', cursor: 'pointer', boxShadow: '0 2px 12px #0004',
    })
    button.type = 'button'
    button.onclick = () => show(box.style.display === 'none')
    document.body.append(box, button)
    tell(0)
    show(false)
  }

  addEventListener('message', event => {
    if (event.origin !== server || event.source !== frame.contentWindow) return
    const {banshi, count} = (event.data ?? {}) as {banshi?: string; count?: number}
    if (banshi === 'ready' && token !== undefined) send({token})
    if (banshi === 'token') dispatchEvent(new Event('banshi-token'))
    if (banshi === 'messages' && box.style.display === 'none') tell(unread + Number(count))
  })

  const Banshi = {
    open: () => show(true),
    close: () => show(false),
    set: (settings: Record<string, unknown>) => {
      if (typeof settings.token === 'string') token = settings.token
      send(settings)
    },
  }
  Object.assign(window, {Banshi})
  if (document.body) place()
  else addEventListener('DOMContentLoaded', place)
})()
