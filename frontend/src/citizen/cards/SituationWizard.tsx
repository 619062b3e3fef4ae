/** 情形引导: a few questions, one at a time, then the exact list. */
import {useEffect, useRef, useState} from 'react'
import {useFace} from '../frame/face'
import {reveal} from '../frame/reveal'
import type {Situation} from '../talk/contract'
import {address, call} from '../talk/server'
import {Unavailable} from '../panels/Unavailable'
import {useAllWords} from '../words/all'

interface Step {
  answers: Record<string, string>
  situation: Situation
}

export function SituationWizard({item, onExact, onStop}: {item: string; onExact: (exact: Situation) => void; onStop: () => void}) {
  const words = useAllWords()
  const {settings} = useFace()
  const [steps, setSteps] = useState<Step[]>([])
  const [failed, setFailed] = useState(false)
  const heading = useRef<HTMLParagraphElement>(null)
  const step = steps[steps.length - 1]

  async function ask(answers: Record<string, string>): Promise<void> {
    setFailed(false)
    try {
      const situation = await call<Situation>(address('/situations'), {item, answers, region: settings.region})
      if (situation.next) setSteps(before => [...before, {answers: situation.answers, situation}])
      else onExact(situation)
    } catch {
      setFailed(true)
    }
  }

  useEffect(() => void ask({}), [item])
  useEffect(() => reveal(heading.current), [steps.length])

  if (failed) return <Unavailable again={() => void ask(step?.answers ?? {})}/>
  if (!step?.situation.next) return <p>{words.searching}</p>
  const {next, most_left: left} = step.situation
  return (
    <div className="wizard" role="group" aria-label={words.fit}>
      <p className="progress">
        <small>{words.question(steps.length, left)}</small>
        <progress aria-label={words.question(steps.length, left)} value={steps.length - 1} max={steps.length - 1 + Math.max(left, 1)}/>
      </p>
      <p className="asked" ref={heading} tabIndex={-1}>{next.ask}</p>
      <div className="options">
        {next.options.map(option => (
          <button key={option.id} type="button" onClick={() => void ask({...step.answers, [next.id]: option.id})}>{option.label}</button>
        ))}
      </div>
      <div className="actions">
        {steps.length > 1 && (
          <button type="button" className="text-button" onClick={() => setSteps(steps.slice(0, -1))}>{words.previous}</button>
        )}
        <button type="button" className="text-button" onClick={onStop}>{words.stop}</button>
      </div>
    </div>
  )
}
