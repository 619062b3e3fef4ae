"""What people at the desk do: take a conversation over, answer, pass it on, give it back, end it, look at a number; and who is there.

Nothing of who has what lives in a process. Each change is one transaction over the store, so servers beside each other on one database
act as one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime

import sqlalchemy as sa

from banshi.desk.people.queue import PRESENT, Queue, hand_off_reply, on_duty, within
from banshi.desk.vault import Vault
from banshi.knowledge.regions import PROVINCE
from banshi.staff.permissions import may
from banshi.store.audit import AuditLedger
from banshi.store.conversations import Conversation, Message
from banshi.store.operators import Operator, OperatorRepository, note_handover
from banshi.store.queue import QueueRepository
from banshi.store.staff import Staff, StaffRepository
from banshi.store.transactions import read, write
from banshi.text.normalise import clean
from banshi.text.numbers import TOKEN, mask

NOBODY_TWICE = "前面说过的话都看得到，不用再说一遍。"
BACK_TO_BOT = "工作人员已离开，接着由智能助手回答您。没办完的事可以接着说，也可以再转人工。"
ENDED = "工作人员已结束这次服务。还有别的事，直接说就行；也请给这次服务评个分。"
LOST = "刚才接待您的工作人员掉线了。"
PASSED_ON = "工作人员把您的事转给了更合适的同事，说过的话都带过去了。"


class DeskError(Exception):
    """Something the desk refuses.

    Attributes:
        detail: a sentence for the operator.
    """

    def __init__(self, detail: str) -> None:
        self.detail = detail
        super().__init__(detail)


class UnknownError(DeskError):
    """There is no such conversation, or the number is forgotten."""


class NotYoursError(DeskError):
    """Somebody else's, or of other departments or regions."""


class ConflictError(DeskError):
    """It is no longer as the page showed it."""


class InvalidError(DeskError):
    """What was sent makes no sense here."""


