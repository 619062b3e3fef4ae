/** One telephone call as it is heard: finished sentences, and the one that is being spoken. */
import {useRef, useState} from 'react'
import {get} from '../../shared/api'
import {useAdvice} from '../advice/advice'
import type {Link} from '../live/lifeline'
import {useLifeline} from '../live/useLifeline'
import type {Advice, Call, Utterance} from '../types'

export interface Heard {
  said: (Utterance & {key: number})[]
  speaking: Utterance | null
  ended: boolean
  link: Link
}

export function useCall(id: string): Heard {
  const {receive} = useAdvice()
  const [said, setSaid] = useState<Heard['said']>([])
  const [speaking, setSpeaking] = useState<Utterance | null>(null)
  const [ended, setEnded] = useState(false)
  const count = useRef(0)
  const told = useRef(0)
  const whole = useRef('')

  const {link} = useLifeline(`/desk/calls/${encodeURIComponent(id)}/events`, {
    refresh: async signal => {
      const listed = await get<{calls: Call[]}>('/desk/calls', {}, signal)
      setEnded(!listed.calls.some(call => call.call === id))
    },
    refused: () => setEnded(true),
    after: () => told.current,
    told: ({id: number, event, data}) => {
      if (number) told.current = Number(number)
      if (event === 'utterance') {
        const utterance = JSON.parse(data) as Utterance
        if (utterance.type === 'end') setEnded(true)
        if (utterance.type === 'partial') return setSpeaking(utterance)
        setSpeaking(null)
        if (utterance.speaker === 'citizen') whole.current = utterance.text
        if (utterance.text) setSaid(former => [...former, {...utterance, key: count.current++}])
      } else if (event === 'suggestions') {
        const advice = JSON.parse(data) as Advice
        receive(id, advice, advice.text !== whole.current)
      }
    },
  })
  return {said, speaking, ended, link}
}
