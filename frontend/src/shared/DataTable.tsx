/** A plain table: real `table` semantics, sticky head, its own scrolling region, and a pager that needs no script library. */
import {Button} from 'antd'
import type {ReactNode} from 'react'

export interface Column<Row> {
  key: string
  title: ReactNode
  cell: (row: Row, index: number) => ReactNode
  width?: string
  minWidth?: string
  numeric?: boolean
}

interface TableProps<Row> {
  caption: string
  columns: Column<Row>[]
  rows: Row[]
  rowKey: (row: Row, index: number) => string
  busy?: boolean
  /** What is shown below a row, where it is opened. */
  detail?: (row: Row) => ReactNode
}

export function DataTable<Row>({caption, columns, rows, rowKey, busy = false, detail}: TableProps<Row>) {
  return (
    <div className="table-scroll" role="region" aria-label={caption} tabIndex={0} aria-busy={busy}>
      <table className="table">
        <caption className="vh">{caption}</caption>
        <thead>
          <tr>{columns.map(column => <th key={column.key} scope="col" style={{width: column.width, minWidth: column.minWidth}} className={column.numeric ? 'num' : undefined}>{column.title}</th>)}</tr>
        </thead>
        <tbody>
          {rows.map((row, index) => {
            const below = detail?.(row)
            return [
              <tr key={rowKey(row, index)}>
                {columns.map((column, at) =>
                  at === 0
                    ? <th key={column.key} scope="row" className={column.numeric ? 'num' : undefined}>{column.cell(row, index)}</th>
                    : <td key={column.key} className={column.numeric ? 'num' : undefined}>{column.cell(row, index)}</td>)}
              </tr>,
              below ? <tr key={`${rowKey(row, index)}+`} className="detail"><td colSpan={columns.length}>{below}</td></tr> : null,
            ]
          })}
        </tbody>
      </table>
    </div>
  )
}

interface PagerProps {
  total: number
  offset: number
  limit: number
  onMove: (offset: number) => void
  unit?: string
}

export function Pager({total, offset, limit, onMove, unit = '条'}: PagerProps) {
  const page = Math.floor(offset / limit) + 1
  const pages = Math.max(1, Math.ceil(total / limit))
  return (
    <nav className="pager" aria-label="翻页">
      <span role="status">共 {total.toLocaleString('zh-CN')} {unit}，第 {page} / {pages} 页</span>
      <Button size="small" disabled={page <= 1} onClick={() => onMove(0)}>首页</Button>
      <Button size="small" disabled={page <= 1} onClick={() => onMove(Math.max(0, offset - limit))}>上一页</Button>
      <Button size="small" disabled={page >= pages} onClick={() => onMove(offset + limit)}>下一页</Button>
    </nav>
  )
}
