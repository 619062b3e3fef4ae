import {useCallback, useEffect, useRef, useState} from 'react'
import {send, sentenceOf} from '../../shared/api'
import type {Address, Content, Finding} from '../types'

const PAUSE = 600

export interface Lint {
  findings: Finding[]
  /** Findings are older than the text. */
  stale: boolean
  problem: string | null
  /** Take findings that came with an answer to something else. */
  put: (findings: Finding[]) => void
  again: () => void
}

/** The rules' findings on what is being edited, asked for when typing pauses. Answers to older texts are thrown away. */
export function useLint(address: Address, content: Content | null, initial: Finding[] | null): Lint {
  const [findings, setFindings] = useState<Finding[]>(initial ?? [])
  const [stale, setStale] = useState(initial === null)
  const [problem, setProblem] = useState<string | null>(null)
  const [round, setRound] = useState(0)
  const checked = useRef<Content | null>(initial === null ? null : content)

  useEffect(() => {
    if (!content || checked.current === content) return undefined
    const abort = new AbortController()
    setStale(true)
    const timer = setTimeout(() => {
      send<{findings: Finding[]}>('POST', '/studio/lint', {...address, content}, abort.signal).then(
        answer => {
          if (abort.signal.aborted) return
          checked.current = content
          setFindings(answer.findings)
          setStale(false)
          setProblem(null)
        },
        (error: unknown) => abort.signal.aborted || setProblem(sentenceOf(error)),
      )
    }, PAUSE)
    return () => {
      abort.abort()
      clearTimeout(timer)
    }
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [content, address.kind, address.key, address.region, round])

  const put = useCallback((fresh: Finding[]) => {
    setFindings(fresh)
    setStale(false)
    setProblem(null)
  }, [])
  const again = useCallback(() => setRound(former => former + 1), [])
  return {findings, stale, problem, put, again}
}
