import {Select} from 'antd'

export interface Choice {
  value: string
  label: string
}

interface PickProps {
  label: string
  options: Choice[]
  value: string | undefined
  onPick: (value: string | undefined) => void
  width?: number | string
  anything?: string
}

/** One filter: a searchable list that can be emptied. */
export function Pick({label, options, value, onPick, width = 140, anything}: PickProps) {
  return (
    <Select
      aria-label={label} placeholder={anything ?? label} allowClear showSearch={{optionFilterProp: 'label'}} style={{width}} popupMatchSelectWidth={false}
      options={options} value={value || undefined} onChange={(picked: string | undefined) => onPick(picked)}
    />
  )
}
