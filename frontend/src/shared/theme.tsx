/** The consoles' look: antd's tokens, and the two sizes of text. */
import {App as AntApp, ConfigProvider} from 'antd'
import zhCN from 'antd/locale/zh_CN'
import {createContext, useContext, useEffect, useMemo, useState, type ReactNode} from 'react'
import {createRoot} from 'react-dom/client'
import {readStored, store} from './storage'
import './console.css'

const nonce = document.querySelector<HTMLMetaElement>('meta[name=csp-nonce]')?.nonce || undefined

// antd's scroll lock makes style tags without the nonce it was given; every style tag of this page gets it.
if (nonce) {
  const make = document.createElement.bind(document) as typeof document.createElement
  document.createElement = ((name: string, options?: ElementCreationOptions) => {
    const element = make(name, options)
    if (element instanceof HTMLStyleElement) element.nonce = nonce
    return element
  }) as typeof document.createElement
}

export const FONTS = '-apple-system, "PingFang SC", "HarmonyOS Sans SC", MiSans, "Microsoft YaHei", "Noto Sans CJK SC", sans-serif'

// antd's own link, placeholder, description and tertiary colours miss 4.5:1 on white; colorWarning stays as it is, its text is never used.
const COLOURS = {
  colorPrimary: '#0b5cad', colorInfo: '#0b5cad', colorLink: '#0b5cad', colorLinkHover: '#084a8c', colorLinkActive: '#084a8c', colorSuccess: '#1a6b3c', colorWarning: '#d48806',
  colorError: '#b3261e', colorText: '#1b2430', colorTextSecondary: '#3a4654', colorTextTertiary: '#4a5665', colorTextQuaternary: '#5b6775',
  colorTextPlaceholder: '#5b6775', colorTextDescription: '#4a5665', colorTextDisabled: '#5b6775', colorBorder: '#8b98a8',
  colorBorderSecondary: '#d5dde6', colorBgContainerDisabled: '#f1f4f8', colorBgLayout: '#eef2f6',
}

interface TextSize {
  big: boolean
  setBig: (big: boolean) => void
}

const TextSizeContext = createContext<TextSize>({big: false, setBig: () => undefined})

export function useTextSize(): TextSize {
  return useContext(TextSizeContext)
}

function Themed({children}: {children: ReactNode}) {
  const [big, setBig] = useState(() => readStored<boolean>('banshi.big') ?? false)
  useEffect(() => {
    document.documentElement.toggleAttribute('data-big', big)
    store('banshi.big', big)
  }, [big])
  const size = useMemo(() => ({big, setBig}), [big])
  const still = matchMedia('(prefers-reduced-motion: reduce)').matches
  return (
    <TextSizeContext value={size}>
      <ConfigProvider
        locale={zhCN} csp={{nonce}} button={{autoInsertSpace: false}} wave={{disabled: true}}
        theme={{
          cssVar: {key: 'console'}, hashed: false,
          token: {...COLOURS, fontSize: big ? 18 : 14, controlHeight: big ? 40 : 32, borderRadius: 6, motion: !still, fontFamily: FONTS},
          components: {Alert: {withDescriptionPadding: '10px 14px', withDescriptionIconSize: 16}, Button: {defaultBorderColor: '#b4c1cf', primaryShadow: 'none', defaultShadow: 'none', dangerShadow: 'none'}},
        }}
      >
        <AntApp className="antapp">{children}</AntApp>
      </ConfigProvider>
    </TextSizeContext>
  )
}

export function mount(page: ReactNode): void {
  createRoot(document.getElementById('root')!).render(<Themed>{page}</Themed>)
}
