/** The guide's editor by element: which fields stand in which section. */
import type {ReactNode} from 'react'
import {useVocabulary} from '../../vocabulary'
import {useEditing} from '../editing'
import {FactBlock, FactListBlock} from '../fields/facts'
import {Generic} from '../fields/Generic'
import {Block} from '../fields/Block'
import {Lines} from '../fields/Lines'
import {asOptions, ChoiceBlock, SeveralBlock, TextBlock} from '../fields/simple'
import type {Section} from '../Sections'
import {BasisOverview} from './BasisOverview'
import {ChoicesSection} from './ChoicesSection'
import {FeesSection} from './FeesSection'
import {MaterialsSection} from './MaterialsSection'
import {OpenPointsBlock, PlainBlock} from './PlainSection'
import {KoreanBlock, QuestionsBlock} from './QuestionsSection'
import {HandleItemsBlock, SituationsBlock} from './SituationsSection'

const PRIORITIES = [{value: 'high', label: '高：回答都加“以当地公布为准”'}, {value: 'medium', label: '中'}, {value: 'low', label: '低'}]
const SERVED = ['自然人', '企业法人', '事业法人', '社会组织法人', '非法人企业', '行政机关', '其他组织']
const WAYS = ['窗口', '网上', '自助', '快递', '邮寄送达', '网上预约']
const TASK_TYPES = ['行政许可', '行政给付', '行政确认', '行政奖励', '行政裁决', '其他行政权力', '公共服务']
const PROJECT_TYPES = ['即办件', '承诺件', '上报件', '联办件']

function Basics() {
  const words = useVocabulary()
  const {value} = useEditing()
  return (
    <>
      <TextBlock name="id" label="编号" hint="小写字母和数字，用短横连，如 hz-idcard-renew；定了以后不能改。" />
      <TextBlock name="task_name" label="事项名称" narrow={false} />
      <ChoiceBlock name="domain" label="领域" options={asOptions(words.domains, [value(['domain'])].filter(Boolean))} />
      <ChoiceBlock name="review_priority" label="核实优先级" options={PRIORITIES} />
      <TextBlock name="dept_name" label="主管部门" />
      <TextBlock name="implementing_agency" label="实施机构" />
      <ChoiceBlock name="task_type" label="事项类型" options={asOptions(words.labels.task_type ?? TASK_TYPES)} />
      <ChoiceBlock name="project_type" label="办件类型" options={asOptions(words.labels.project_type ?? PROJECT_TYPES)} />
      <SeveralBlock name="server_type" label="服务对象" options={asOptions(words.labels.server_type ?? SERVED, value(['server_type']))} />
      <TextBlock name="valid_from" label="生效日期" type="date" />
      <TextBlock name="valid_to" label="失效日期" type="date" optional hint="长期有效就不填" />
      <Block name="aliases" label="日常用语" rows hint="群众平时怎么叫这件事。"><Lines path={['aliases']} unit="叫法" columns paste /></Block>
      <TextBlock name="confused_with" label="易混事项提示" long optional />
      <OpenPointsBlock />
    </>
  )
}

/** Fields of the exchange tables that belong to a section: shown where the vocabulary or the record knows them. */
function Extras({names}: {names: string[]}) {
  const words = useVocabulary()
  const {effective} = useEditing()
  return <>{names.filter(name => words.field('guide', name) || name in effective).map(name => <Generic key={name} name={name} />)}</>
}

/** Everything that no other section holds: codes, authority, help, and whatever a newer server or an import brought along. */
function Rest() {
  const words = useVocabulary()
  const {effective} = useEditing()
  const known = (words.fields.guide ?? []).map(field => field.name).filter(name => !name.includes('.'))
  const placed = new Set(GUIDE_SECTIONS.flatMap(section => section.fields))
  return <>{[...new Set([...known, ...Object.keys(effective)])].filter(name => !placed.has(name)).map(name => <Generic key={name} name={name} />)}</>
}

function Ways() {
  const words = useVocabulary()
  const {value} = useEditing()
  return <SeveralBlock name="handle_type" label="办理形式" narrow={false} free options={asOptions(words.labels.handle_type ?? WAYS, value(['handle_type']))} />
}

/** A section whose own fields come first, then those of the exchange tables. */
function section(id: string, label: string, fields: string[], content: ReactNode, extras: string[] = []): Section {
  return {id, label, fields: [...fields, ...extras], content: <div className="blocks">{content}{extras.length > 0 && <Extras names={extras} />}</div>}
}

const BASICS = [
  'id', 'version', 'region', 'task_name', 'domain', 'review_priority', 'dept_name', 'implementing_agency', 'task_type', 'project_type', 'server_type', 'valid_from', 'valid_to',
  'aliases', 'confused_with', 'open_points',
]

export const GUIDE_SECTIONS: Section[] = [
  section('basics', '基本信息', BASICS, <Basics />),
  section('conditions', '受理条件', ['accept_condition'], <FactListBlock name="accept_condition" label="受理条件" unit="条件" hint="一条一件事；每条说明确定程度和依据。" />, ['age_min', 'age_max', 'guardian_handling', 'limit_explain']),
  section('materials', '申请材料', ['materials'], <MaterialsSection />),
  section('time', '时限', ['anticipate', 'promise'], <><FactBlock name="anticipate" label="法定办结时限" /><FactBlock name="promise" label="承诺办结时限" hint="不能长于法定时限。" /></>, ['anticipate_day', 'anticipate_type', 'promise_day', 'promise_type', 'deliver_term']),
  section('fees', '费用', ['fees'], <FeesSection />, ['is_fee', 'is_pay_online']),
  section('process', '流程', ['process'], <Block name="process" label="办理流程" rows hint="依次的环节。"><Lines path={['process']} unit="环节" ordered paste /></Block>, ['steps', 'special_procedure', 'service_type']),
  section('place', '地点', ['transact_place', 'handle_area', 'limit_scene_num'], <><TextBlock name="transact_place" label="办理地点" long hint="写地点类型；门牌号在大厅表里。" /><FactBlock name="handle_area" label="通办范围" /><FactBlock name="limit_scene_num" label="到办事现场次数" /></>, ['limit_scene_explain', 'is_entry_center', 'center_name', 'transact_addr', 'transact_time', 'is_schedule', 'is_service_terminals', 'is_express']),
  section('online', '网办', ['online_handle_depth', 'handle_type'], <><FactBlock name="online_handle_depth" label="网办深度" /><Ways /></>, ['is_online', 'online_handle_url', 'mobile_terminal_url']),
  section('result', '结果', [], null, ['result_type', 'result_name', 'result_sample']),
  section('choices', '情形引导', ['choices', 'handle_items', 'situations'], <><ChoicesSection /><HandleItemsBlock /><SituationsBlock /></>),
  section('questions', '相似问', ['questions', 'also_asks', 'korean'], <><QuestionsBlock /><KoreanBlock /></>),
  section('plain', '白话', ['plain'], <PlainBlock />),
  section('basis', '依据', ['by_law', 'evidence'], <><Block name="by_law" label="设定和实施依据" rows hint="法律法规写到条，文件写文号。"><Lines path={['by_law']} unit="依据" ordered paste /></Block><BasisOverview /><Generic name="evidence" /></>),
  section('rest', '编码与其他', [], <Rest />),
]
