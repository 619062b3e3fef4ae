"""Those who wait for a person: what is noted when they ask, who may take them, where they stand, and what they are told."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from statistics import median

import sqlalchemy as sa

from banshi.desk.hours import PHONE, ServiceHours
from banshi.desk.live import Live
from banshi.desk.replies import Reply, reply
from banshi.desk.tickets.complaints import LEAVE_MESSAGE
from banshi.search.engine import Engine
from banshi.staff.permissions import Parents, may, no_parents
from banshi.store.conversations import Conversation, HandOff
from banshi.store.operators import Operator, OperatorRepository
from banshi.store.queue import QueueRepository
from banshi.store.staff import Staff, StaffRepository
from banshi.store.transactions import read
from banshi.text.normalise import is_korean

PRESENT = timedelta(seconds=45)
"""So long after a page was last heard of its operator counts as there."""
_FRESH = timedelta(seconds=1)
_ENOUGH_SPANS = 5
"""Below that nobody can say how long it takes."""
_HURRIED = re.compile(r"着急|急用|很急|太急|急死|急着|加急|马上就?要|来不及|赶时间|等不了|今天必须|明天就要|最后一天|급합니다|급해")
_DISPLEASED = re.compile(
    r"投诉|举报|差评|不满|生气|气死|什么态度|态度(太|很)?差|推诿|踢皮球|白跑|跑了好?几(趟|次|回)|骗人|糊弄|敷衍|不作为|没人管|凭什么"
    r"|废物|垃圾|太过分|忍无可忍|答非所问|불만|항의"
)


def mood_of(words: str) -> str | None:
    """不满 or 着急 when the words say so; 不满 goes first. A short list: what it misses has no mark, which is all that happens."""
    return "不满" if _DISPLEASED.search(words) else "着急" if _HURRIED.search(words) else None


def hand_off_of(live: Live, said: str | None, engine: Engine | None) -> HandOff:
    """What is noted of a conversation whose citizen asks for a person.

    Args:
        live: the conversation so far.
        said: the words that asked; None when a button did.
        engine: the engine in use; without one nobody knows the matter's name.
    """
    guide = engine.knowledge.guides.get(live.item) if engine is not None and live.item is not None else None
    words = [live.words, said or ""]
    return HandOff(
        # 转人工 is what the button says, whatever language its reader speaks.
        language="ko" if any(map(is_korean, words)) else "zh",
        topic=None if guide is None else guide.task_name,
        department=None if guide is None else guide.dept_name,
        mood=mood_of(" ".join(words)),
    )


def within(staff: Staff, region: str | None, department: str | None, parents: Parents = no_parents) -> bool:
    """Whether a conversation lies in somebody's departments and regions. One whose matter or place nobody knows lies in everybody's:
    it must not wait for nobody."""
    return any(may(staff, action, department=department, region=region, parents=parents) for action in ("desk.work", "desk.supervise"))


@dataclass(frozen=True)
class OnDuty:
    """Somebody who takes conversations now."""

    staff: Staff
    operator: Operator

    def serves(self, region: str | None, department: str | None, language: str | None, parents: Parents = no_parents) -> bool:
        """Whether a conversation may be theirs."""
        return (language or "zh") in self.operator.languages and within(self.staff, region, department, parents)


def on_duty(staff: Iterable[Staff], operators: Iterable[Operator], now: datetime) -> list[OnDuty]:
    """Those who are there and take conversations."""
    accounts = {one.account: one for one in staff if not one.disabled}
    there = [one for one in operators if one.available and one.seen_at >= now - PRESENT and one.account in accounts]
    return [OnDuty(accounts[one.account], one) for one in there if within(accounts[one.account], None, None)]


@dataclass(frozen=True)
class Prospect:
    """What can be said of a wait.

    Attributes:
        place: 1 is next.
        wait_minutes: an estimate from how long the last conversations took; None when it would be invented.
        operators: how many are there who may take it.
        open: whether it is service time, by the clock.
        hours: of workdays.
        text: when people answer, in a sentence.
    """

    place: int
    wait_minutes: int | None
    operators: int
    open: bool
    hours: str
    text: str

    @property
    def served(self) -> bool:
        """Whether to wait makes sense."""
        return self.open or self.operators > 0


@dataclass(frozen=True)
class _Look:
    at: datetime
    waiting: list[Conversation]
    duty: list[OnDuty]
    span: float | None


class Queue:
    """Where somebody stands.

    Args:
        database: the store.
        hours: when people answer.
        now: the clock, in China's time.
        parents: region code → code of the region above.
    """

    def __init__(self, database: sa.Engine, hours: ServiceHours, now: Callable[[], datetime], parents: Parents = no_parents) -> None:
        self._database, self.hours, self._now, self.parents = database, hours, now, parents
        self._looked: _Look | None = None

    def prospect(
        self,
        identifier: str,
        region: str | None,
        department: str | None,
        language: str | None,
        *,
        connection: sa.Connection | None = None,
    ) -> Prospect:
        """What can be told somebody who asks for a person now, or asked before; with a connection, as its transaction sees it."""
        return self._prospect(self._look(connection), identifier, region, department, language)

    def of(self, conversation: Conversation) -> Prospect | None:
        """What can be told somebody who waits; None when they do not. Many pages ask: one look at the store serves them for a second."""
        if conversation.state != "waiting":
            return None
        look = self._looked
        if look is None or not timedelta(0) <= self._now() - look.at < _FRESH:
            look = self._looked = self._look()
        return self._prospect(look, conversation.id, conversation.region, conversation.department, conversation.language)

    def _prospect(self, look: _Look, identifier: str, region: str | None, department: str | None, language: str | None) -> Prospect:
        own = next((place for place, one in enumerate(look.waiting) if one.id == identifier), len(look.waiting))
        ahead = look.waiting[:own]
        serving = [one for one in look.duty if one.serves(region, department, language, self.parents)]
        if serving:  # those whom only others may take are not in the way
            shared: dict[tuple[str | None, ...], bool] = {}
            for one in ahead:
                kind = (one.region, one.department, one.language)
                if kind not in shared:
                    shared[kind] = any(person.serves(*kind, self.parents) for person in serving)
            ahead = [one for one in ahead if shared[one.region, one.department, one.language]]
        place = len(ahead) + 1
        minutes = ceil(place * look.span / len(serving) / 60) if serving and look.span is not None else None
        now = self._now()
        return Prospect(place, minutes, len(serving), self.hours.open_at(now), self.hours.hours, self.hours.text_at(now))

    def _look(self, connection: sa.Connection | None = None) -> _Look:
        if connection is None:
            with read(self._database) as own:
                return self._look(own)
        now, queue = self._now(), QueueRepository(connection)
        duty = on_duty(StaffRepository(connection).list(), OperatorRepository(connection).list(), now)
        spans = queue.spans()
        return _Look(now, queue.waiting(), duty, median(spans) if len(spans) >= _ENOUGH_SPANS else None)


def hand_off_reply(prospect: Prospect | None = None, *, event: str | None = None, before: str = "") -> Reply:
    """What a citizen is told who wants a person: what happens next, and nothing that nobody knows.

    Args:
        prospect: the place in the queue and who is there; None where there is no queue to look at.
        event: what put the citizen there, when it was not their own word.
        before: a sentence in front.
    """
    opening = before or "好，"
    nothing_twice = "前面说过的话都会带过去，不用再说一遍。"
    if prospect is None:
        text = f"{opening}已经为您登记转人工，{nothing_twice}请留在这里等工作人员接入；着急的话，直接拨打{PHONE}。"
        return reply(text, "handoff", phone=PHONE)
    place, minutes = prospect.place, prospect.wait_minutes
    if prospect.operators:
        wait = f"，大约要等{minutes}分钟" if minutes is not None else ""
        text = (
            f"{opening}已经为您登记转人工，您排在第{place}位{wait}。{nothing_twice}请留在这里等工作人员接入；"
            f"等的时候还可以继续问我。着急的话，直接拨打{PHONE}。"
        )
    elif prospect.open:
        text = (
            f"{opening}已经为您登记转人工，您排在第{place}位。现在没有能接待您的工作人员在线，要等多久说不准。{nothing_twice}"
            f"您可以在这里等，也可以留言，工作人员会办理并答复；着急的话，直接拨打{PHONE}。"
        )
    else:
        text = (
            f"{before}{prospect.text}。人工服务时间是工作日{prospect.hours}。您可以留言，把要办的事一次说全，工作人员上班后办理并答复；"
            f"也可以接着问我。"
        )
    about = {} if event is None else {"event": event}
    return reply(
        text,
        "handoff",
        buttons=[] if prospect.operators else [{**LEAVE_MESSAGE, "title": "留言"}],
        place=place,
        wait_minutes=minutes,
        in_service=prospect.served,
        hours=prospect.hours,
        phone=PHONE,
        **about,
    )
