/** What can be done with an answer: have it read, copy it. */
import {useEffect, useState} from 'react'
import {copyText} from '../../shared/copy'
import {useFace} from '../frame/face'
import {Icon} from '../cards/icons'
import {canSpeak, silence, speak} from '../voice/voice'
import {useAllWords} from '../words/all'

export function Actions({text}: {text: string}) {
  const words = useAllWords()
  const {settings, announce} = useFace()
  const [speaking, setSpeaking] = useState(false)
  const [copied, setCopied] = useState(false)
  useEffect(() => (speaking ? silence : undefined), [speaking])

  function read(): void {
    setSpeaking(!speaking)
    if (!speaking) setTimeout(() => speak(text, settings.size > 0, () => setSpeaking(false)))
  }

  async function copy(): Promise<void> {
    setCopied(await copyText(text))
    announce(words.copied)
  }

  return (
    <div className="tools" lang={words.code}>
      {canSpeak() && (
        <button type="button" aria-pressed={speaking} onClick={read}>
          <Icon name="speaker" size={18}/>{speaking ? words.silence : words.listen}
        </button>
      )}
      <button type="button" onClick={() => void copy()}>
        <Icon name={copied ? 'check' : 'copy'} size={18}/>{copied ? words.copied : words.copy}
      </button>
    </div>
  )
}
