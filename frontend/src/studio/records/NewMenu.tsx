import {at} from '../../shared/router'
import {Disclosure} from '../Disclosure'

/** Begin a record. A local version is begun from the guide it departs from. */
export function NewMenu() {
  return (
    <Disclosure label="新建" primary>
      <a href={at(['records', 'qa', '+'])}>新建答问</a>
      <a href={at(['records', 'guide', '+'])}>新建办事指南</a>
      <a href={at(['records', 'policy', '+'])}>新建政策文件</a>
      <p className="muted small">地方版本在指南的编辑页“更多”里建立。</p>
    </Disclosure>
  )
}
