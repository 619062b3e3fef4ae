"""收件地 and 办理地: who does what, by mode. Source: 吉林省加快推进政务服务“跨省通办”工作方案 二（三） and 二（六）."""

from __future__ import annotations

from banshi.knowledge.cross_province import Mode

RECEIVING: dict[Mode, tuple[str, ...]] = {
    Mode.ONLINE: ("不收纸质材料；不会上网的，专窗在自助服务区引导、辅助申报",),
    Mode.COLLECTED: (
        "核验申请人身份",
        "收下申请材料，做形式审查（齐不齐、样式对不对），不审批",
        "把材料寄给办理地",
        "把寄回的结果交给申请人",
    ),
    Mode.JOINT: ("只在这一处收件、核验身份", "把申请推送给要一起办的各地", "跟踪各地办理，统一答复申请人"),
    Mode.ANYWHERE: ("受理、审查并直接办结",),
}
"""What the place does where the citizen is."""
DECIDING: dict[Mode, tuple[str, ...]] = {
    Mode.ONLINE: ("网上受理、审查、决定", "寄送结果或网上送达"),
    Mode.COLLECTED: ("收到寄来的材料后受理、审查、决定", "寄送结果或网上送达", "对结果的咨询、投诉由这一方答复"),
    Mode.JOINT: ("按分工各自审查、决定", "在约定时限内把结果回传给收件地"),
    Mode.ANYWHERE: ("提供需要核对的档案和信息",),
}
"""What the place does where the matter belongs."""
MAILED = frozenset({Mode.COLLECTED})
"""Modes in which papers are sent from one place to the other."""
