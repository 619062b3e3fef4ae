import type {Job} from './useJob'

interface ProgressLineProps {
  /** What is under way, for people who cannot see the bar: 影响评估. */
  what: string
  job: Job<unknown> | null
  /** A share from 0 to 1 instead of the job's own count, while a file is sent. */
  share?: number
  sentence?: string
}

/** How far something is: a bar, which only moves where the whole is known, and a sentence. */
export function ProgressLine({what, job, share, sentence}: ProgressLineProps) {
  const value = share ?? (job?.total ? job.done / job.total : undefined)
  return (
    <p className="progress-line">
      <progress max={1} value={value} aria-label={`${what}进度`} />
      <span>{sentence ?? (job?.sentence || `正在开始${what}…`)}</span>
    </p>
  )
}
