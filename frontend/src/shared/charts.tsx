/** Small charts: drawn as SVG, told as a sentence, and there as a table. No colour stands alone, series differ in pattern or shape too. */
import {useId, type ReactNode} from 'react'

export interface Day {
  label: string
  bars: number[]
}

interface FigureProps {
  summary: string
  head: string[]
  rows: (string | number)[][]
  children: ReactNode
}

/** A chart with the sentence that says what it shows, and the numbers behind it. */
export function Figure({summary, head, rows, children}: FigureProps) {
  const id = useId()
  return (
    <figure className="figure" aria-describedby={id}>
      {children}
      <figcaption id={id}>{summary}</figcaption>
      <details>
        <summary>以表格查看</summary>
        <div className="table-scroll" tabIndex={0} role="region" aria-label={`${head[0]}数据表`}>
          <table className="table tight">
            <thead><tr>{head.map((title, at) => <th key={title} scope="col" className={at ? 'num' : undefined}>{title}</th>)}</tr></thead>
            <tbody>
              {rows.map(([first, ...others]) => <tr key={String(first)}><th scope="row">{first}</th>{others.map((value, at) => <td key={at} className="num">{value}</td>)}</tr>)}
            </tbody>
          </table>
        </div>
      </details>
    </figure>
  )
}

const WIDTH = 720
const HEIGHT = 190
const LEFT = 38
const BOTTOM = 24
const TOP = 8

/** A round number at or above the largest value, so that the three lines of the grid read well. */
function ceiling(largest: number): number {
  if (largest <= 4) return 4
  const step = 10 ** Math.floor(Math.log10(largest))
  return [1, 2, 4, 5, 8, 10].map(times => times * step).find(value => value >= largest) ?? largest
}

export interface Series {
  label: string
  fill: string
  /** Drawn with stripes as well. */
  striped?: boolean
}

/** Stacked columns over days. */
export function Columns({days, series}: {days: Day[]; series: Series[]}) {
  const pattern = useId()
  const most = ceiling(Math.max(1, ...days.map(day => day.bars.reduce((sum, value) => sum + value, 0))))
  const step = (WIDTH - LEFT - 8) / Math.max(1, days.length)
  const high = (value: number): number => (value / most) * (HEIGHT - TOP - BOTTOM)
  const every = Math.ceil(days.length / 10)
  return (
    <>
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} className="chart" aria-hidden="true">
        <defs>
          <pattern id={pattern} width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="6" height="6" fill="none" /><line x1="0" y1="0" x2="0" y2="6" stroke="#fff" strokeWidth="2" /></pattern>
        </defs>
        {[0, 0.5, 1].map(share => {
          const y = HEIGHT - BOTTOM - high(most * share)
          return <g key={share}><line x1={LEFT} x2={WIDTH - 8} y1={y} y2={y} stroke="#dbe2ea" /><text x={LEFT - 6} y={y + 4} textAnchor="end" className="axis">{Math.round(most * share).toLocaleString('zh-CN')}</text></g>
        })}
        {days.map((day, at) => {
          let y = HEIGHT - BOTTOM
          const width = Math.min(34, step * 0.7)
          const x = LEFT + step * at + (step - width) / 2
          return (
            <g key={day.label}>
              {day.bars.map((value, index) => {
                y -= high(value)
                const box = {x, y, width, height: high(value)}
                return <g key={index}><rect {...box} fill={series[index]!.fill} />{series[index]!.striped && <rect {...box} fill={`url(#${pattern})`} />}</g>
              })}
              {at % every === 0 && <text x={x + width / 2} y={HEIGHT - 6} textAnchor="middle" className="axis">{day.label}</text>}
            </g>
          )
        })}
      </svg>
      <ul className="legend">
        {series.map(one => (
          <li key={one.label}>
            <svg width="14" height="14" aria-hidden="true"><rect width="14" height="14" rx="2" fill={one.fill} />{one.striped && <path d="M0 14 14 0M-3 7 7 -3M7 17 17 7" stroke="#fff" strokeWidth="2" />}</svg>{one.label}
          </li>
        ))}
      </ul>
    </>
  )
}

export interface Bar {
  label: string
  value: number
  /** As told at the end of the bar; the value itself otherwise. */
  text?: string
}

/** Lying bars, one a name. `most`: what a full bar means; the largest value otherwise. */
export function Bars({bars, most, fill = '#2f74b8'}: {bars: Bar[]; most?: number; fill?: string}) {
  const full = most ?? Math.max(1, ...bars.map(bar => bar.value))
  return (
    <ul className="bars" aria-hidden="true">
      {bars.map(bar => (
        <li key={bar.label}>
          <span className="bar-name">{bar.label}</span>
          <svg viewBox="0 0 100 8" preserveAspectRatio="none" className="bar-line"><rect width="100" height="8" fill="#edf1f5" /><rect width={Math.min(100, (bar.value / full) * 100)} height="8" fill={fill} /></svg>
          <span className="bar-value">{bar.text ?? bar.value.toLocaleString('zh-CN')}</span>
        </li>
      ))}
    </ul>
  )
}

/** 37% of whole numbers; a dash where there is nothing to divide. */
export function percent(part: number, whole: number): string {
  return whole ? `${Math.round((part / whole) * 100)}%` : '—'
}
