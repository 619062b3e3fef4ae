/** Which page stands at which address. Pages an editor does not open first are loaded when they are opened. */
import {Button} from 'antd'
import {lazy, Suspense, useEffect} from 'react'
import {Boundary} from '../shared/Boundary'
import {Empty, Loading} from '../shared/notices'
import {usePlace} from '../shared/router'
import {useSession} from '../shared/session'
import {Frame} from './Frame'
import {PageHead} from './PageHead'
import {PAGES} from './pages'

const EditorPage = lazy(() => import('./editor/EditorPage'))
const HistoryPage = lazy(() => import('./history/HistoryPage'))

export function App() {
  const place = usePlace()
  const {may} = useSession()
  const [name = 'records', kind] = place.parts
  const found = PAGES.find(page => page.name === name)
  const Shown = name === 'records' && kind ? (place.parts[3] === 'history' ? HistoryPage : EditorPage) : found?.page

  // Another record is another page; elsewhere the page itself follows its address.
  const pageKey = name === 'records' && kind ? `${place.parts.join('/')}|${place.query.get('region') ?? ''}` : name

  useEffect(() => {
    document.title = `${found?.label ?? '没有这一页'} · 知识运营台`
  }, [found])

  return (
    <Frame current={name} pageKey={pageKey}>
      {!found || !Shown ? (
        <><PageHead title="没有这一页" /><Empty sentence="地址可能写错了，或这一页已经改名。"><Button href="#/records">回到知识库</Button></Empty></>
      ) : !may(...found.roles) ? (
        <><PageHead title={found.label} /><Empty sentence={`“${found.label}”要有相应的角色才能看，需要时请找管理员。`}><Button href={`#/${PAGES.find(page => may(...page.roles))?.name ?? ''}`}>去能看的页面</Button></Empty></>
      ) : (
        <Boundary key={pageKey}><Suspense fallback={<Loading what={found.label} />}><Shown place={place} /></Suspense></Boundary>
      )}
    </Frame>
  )
}