class Desk:
    """The operators' side of conversations.

    Args:
        database: the store.
        queue: who waits.
        vault: numbers of the conversations that this process leads.
        now: the clock, in China's time.
    """

    def __init__(
        self,
        database: sa.Engine,
        *,
        queue: Queue,
        vault: Vault,
        now: Callable[[], datetime],
    ) -> None:
        self.database, self.queue, self.now, self._vault = database, queue, now, vault

    def present(
        self, staff: Staff, *, available: bool | None = None, languages: Iterable[str] | None = None, at_first: bool = True
    ) -> Operator:
        """Note that somebody's page is there, and whether they take conversations; `at_first` is for who was never there before."""
        with write(self.database, durable=False) as connection:
            chosen = None if languages is None else sorted(set(languages))
            return OperatorRepository(connection).seen(
                staff.account, now=self.now(), available=available, languages=chosen, at_first=at_first
            )

    def claim(self, staff: Staff, identifier: str) -> None:
        """Take a conversation that waits; whoever supervises may take one from the bot.

        Raises:
            UnknownError, NotYoursError: see there.
            ConflictError: somebody else has it, or it does not wait any more.
        """
        now, supervisor = self.now(), may(staff, "desk.supervise")
        standing = self._known(staff, identifier)
        with write(self.database, durable=False) as connection:
            # Everywhere the operator's row is locked before a conversation's, so that two tabs never wait for each other.
            me, queue = OperatorRepository(connection).seen(staff.account, now=now), QueueRepository(connection)
            if not queue.claim(identifier, staff.account, now=now, from_bot=supervisor):
                raise ConflictError(_taken(connection, staff, identifier))
            queue.say(identifier, self._event(me, now, "taken", f"工号{me.told}为您服务。{NOBODY_TWICE}"))
            note = "从智能助手接管" if standing.state == "bot" else ""
            note_handover(connection, identifier, "taken", now=now, account=staff.account, note=note)

    def say(self, staff: Staff, identifier: str, text: str, client_id: str | None) -> Message:
        """Answer a citizen. Numbers are masked as a citizen's are; sent again with the same id, it is the message of before.

        Raises:
            InvalidError: there are no words.
            ConflictError: somebody else has the conversation, or nobody.
        """
        now = self.now()
        shown, found = mask(clean(text))
        if not shown.strip():
            raise InvalidError("请先写要说的话。")
        with write(self.database, durable=False) as connection:
            me = OperatorRepository(connection).seen(staff.account, now=now)
            custom = {"type": "staff", "staff": me.told, "name": None}
            said = QueueRepository(connection).answer(
                identifier, staff.account, Message("staff", shown, now, custom=custom, client_id=client_id)
            )
            if said is None:
                raise ConflictError(_not_mine(connection, staff, identifier))
        if said.text == shown:
            self._vault.keep(identifier, found)
        return said

    def pass_on(self, staff: Staff, identifier: str, *, to: str | None, department: str | None, region: str | None, note: str) -> None:
        """Give a conversation to a colleague who is there, or back to those who wait.

        Raises:
            InvalidError: nobody could take it then.
            ConflictError: the colleague is not there, or the conversation is no longer one's own.
        """
        now, note = self.now(), mask(clean(note))[0]
        with write(self.database, durable=False) as connection:
            me = OperatorRepository(connection).seen(staff.account, now=now)
            receiver = self._receiver(connection, staff, to, now) if to is not None else None
            if region is not None and region != PROVINCE and self.queue.parents(region) is None:
                raise InvalidError("没有这个地区。")
            if to is None and (department is not None or region is not None):
                self._somebody_for(connection, region, department)
            queue = QueueRepository(connection)
            if not queue.pass_on(identifier, staff.account, now=now, to=to, department=department, region=region):
                raise ConflictError(_not_mine(connection, staff, identifier))
            note_handover(connection, identifier, "transferred", now=now, account=staff.account, note=note)
            if receiver is not None:
                note_handover(connection, identifier, "received", now=now, account=receiver.account)
                queue.say(identifier, self._event(receiver, now, "transferred", f"{PASSED_ON}现在由工号{receiver.told}为您服务。"))
            else:
                queue.say(identifier, self._event(me, now, "transferred", f"{PASSED_ON}请稍等，正在等同事接入。"))

    def give_back(self, staff: Staff, identifier: str, note: str) -> None:
        """Let the bot go on."""
        now = self.now()
        with write(self.database, durable=False) as connection:
            queue = QueueRepository(connection)
            if not queue.give_back(identifier, staff.account, now=now):
                raise ConflictError(_not_mine(connection, staff, identifier))
            custom = {"type": "answer", "small_talk": "returned", "event": "returned"}
            queue.say(identifier, Message("bot", BACK_TO_BOT, now, custom=custom))
            note_handover(connection, identifier, "returned", now=now, account=staff.account, note=mask(clean(note))[0])

    def close(self, staff: Staff, identifier: str, summary: str) -> None:
        """End a conversation with a 小结. Whoever calls this forgets its numbers.

        Raises:
            InvalidError: without 小结.
            ConflictError: somebody else has it.
        """
        now, kept = self.now(), mask(clean(summary))[0]
        if not kept.strip():
            raise InvalidError("请先写小结：办了什么，还差什么。")
        with write(self.database) as connection:
            me, queue = OperatorRepository(connection).seen(staff.account, now=now), QueueRepository(connection)
            if not queue.close(identifier, staff.account, now=now):
                raise ConflictError(_not_mine(connection, staff, identifier))
            queue.say(identifier, self._event(me, now, "closed", ENDED))
            note_handover(connection, identifier, "closed", now=now, account=staff.account, note=kept)

    def reveal(self, staff: Staff, identifier: str, token: str) -> str:
        """The number behind a token, for who has the conversation. The ledger has the entry before anybody sees the number.

        Raises:
            InvalidError: that is no token.
            ConflictError: somebody else has the conversation.
            UnknownError: the number is forgotten, or it came to another server process, which alone keeps it.
        """
        if (kind := TOKEN.fullmatch(token)) is None:
            raise InvalidError("这不是遮住的号码。")
        value = self._vault.resolve(identifier, token)
        with write(self.database) as connection:
            standing = QueueRepository(connection).standing(identifier)
            if standing is None or standing.conversation.state != "human" or standing.conversation.operator != staff.account:
                raise ConflictError(_not_mine(connection, staff, identifier))
            if value is None:
                raise UnknownError("这个号码已经不在了：号码只留在内存里，会话结束或服务重启就没有了。需要时请市民再发一次。")
            detail = {"token": token, "kind": kind[1]}
            AuditLedger(connection).append(
                actor=staff.account, action="desk.reveal", target=f"conversation/{identifier}", detail=detail, now=self.now()
            )
        return value

    def sweep(self) -> list[str]:
        """Put conversations whose operator is gone back into the queue, where they keep the time since which they wait.

        Any number of processes may do so at once: each conversation is put back once.
        """
        now = self.now()
        with read(self.database) as connection:
            forsaken = QueueRepository(connection).forsaken(now - PRESENT)
        back = []
        for identifier, account in forsaken:
            with write(self.database, durable=False) as connection:
                queue = QueueRepository(connection)
                if not queue.lose(identifier, account, unseen_since=now - PRESENT, now=now):
                    continue
                note_handover(connection, identifier, "lost", now=now, account=account)
                standing = queue.standing(identifier)
                assert standing is not None
                one = standing.conversation
                prospect = self.queue.prospect(identifier, one.region, one.department, one.language, connection=connection)
                told = hand_off_reply(prospect, event="lost", before=LOST)
                buttons = [button.model_dump() for button in told.buttons]
                queue.say(identifier, Message("bot", told.text, now, buttons, told.custom))
            back.append(identifier)
        return back

    def may_read(self, staff: Staff, one: Conversation) -> bool:
        """Whether somebody may read a conversation: their own, one that waits for them, or any of their scope when they supervise."""
        if one.operator == staff.account and one.state in ("human", "closed"):
            return True
        ours = within(staff, one.region, one.department, self.queue.parents)
        return ours and (one.state == "waiting" or may(staff, "desk.supervise"))

    def _known(self, staff: Staff, identifier: str) -> Conversation:
        with read(self.database) as connection:
            standing = QueueRepository(connection).standing(identifier)
        if standing is None:
            raise UnknownError("没有这个会话。")
        if not within(staff, standing.conversation.region, standing.conversation.department, self.queue.parents):
            raise NotYoursError("这个会话不在您负责的部门或地区里。")
        return standing.conversation

    def _receiver(self, connection: sa.Connection, staff: Staff, to: str, now: datetime) -> Operator:
        if to == staff.account:
            raise InvalidError("会话已经在您这里了。")
        there = on_duty(StaffRepository(connection).list(), OperatorRepository(connection).list(), now)
        found = next((one.operator for one in there if one.staff.account == to), None)
        if found is None:
            raise ConflictError("这位同事现在不在线或暂停接待，请转给别人，或放回队列。")
        return found

    def _somebody_for(self, connection: sa.Connection, region: str | None, department: str | None) -> None:
        if not any(within(one, region, department, self.queue.parents) for one in StaffRepository(connection).list()):
            raise InvalidError("没有坐席负责这个部门或地区，转过去就没有人接了。")

    def _event(self, operator: Operator, now: datetime, event: str, text: str) -> Message:
        return Message("staff", text, now, custom={"type": "staff", "staff": operator.told, "name": None, "event": event})


