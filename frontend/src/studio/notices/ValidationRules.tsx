/** 人工核对: domains and places whose answers wait for an operator's word. */
import {App, Button, Select} from 'antd'
import {useState} from 'react'
import {get, send, sentenceOf} from '../../shared/api'
import {DataTable, type Column} from '../../shared/DataTable'
import {Failure} from '../../shared/notices'
import {dateTime} from '../../shared/times'
import {useLoad} from '../../shared/useLoad'
import {PROVINCE} from '../types'
import {useVocabulary} from '../vocabulary'

interface Rule {
  id: number
  domain: string | null
  region_name: string
  created_by: string
  created_at: string
}

const ALL = ''

export function ValidationRules() {
  const {message} = App.useApp()
  const words = useVocabulary()
  const {data, error, loading, reload} = useLoad(signal => get<{rows: Rule[]; may_change: boolean}>('/desk/validation-rules', {}, signal), [])
  const [domain, setDomain] = useState(ALL)
  const [region, setRegion] = useState(PROVINCE)
  const [busy, setBusy] = useState(false)

  const attempt = async (work: () => Promise<unknown>, told: string): Promise<void> => {
    setBusy(true)
    try {
      await work()
      void message.success(told)
    } catch (failure) {
      void message.error(sentenceOf(failure))
    } finally {
      setBusy(false)
      reload()
    }
  }
  const begin = (): void => void attempt(() => send('POST', '/desk/validation-rules', {domain: domain || null, region}), '已开启，有坐席在线时答案先核对再发')
  const columns: Column<Rule>[] = [
    {key: 'domain', title: '领域', cell: row => row.domain ?? '全部领域'},
    {key: 'region', title: '地区', cell: row => row.region_name},
    {key: 'by', title: '谁开的', cell: row => <>{row.created_by}<br /><small>{dateTime(row.created_at)}</small></>},
  ]
  if (data?.may_change) {
    columns.push({
      key: 'act', title: <span className="vh">操作</span>, width: '6rem',
      cell: row => (
        <Button size="small" disabled={busy} aria-label={`停止核对：${row.domain ?? '全部领域'} ${row.region_name}`} onClick={() => void attempt(() => send('DELETE', `/desk/validation-rules/${row.id}`), '已停，答案直接发')}>停止</Button>
      ),
    })
  }
  return (
    <section className="card gap" aria-labelledby="validation">
      <h2 id="validation">人工核对</h2>
      <p className="muted">选中的领域和地区，智能助手的答案先给在线坐席核对，最多20秒；没人核对就注明“未经人工核对”发出。没有坐席在线的不等。</p>
      {error ? <Failure sentence={error} again={reload} /> : data && (
        <>
          {data.rows.length > 0 ? <DataTable caption="开着的核对规则" columns={columns} rows={data.rows} rowKey={row => String(row.id)} busy={loading} /> : <p className="gap">现在都不用核对，答案直接发。</p>}
          {data.may_change && (
            <div className="row gap">
              <Select aria-label="核对的领域" showSearch={{optionFilterProp: 'label'}} value={domain} onChange={setDomain} style={{width: '12rem'}} options={[{value: ALL, label: '全部领域'}, ...words.domains.map(name => ({value: name, label: name}))]} />
              <Select aria-label="核对的地区" showSearch={{optionFilterProp: 'label'}} value={region} onChange={setRegion} style={{width: '16rem'}} options={words.regionOptions} />
              <Button disabled={busy} onClick={begin}>开启核对</Button>
            </div>
          )}
        </>
      )}
    </section>
  )
}
