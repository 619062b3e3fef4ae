/** The conversation in the middle: who it is, what was before, what is said, and the reply. */
import {useEffect} from 'react'
import {Button} from 'antd'
import {Empty, Failure, Loading} from '../../shared/notices'
import {useAdvice} from '../advice/advice'
import {useDesk} from '../desk'
import {Before} from './Before'
import {Composer} from './Composer'
import {Log} from './Log'
import {NotMine} from './NotMine'
import {TalkHead} from './TalkHead'
import {lastQuestion} from './spoken'
import {useTalk} from './useTalk'

export function TalkPane({id}: {id: string}) {
  const {overview} = useDesk()
  const {follow} = useAdvice()
  const talk = useTalk(id)
  const {detail, error, put} = talk
  const state = detail?.conversation.state
  const asked = detail && lastQuestion(detail.messages)

  // What the citizen said last is what advice is wanted for, also before the conversation is taken.
  useEffect(() => {
    if (asked && state !== 'closed') follow(id, {text: asked.text, conversation: id, region: detail!.conversation.region, item: detail!.slots.item}, asked.id)
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [id, asked?.id, state === 'closed'])

  if (!detail) {
    if (!error) return <Loading what="会话" />
    return <Failure sentence={error} again={talk.reload}><Button href="#/">回到会话列表</Button></Failure>
  }
  const mine = detail.conversation.operator?.account === overview.me.account && state === 'human'
  return (
    <>
      <TalkHead detail={detail} mine={mine} onChanged={talk.reload} />
      <Before detail={detail} mine={mine} />
      <Log messages={detail.messages} conversation={id} mine={mine} />
      {mine ? <Composer key={id} id={id} number={overview.me.number} /> : <NotMine detail={detail} onTaken={put} />}
      {error && talk.link.up && <div role="status"><Empty sentence={error} /></div>}
    </>
  )
}
