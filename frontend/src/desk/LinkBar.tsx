import {Button} from 'antd'
import {useDesk} from './desk'
import {useNow} from './live/useNow'

/** The line to the server is down: what that means, and when it is tried again. */
export function LinkBar() {
  const {link, retryNow} = useDesk()
  return <div role="status">{!link.up && <p className="link-bar"><span>和服务器的连接断了，正在自动重连<Countdown until={link.retryAt} />。会话还在，没发出的消息恢复后会再发。</span><Button size="small" onClick={retryNow}>立即重连</Button></p>}</div>
}

function Countdown({until}: {until: number}) {
  const left = Math.ceil((until - useNow()) / 1000)
  // Counting aloud would talk over everything else.
  return left > 0 ? <span aria-hidden="true">（{left} 秒后）</span> : null
}
