/** What a page shows when it has nothing to show yet: always with a next step. */
import {Button} from 'antd'
import type {ReactNode} from 'react'

export function Loading({what = '内容'}: {what?: string}) {
  return <div className="notice" role="status"><span className="dots" aria-hidden="true"><i /><i /><i /></span>正在载入{what}…</div>
}

export function Failure({sentence, again, children}: {sentence: string; again?: () => void; children?: ReactNode}) {
  return (
    <div className="notice bad" role="alert">
      <p><strong>没有载入成功。</strong>{sentence}</p>
      <p className="row">{again && <Button onClick={again}>再试一次</Button>}{children}</p>
    </div>
  )
}

export function Empty({sentence, children}: {sentence: string; children?: ReactNode}) {
  return <div className="notice"><p>{sentence}</p>{children && <p className="row">{children}</p>}</div>
}
