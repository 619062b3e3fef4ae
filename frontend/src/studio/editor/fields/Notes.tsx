import {SEVERITIES} from '../../records/tags'
import {pathText, type Path} from '../content'
import {useFindings} from '../editing'

export function notesId(path: Path): string {
  return `notes-${pathText(path)}`
}

/** The findings on a field, below it. */
export function Notes({path, deep = false}: {path: Path; deep?: boolean}) {
  const findings = useFindings(path, deep)
  if (!findings.length) return null
  return (
    <ul className="notes" id={notesId(path)}>
      {findings.map((finding, index) => {
        const severity = SEVERITIES.find(one => one.id === finding.severity)!
        return <li key={index}><span className={`tag ${severity.look}`}>{severity.label}</span> {finding.message}</li>
      })}
    </ul>
  )
}
