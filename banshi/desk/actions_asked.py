"""Messages that ask the conversation to do something, by their words alone; every end that talks meets them by the same rules."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

from banshi.desk.tickets.complaints import is_complaint
from banshi.knowledge.urgent import Urgent, find_urgent
from banshi.text.normalise import normalise

Act = Literal["urgent", "person", "complaint", "status", "halls"]

PERSON = re.compile("人工|상담원|상담사")
STATUS = re.compile(
    r"[查看问瞅催][一下询个看]{0,3}[^，。？！]{0,8}(进度|办件|办到)|(办件|办理|审批|申请)[^，。？！]{0,4}(进度|状态)|进度查询|^进度|办到(哪|什么|啥)|到哪一?步"
    r"|(批|办|审|做|制)(下来|出来|好|完|过|利索)了?没|(批|审|受理)没(批|审|受理)|受理了没|还没(信儿|动静|消息|批|到账)|没(信儿|动静|消息)$|一点信儿都没"
    r"|我[^，。？！]{0,6}(?<![原证文物条])件[^，。？！]{0,3}(咋|怎么|卡|到)|(申请|材料|件)[^，。？！]{0,8}(通过|处理|批准|受理|提交)了?[^，。？！]{0,2}(没|吗)$|(查|看|跟踪)[^，。？！]{0,6}我[^，。？！]{0,8}(申请|业务|件)$"
    r"|显示[^，。？！]{0,3}(退件|审核中|办理中)|退回来?了?是啥原因"
)
HALLS = re.compile(
    r"(大厅|政务中心|便民服务中心|服务大厅)[^，。？！]{0,6}(在哪|哪里|哪儿|地址|位置|怎么走|咋走|电话|几点|开门|上班)|(附近|最近|找|哪有)[^，。？！]{0,6}(大厅|政务中心|便民服务中心)"
)


def act_asked(text: str, urgent: Sequence[Urgent]) -> Act | None:
    """What a message asks to be done instead of being answered; None for a question.

    Args:
        text: the masked message.
        urgent: kinds of emergencies.
    """
    if find_urgent(text, tuple(urgent)) is not None:
        return "urgent"
    if PERSON.search(text):
        return "person"
    if is_complaint(text):
        return "complaint"
    words = normalise(text)
    return "status" if STATUS.search(words) else "halls" if HALLS.search(words) else None
