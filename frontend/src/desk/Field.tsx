import type {ReactNode} from 'react'

/** A control with its name above it and what is wrong below it. */
export function Field({name, problem, children}: {name: string; problem?: string | undefined; children: ReactNode}) {
  return (
    <label className="field">
      <span className="field-name">{name}</span>
      {children}
      {problem && <span className="problem" role="alert">{problem}</span>}
    </label>
  )
}

interface ChoiceProps {
  value: string
  options: readonly (string | {value: string; label: string})[]
  onChange: (value: string) => void
  /** What choosing nothing is called; without it something must be chosen. */
  none?: string
}

/** One of a list. The browser's own control is known to every screen reader and every phone, and weighs nothing. */
export function Choice({value, options, onChange, none}: ChoiceProps) {
  return (
    <select className="choice" value={value} onChange={event => onChange(event.target.value)}>
      {none !== undefined && <option value="">{none}</option>}
      {options.map(option => (typeof option === 'string' ? <option key={option}>{option}</option> : <option key={option.value} value={option.value}>{option.label}</option>))}
    </select>
  )
}
