import {Button, Input} from 'antd'
import {useState} from 'react'
import type {Content} from '../../types'
import {textOf, type Path} from '../content'
import {useEditing} from '../editing'
import {RowTools} from './RowTools'
import {Cell} from './simple'

/** Names with one text each. */
export function MapCells({path, label}: {path: Path; label: string}) {
  const {value, set} = useEditing()
  const [fresh, setFresh] = useState('')
  const now = (value(path) ?? {}) as Content
  const add = (): void => {
    if (!fresh.trim() || fresh.trim() in now) return
    set([...path, fresh.trim()], '')
    setFresh('')
  }
  return (
    <>
      <ul className="lines">
        {Object.keys(now).map(name => (
          <li key={name} className="line">
            <span className="map-name">{name}</span>
            <span className="grow"><Cell path={[...path, name]} label={`${label} ${name}`} long={textOf(now[name]).length > 30} /></span>
            <RowTools name={name} first last onRemove={() => set([...path, name], undefined)} />
          </li>
        ))}
      </ul>
      <div className="row">
        <Input size="small" aria-label={`${label} 新名称`} placeholder="名称" style={{width: 160}} value={fresh} onChange={event => setFresh(event.target.value)} onPressEnter={add} />
        <Button size="small" type="dashed" disabled={!fresh.trim() || fresh.trim() in now} onClick={add}>添加</Button>
      </div>
    </>
  )
}
