import {Button} from 'antd'
import {Component, type ReactNode} from 'react'

/**
 * Keeps a failing page from taking the whole console with it. The usual cause is a new version: the parts that this page was built
 * with are gone from the server, and loading the page anew brings the new ones.
 */
export class Boundary extends Component<{children: ReactNode}, {failed: boolean}> {
  override state = {failed: false}

  static getDerivedStateFromError(): {failed: boolean} {
    return {failed: true}
  }

  override render(): ReactNode {
    if (!this.state.failed) return this.props.children
    return (
      <div className="notice bad" role="alert">
        <p><strong>这一页没有打开。</strong>多半是系统刚刚更新，刷新后就好；没保存的修改已存在这台电脑上。</p>
        <p className="row"><Button type="primary" onClick={() => location.reload()}>刷新</Button></p>
      </div>
    )
  }
}
