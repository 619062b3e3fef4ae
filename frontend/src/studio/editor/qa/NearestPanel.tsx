/** What is nearest to a Q&A being written: stored questions almost like it, and what the search finds for it today. */
import {useEffect, useState} from 'react'
import {send} from '../../../shared/api'
import {at} from '../../../shared/router'
import {useVocabulary} from '../../vocabulary'
import {textOf} from '../content'
import {useEditing} from '../editing'

interface Found {
  candidates: {kind: string; id: string; title: string; confidence: number}[]
  decision: string
}

const DECISIONS: Record<string, string> = {answer: '直接回答', clarify: '反问确认', reject: '答不了'}

interface Near {
  kind: string
  id: string
  title: string
  text: string
  similarity: number
}

/** What belongs to the present text of the question; a failed look shows nothing, it is only a help. */
function useNearest(question: string, key: string): {near: Near[]; found: Found | null} {
  const [near, setNear] = useState<Near[]>([])
  const [found, setFound] = useState<Found | null>(null)
  useEffect(() => {
    if (question.length < 4) {
      setNear([])
      setFound(null)
      return undefined
    }
    const abort = new AbortController()
    const timer = setTimeout(() => {
      send<{rows: Near[]}>('POST', '/studio/duplicates/near', {text: question.slice(0, 300), exclude: key ? [key] : []}, abort.signal)
        .then(answer => setNear(answer.rows), () => abort.signal.aborted || setNear([]))
      send<Found>('POST', '/search', {text: question}, abort.signal).then(setFound, () => abort.signal.aborted || setFound(null))
    }, 900)
    return () => {
      abort.abort()
      clearTimeout(timer)
    }
  }, [question, key])
  return {near, found}
}

export function NearestPanel() {
  const {effective} = useEditing()
  const {kindLabel} = useVocabulary()
  const question = textOf(effective.question).trim()
  const key = textOf(effective.id)
  const {near, found} = useNearest(question, key)
  const candidates = (found?.candidates ?? []).filter(candidate => candidate.id !== key).slice(0, 5)
  return (
    <aside className="card nearest" aria-labelledby="nearest-title">
      <h2 id="nearest-title">最接近的内容</h2>
      {!near.length && !candidates.length && <p className="muted">{question ? '没有发现相近的答问或指南。' : '写出标准问后，这里会列出相近的答问和指南。'}</p>}
      {near.length > 0 && (
        <>
          <h3>问法相近</h3>
          <ul className="near-list">
            {near.map(one => (
              <li key={one.id}><a href={at(['records', one.kind, one.id])}>{one.title}</a><span className="muted small">{kindLabel(one.kind)} · {Math.round(one.similarity * 100)}% 相近{one.text !== one.title && `：${one.text}`}</span></li>
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
