/** What is nearest to a Q&A: stored near-duplicates, and what the search finds for its question today. */
import {useEffect, useState} from 'react'
import {get, send} from '../../../shared/api'
import {at} from '../../../shared/router'
import {useLoad} from '../../../shared/useLoad'
import type {DuplicatePair} from '../../duplicates/types'
import {useVocabulary} from '../../vocabulary'
import {textOf} from '../content'
import {useEditing} from '../editing'

interface Found {
  candidates: {kind: string; id: string; title: string; confidence: number}[]
  decision: string
}

const DECISIONS: Record<string, string> = {answer: '直接回答', clarify: '反问确认', reject: '答不了'}

export function NearestPanel() {
  const {effective} = useEditing()
  const {kindLabel} = useVocabulary()
  const question = textOf(effective.question).trim()
  const key = textOf(effective.id)
  const pairs = useLoad(signal => get<{rows: DuplicatePair[]}>('/studio/duplicates', {}, signal), [])
  const [found, setFound] = useState<Found | null>(null)

  useEffect(() => {
    if (question.length < 4) return setFound(null)
    const abort = new AbortController()
    const timer = setTimeout(() => {
      send<Found>('POST', '/search', {text: question}, abort.signal).then(setFound, () => setFound(null)) // only a help: without an index it stays away
    }, 900)
    return () => {
      abort.abort()
      clearTimeout(timer)
    }
  }, [question])

  const near = (pairs.data?.rows ?? []).filter(row => key && (row.a.id === key || row.b.id === key)).map(row => ({other: row.a.id === key ? row.b : row.a, similarity: row.similarity})).slice(0, 6)
  const candidates = (found?.candidates ?? []).filter(candidate => candidate.id !== key).slice(0, 5)
  return (
    <aside className="card nearest" aria-labelledby="nearest-title">
      <h2 id="nearest-title">最接近的内容</h2>
      {!near.length && !candidates.length && <p className="muted">{question ? '没有发现相近的答问或指南。' : '写出标准问后，这里会列出相近的答问和指南。'}</p>}
      {near.length > 0 && (
        <>
          <h3>近似重复</h3>
          <ul className="near-list">
            {near.map(({other, similarity}, index) => (
              <li key={`${other.id}${index}`}><a href={at(['records', other.kind, other.id])}>{other.title}</a><span className="muted small">{Math.round(similarity * 100)}% 相近{other.text && other.text !== other.title && `：${other.text}`}</span></li>
            ))}
          </ul>
        </>
      )}
      {candidates.length > 0 && (
        <>
          <h3>现在问“{question.slice(0, 14)}{question.length > 14 ? '…' : ''}”会找到</h3>
          <p className="muted small">线上判定：{DECISIONS[found!.decision] ?? found!.decision}</p>
          <ul className="near-list">
            {candidates.map(candidate => (
              <li key={candidate.id}><a href={at(['records', candidate.kind, candidate.id])}>{candidate.title}</a><span className="muted small">{kindLabel(candidate.kind)} · 把握 {Math.round(candidate.confidence * 100)}%</span></li>
            ))}
          </ul>
        </>
      )}
    </aside>
  )
}
