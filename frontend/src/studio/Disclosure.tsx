/** A button that opens a short list of things to do below it. */
import {Button} from 'antd'
import {useEffect, useId, useRef, useState, type ReactNode} from 'react'

interface DisclosureProps {
  label: string
  children: ReactNode
  primary?: boolean
  small?: boolean
  disabled?: boolean
}

export function Disclosure({label, children, primary = false, small = false, disabled = false}: DisclosureProps) {
  const [open, setOpen] = useState(false)
  const id = useId()
  const box = useRef<HTMLDivElement>(null)

  useEffect(() => {
    if (!open) return undefined
    const outside = (event: Event): void => void (box.current?.contains(event.target as Node) || setOpen(false))
    document.addEventListener('pointerdown', outside)
    document.addEventListener('focusin', outside)
    return () => {
      document.removeEventListener('pointerdown', outside)
      document.removeEventListener('focusin', outside)
    }
  }, [open])

  return (
    <div
      className="disclosure" ref={box}
      onKeyDown={event => {
        if (event.key !== 'Escape' || !open) return
        event.stopPropagation()
        setOpen(false)
        box.current?.querySelector('button')?.focus()
      }}
    >
      <Button type={primary ? 'primary' : 'default'} size={small ? 'small' : 'middle'} disabled={disabled} aria-expanded={open} aria-controls={id} onClick={() => setOpen(!open)}>
        {label}<span aria-hidden="true" className="caret" />
      </Button>
      <div id={id} className="disclosure-list" hidden={!open} onClick={event => (event.target as HTMLElement).closest('a, button') && setOpen(false)}>{children}</div>
    </div>
  )
}
