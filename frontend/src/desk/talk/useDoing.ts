import {useState} from 'react'
import {sentenceOf} from '../../shared/api'

/** One thing that is being done: whether it runs, and why it did not work. */
export function useDoing(): {busy: boolean; problem: string | null; attempt: (work: () => Promise<void>) => Promise<void>} {
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<string | null>(null)
  const attempt = async (work: () => Promise<void>): Promise<void> => {
    setBusy(true)
    setProblem(null)
    try {
      await work()
    } catch (error) {
      setProblem(sentenceOf(error))
    } finally {
      setBusy(false)
    }
  }
  return {busy, problem, attempt}
}
