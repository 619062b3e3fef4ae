/** Up, down and remove for one row of a list. Each button says which row it works on. */
interface RowToolsProps {
  name: string
  first: boolean
  last: boolean
  onMove?: (by: -1 | 1) => void
  onRemove: () => void
}

export function RowTools({name, first, last, onMove, onRemove}: RowToolsProps) {
  return (
    <span className="row-tools">
      {onMove && <button type="button" className="tool up" disabled={first} onClick={() => onMove(-1)} aria-label={`上移：${name}`} title="上移" />}
      {onMove && <button type="button" className="tool down" disabled={last} onClick={() => onMove(1)} aria-label={`下移：${name}`} title="下移" />}
      <button type="button" className="tool remove" onClick={onRemove} aria-label={`删除：${name}`} title="删除" />
    </span>
  )
}
