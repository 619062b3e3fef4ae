/** The buttons of a reply: taking one becomes a visible message of the citizen. Typing stays possible beside them. */
import {useFace} from '../frame/face'
import type {Button, Custom} from '../talk/contract'
import {languageOf, useWords} from '../words'

const SHORT = 6

export function Options({buttons, numbered, usable, question}: {buttons: Button[]; numbered: boolean; usable: boolean; question: Custom}) {
  const words = useWords()
  const {say} = useFace()
  if (!buttons.length) return null
  const asked = Object.keys(question.answers ?? {}).length
  const left = question.slot === 'situation' ? question.most_left : undefined
  // Places stand side by side, long names of items below each other.
  const narrow = buttons.length > 4 && buttons.every(button => button.title.length <= SHORT + 2)
  return (
    <>
      {left !== undefined && <p className="quiet">{words.question(asked + 1, left)}</p>}
      <div className={narrow ? 'options narrow' : 'options'} role="group" aria-label={words.quick}>
        {buttons.map(({title, payload}, index) => (
          <button key={payload} type="button" disabled={!usable} onClick={() => say(payload, title)}>
            {numbered && !HAND_ON.includes(payload) && <i aria-hidden="true">{index + 1}</i>}<span lang={languageOf(title)}>{title}</span>
          </button>
        ))}
      </div>
    </>
  )
}

const HAND_ON = ['/hand_off', '/cancel']
