import {Button} from 'antd'
import type {ReactNode} from 'react'

/** The heading of a page with its main actions. */
export function PageHead({title, note, children}: {title: ReactNode; note?: ReactNode; children?: ReactNode}) {
  return (
    <div className="page-head">
      <h1>{title}</h1>
      {note && <span className="muted">{note}</span>}
      <span className="push" />
      {children}
    </div>
  )
}

/** A link that looks like a button. */
export function LinkButton({href, children, primary, download}: {href: string; children: ReactNode; primary?: boolean; download?: boolean}) {
  return <Button href={href} type={primary ? 'primary' : 'default'} download={download || undefined}>{children}</Button>
}
