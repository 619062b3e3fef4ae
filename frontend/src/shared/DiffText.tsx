import {useMemo} from 'react'
import {compare, type Piece} from './chineseDiff'

/** What a screen reader says around a change; `ins` and `del` alone are passed over by most. */
function Part({piece}: {piece: Piece}) {
  if (piece.kind === 'added') return <ins><span className="vh">（新增）</span>{piece.text}<span className="vh">（新增完）</span></ins>
  if (piece.kind === 'removed') return <del><span className="vh">（删去）</span>{piece.text}<span className="vh">（删去完）</span></del>
  return <>{piece.text}</>
}

/** Two texts compared word by word, additions underlined and deletions struck; side by side or in one text. */
export function DiffText({before, after, aside = false}: {before: string | null; after: string | null; aside?: boolean}) {
  const pieces = useMemo(() => compare(before ?? '', after ?? ''), [before, after])
  if (!aside) return <div className="diff">{pieces.map((piece, index) => <Part key={index} piece={piece} />)}</div>
  return (
    <div className="diff-aside">
      <div className="diff">
        {before === null ? <em className="muted">没有这一项</em> : pieces.filter(piece => piece.kind !== 'added').map((piece, index) => <Part key={index} piece={piece} />)}
      </div>
      <div className="diff">
        {after === null ? <em className="muted">已删去这一项</em> : pieces.filter(piece => piece.kind !== 'removed').map((piece, index) => <Part key={index} piece={piece} />)}
      </div>
    </div>
  )
}
