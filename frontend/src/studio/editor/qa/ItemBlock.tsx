import {Select} from 'antd'
import {at} from '../../../shared/router'
import {useVocabulary} from '../../vocabulary'
import {textOf} from '../content'
import {useEditing} from '../editing'
import {Block} from '../fields/Block'

/** The guide that a Q&A belongs to, found by name or number. */
export function ItemBlock() {
  const {value, set} = useEditing()
  const {guides = []} = useVocabulary()
  const now = textOf(value(['item'])) || undefined
  const options = guides.map(guide => ({value: guide.id, label: `${guide.title}（${guide.id}）`}))
  if (now && !options.some(option => option.value === now)) options.unshift({value: now, label: `${now}（没有这份指南）`})
  return (
    <Block name="item" label="所属事项" narrow hint={now ? undefined : '明确属于某一事项时才填'}>
      <Select
        aria-label="所属事项" allowClear style={{width: '100%'}} placeholder="输入事项名称查找" value={now} options={options} popupMatchSelectWidth={false}
        showSearch={{optionFilterProp: 'label'}} onChange={(picked: string | undefined) => set(['item'], picked)}
      />
      {now && <a className="small" href={at(['records', 'guide', now])}>打开这份指南</a>}
    </Block>
  )
}
