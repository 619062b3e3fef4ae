"""What becomes of an answer that waits: an operator sends it, mends it or refuses it, or its time ends; each is decided once.

The state is in the store: the click may come to another server than the citizen's message did, and any server ends what is over.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime
from typing import Any, Literal

import sqlalchemy as sa
from rapidfuzz.distance import Levenshtein

from banshi.desk.advice.adoption import HEAVILY_EDITED, mark_if_logged
from banshi.desk.people.operators import ConflictError, InvalidError, NotYoursError, UnknownError
from banshi.desk.people.queue import Queue, within
from banshi.desk.replies import HAND_OFF
from banshi.store.conversations import Message, append_messages, locked
from banshi.store.operators import Operator, OperatorRepository
from banshi.store.questions import QuestionLog
from banshi.store.staff import Staff, StaffRepository
from banshi.store.transactions import read, write
from banshi.store.validations import Validation, ValidationRepository, ValidationState
from banshi.text.normalise import clean
from banshi.text.numbers import mask

log = logging.getLogger(__name__)

Decision = Literal["approve", "edit", "refuse"]
CITED = "\n——依据："
"""Between an answer and what it cites."""
UNCHECKED = "未经人工核对"
_LAPSED = f"20秒内没有等到工作人员核对。下面的答案{UNCHECKED}，请以窗口答复为准；要人来答，请点“转人工”，或拨打12345。"
_REFUSED = "工作人员看过了：智能助手这次的答案不合适，没有发给您。要人来答，请点“转人工”；也可以换个说法再问，或拨打12345。"
_BECOMES: dict[Decision, ValidationState] = {"approve": "approved", "edit": "edited", "refuse": "refused"}
_DONE = {"approved": "采纳了", "edited": "改过发出了", "refused": "没有采纳"}
_TOO_LATE = "这个答案等满20秒，已经注明“未经人工核对”发给市民了。"
_GONE = "市民已经有人接待，或者离开了，这个答案不用再核对。"


class Validating:
    """The operators' side of answers that wait.

    Args:
        database: the store.
        queue: knows the tree of regions.
        now: the clock.
    """

    def __init__(self, database: sa.Engine, *, queue: Queue, now: Callable[[], datetime]) -> None:
        self._database, self._queue, self._now = database, queue, now

    def decide(self, staff: Staff, identifier: int, decision: Decision, text: str | None = None) -> Validation:
        """Send an answer as it is, as the operator wrote it, or not at all. The same decision of the same operator again changes nothing.

        Args:
            staff: who.
            identifier: the held answer.
            decision: what.
            text: with edit, what is sent, without what it cites.

        Raises:
            UnknownError, NotYoursError: see there.
            InvalidError: edited to nothing.
            ConflictError: it is decided already, or nobody waits for it any more.
        """
        now, state = self._now(), _BECOMES[decision]
        words = clean(text or "").strip() if decision == "edit" else None
        if words == "":
            raise InvalidError("请写要发给市民的答案；不想发就点“不采纳”。")
        if words is not None and mask(words)[1]:
            raise InvalidError("这里不能写个人的手机号、证件号、卡号；联系方式请写12345或者单位的座机。")
        with write(self._database, durable=False) as connection:
            me, repository = OperatorRepository(connection).seen(staff.account, now=now), ValidationRepository(connection)
            known = repository.get(identifier)
            if known is None:
                raise UnknownError("没有这条待核对的答案。")
            if not within(staff, known.region, known.department, self._queue.parents):
                raise NotYoursError("这条答案不在您负责的部门或地区里。")
            standing = connection.execute(locked(known.conversation)).one()
            gone = standing.state in ("human", "closed")
            decided = repository.decide(identifier, "withdrawn" if gone else state, now=now, by=None if gone else staff.account, text=words)
            if decided and not gone:
                append_messages(connection, known.conversation, [_told(known, state, words, me, now)], now, answers=known.message)
                if state == "refused" or (words is not None and _similar(known, words) < HEAVILY_EDITED):
                    mark_if_logged(QuestionLog(connection), known.conversation, known.question)
            one = repository.get(identifier)
            assert one is not None
        if one.state != state or one.decided_by != staff.account or (not decided and one.text != words):
            raise ConflictError(self._why_not(staff, one))
        return one

    def lapse(self) -> list[str]:
        """Send those whose time is over, marked as seen by nobody; gives the conversations. Any number of servers may do so at once."""
        now = self._now()
        with read(self._database) as connection:
            over = ValidationRepository(connection).due(now)
        told = []
        for identifier in over:
            try:
                conversation = self._lapse(identifier, now)
            except Exception:  # of one answer; the others' citizens wait as well
                log.exception("The held answer %d could not be sent; trying again.", identifier)
                continue
            if conversation is not None:
                told.append(conversation)
        return told

    def _lapse(self, identifier: int, now: datetime) -> str | None:
        with write(self._database, durable=False) as connection:
            repository = ValidationRepository(connection)
            known = repository.get(identifier)
            if known is None:
                return None
            gone = connection.execute(locked(known.conversation)).one().state in ("human", "closed")
            if not repository.decide(identifier, "withdrawn" if gone else "lapsed", now=now) or gone:
                return None
            notice = Message("bot", _LAPSED, now, [HAND_OFF], {"type": "checking", "validation": "lapsed"})
            append_messages(connection, known.conversation, [notice, _unchecked(known, now)], now, answers=known.message)
        return known.conversation

    def _why_not(self, staff: Staff, one: Validation) -> str:
        if one.state not in _DONE:
            return _TOO_LATE if one.state == "lapsed" else _GONE
        if one.decided_by == staff.account:
            return f"您刚才已经{_DONE[one.state]}。"
        with read(self._database) as connection:
            colleague = StaffRepository(connection).get(one.decided_by or "")
        return f"{colleague.name if colleague is not None else one.decided_by} 已经{_DONE[one.state]}。"


def parted(reply: dict[str, Any]) -> tuple[str, str]:
    """An answer's words, and what it cites, with the mark between them."""
    words, mark, cited = str(reply["text"]).partition(CITED)
    return words, mark + cited


def _similar(one: Validation, words: str) -> float:
    return Levenshtein.normalized_similarity(parted(one.reply)[0], words)


def _told(one: Validation, state: ValidationState, words: str | None, me: Operator, now: datetime) -> Message:
    """What the citizen reads after a person has looked."""
    if state == "refused":
        return Message(
            "bot", _REFUSED, now, [HAND_OFF], {"type": "reject", "decision": "reject", "item": one.item, "validation": "refused"}
        )
    text, cited = parted(one.reply)
    mark = f"〔工号{me.told}已核对〕" if words is None else f"〔工号{me.told}核对并修改〕"
    custom = one.reply["custom"] | {"validation": state, "staff": me.told}
    if words is not None:
        # The card of the guide would tell what the operator has just mended.
        custom |= {"element": None, "blocks": [], "links": []}
    return Message("bot", f"{mark}{text if words is None else words}{cited}", now, one.reply["buttons"], custom)


def _unchecked(one: Validation, now: datetime) -> Message:
    buttons = [*(button for button in one.reply["buttons"] if button["payload"] != HAND_OFF["payload"]), HAND_OFF]
    return Message("bot", f"〔{UNCHECKED}〕{one.reply['text']}", now, buttons, one.reply["custom"] | {"validation": "lapsed"})