def _taken(connection: sa.Connection, staff: Staff, identifier: str) -> str:
    """Why a claim came to nothing."""
    standing = QueueRepository(connection).standing(identifier)
    one = standing.conversation if standing is not None else None
    if one is not None and one.state == "human" and one.operator is not None:
        return "这个会话已经在您这里了。" if one.operator == staff.account else f"{_named(connection, one.operator)} 已经接入这个会话。"
    return "这个会话已经结束了。" if one is not None and one.state == "closed" else "这位市民不再等人工了，智能助手正在回答。"


def _not_mine(connection: sa.Connection, staff: Staff, identifier: str) -> str:
    """Why somebody cannot act in a conversation."""
    standing = QueueRepository(connection).standing(identifier)
    one = standing.conversation if standing is not None else None
    if one is None:
        return "没有这个会话。"
    if one.state == "closed":
        return "这个会话已经结束了。"
    if one.state == "human" and one.operator is not None and one.operator != staff.account:
        return f"这个会话现在由{_named(connection, one.operator)} 接待，不能在这里操作。"
    return "这个会话现在不在您这里，请先接入。"


def _named(connection: sa.Connection, account: str) -> str:
    operator, staff = OperatorRepository(connection).get(account), StaffRepository(connection).get(account)
    return f"工号{operator.told if operator is not None else '?'} {staff.name if staff is not None else account}"
