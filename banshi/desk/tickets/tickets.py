"""工单: opened by operators or left by citizens, moved from state to state until closed. Every change leaves an event and a ledger row."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from typing import Any, Final

import sqlalchemy as sa

from banshi.connect.hotline.port import Hotline, OutsideStatus
from banshi.connect.resilience.errors import SystemRefusedError, SystemUnavailableError
from banshi.connect.workdays import last_day
from banshi.desk.tickets.drafts import Draft, Fields, TicketKind, draft_of, masked_fields, message_fields
from banshi.desk.tickets.moves import (
    MOVES,
    MUST_SAY,
    MoveName,
    TicketConflictError,
    TicketError,
    TicketForbiddenError,
    TicketNotFoundError,
    changed_by,
    changes_of,
    ledger_row,
    tell_answer,
)
from banshi.desk.tickets.outgoing import SYSTEM, outgoing
from banshi.desk.vault import Vault
from banshi.knowledge.library import Knowledge
from banshi.store.conversations import Conversation, ConversationStore
from banshi.store.errors import NotFoundError
from banshi.store.outbox import Outbox, Posting
from banshi.store.tickets import StaleTicketError, Ticket, TicketEvent, TicketRepository
from banshi.store.transactions import read, write
from banshi.text.normalise import clean, has_words
from banshi.text.numbers import Found, mask

CITIZEN = "citizen"
WORKDAYS: Final[Mapping[TicketKind, int]] = {"咨询": 1, "求助": 5, "建议": 5, "投诉": 5, "举报": 10}
"""Workdays for an answer, counted from the day after."""
_MOST_OF_A_CONVERSATION = 10


@dataclass(frozen=True)
class Whole:
    """A ticket with its events, and its way to the 12345 system."""

    ticket: Ticket
    events: Sequence[TicketEvent]
    posting: Posting | None


class Tickets:
    """All tickets. Its methods block; call them in a worker thread.

    Args:
        database: the store.
        knowledge: gives the knowledge in use.
        vault: keeps the numbers that are masked here, as long as the conversation lives.
        hotline: the 12345 system, asked how far it is; what is sent to it goes through the outbox.
        now: the clock, in China time.
    """

    def __init__(
        self,
        database: sa.Engine,
        *,
        knowledge: Callable[[], Knowledge | None],
        vault: Vault,
        hotline: Hotline,
        now: Callable[[], datetime],
    ) -> None:
        self._database, self._knowledge, self._vault, self._hotline, self.now = database, knowledge, vault, hotline, now
        self._conversations = ConversationStore(database)

    def draft(self, conversation: str) -> tuple[Draft, Conversation]:
        """What a conversation's ticket begins with."""
        standing = self.conversation(conversation)
        found = draft_of(self._conversations.messages(conversation), self._knowledge(), standing.region, self.now().tzinfo)
        return found, standing

    def create(self, fields: Fields, *, conversation: str | None, actor: str, origin: str | None = None, channel: str = "web") -> Ticket:
        """Open a ticket and send it on its way to the 12345 system, in one transaction.

        Args:
            fields: what was filled in.
            conversation: that it belongs to.
            actor: account, or `CITIZEN`.
            origin: what the same request sent again is known by; its ticket is given back then.
            channel: where the citizen spoke, when no conversation says it.
        """
        standing = self.conversation(conversation) if conversation is not None else None
        kept, found = self._checked(fields)
        now = self.now()
        values = {**asdict(kept), "topics": list(kept.topics), "conversation": conversation, "state": "待派遣", "created_by": actor}
        values |= {"channel": (standing.channel if standing else None) or channel, "origin": origin, "due_on": _due(kept.kind, now.date())}
        with write(self._database) as connection:
            repository = TicketRepository(connection)
            if actor == CITIZEN and conversation is not None:
                earlier = [
                    one
                    for one in repository.of_conversation(conversation)
                    if one.created_by == CITIZEN and (origin is None or one.origin != origin)
                ]
                if len(earlier) >= _MOST_OF_A_CONVERSATION:
                    raise TicketConflictError(f"这个会话已经提交了{_MOST_OF_A_CONVERSATION}件工单，请等答复，或拨打12345。")
            ticket, new = repository.create(values, day=now.date(), now=now)
            if new:
                repository.note(ticket, actor=actor, kind="created", text="", now=now)
                Outbox(connection).add(SYSTEM, ticket.number, outgoing(ticket, self._knowledge(), now), now=now)
                ledger_row(connection, actor, "create", ticket, {"kind": ticket.kind, "confidential": ticket.confidential}, now)
        self._keep(standing, found)
        return ticket

    def leave_message(
        self, conversation: str, text: str, *, kind: TicketKind | None = None, confidential: bool = False, origin: str | None = None
    ) -> Ticket:
        """A citizen's own ticket.

        Args:
            conversation: theirs.
            text: what they want; what they said just before belongs to it when that was a complaint.
            kind: as they chose it; None decides it by their words.
            confidential: as they chose it; their words may ask for it as well.
            origin: see `create`.
        """
        standing = self.conversation(conversation)
        history = self._conversations.messages(conversation)
        shown, found = mask(text)
        fields = message_fields(shown, history, self._knowledge(), standing.region, kind=kind, confidential=confidential)
        self._keep(standing, found)
        return self.create(fields, conversation=conversation, actor=CITIZEN, origin=origin)

    def edit(self, number: str, fields: Fields, *, edition: int, actor: str, supervisor: bool) -> Ticket:
        """Change what was filled in. Who may not see a confidential person cannot change that either."""
        kept, found = self._checked(fields)
        now = self.now()
        with write(self._database) as connection:
            repository = TicketRepository(connection)
            ticket = _known(repository, number)
            if ticket.edition != edition:
                raise TicketConflictError(str(StaleTicketError(ticket)))
            if ticket.state == "已办结":
                raise TicketConflictError(f"工单{number}已经办结，不能再改。")
            if not may_see_person(ticket, actor, supervisor):
                if not kept.confidential:
                    raise TicketForbiddenError("这件工单要求保密，只有建单人和管理员能取消保密。")
                kept = replace(kept, person=ticket.person, contact=ticket.contact)
            wanted = {**asdict(kept), "topics": list(kept.topics)}
            changed = {name: value for name, value in wanted.items() if getattr(ticket, name) != value}
            if not changed:
                return ticket
            if "kind" in changed:
                changed["due_on"] = _due(kept.kind, ticket.created_at.astimezone(now.tzinfo).date())
            after = changed_by(repository, ticket, changed)
            names = sorted(changed)
            repository.note(after, actor=actor, kind="edited", text="、".join(names), now=now)
            Outbox(connection).replace(number, outgoing(after, self._knowledge(), now))
            ledger_row(connection, actor, "edit", after, {"fields": names, "edition": after.edition}, now)
        self._keep(self._conversations.get(ticket.conversation) if ticket.conversation is not None else None, found)
        return after

    def move(
        self,
        number: str,
        to: MoveName,
        *,
        actor: str,
        supervisor: bool,
        text: str = "",
        department: str | None = None,
        result: str | None = None,
        satisfaction: int | None = None,
    ) -> Ticket:
        """Take one step; an answer is said into the conversation, closed or not, in the same transaction."""
        text, now = mask(clean(text))[0], self.now()
        label, begins, after = MOVES[to]
        if to == "supervise" and not supervisor:
            raise TicketForbiddenError("督办要由管理员发出。")
        if to in MUST_SAY and not has_words(text):
            raise TicketError(MUST_SAY[to])
        with write(self._database) as connection:
            repository = TicketRepository(connection)
            _known(repository, number)
            ticket = repository.locked(number)
            if ticket.state not in begins:
                possible = "、".join(name for name, states, _ in MOVES.values() if ticket.state in states) or "没有了"
                raise TicketConflictError(f"工单{number}现在是“{ticket.state}”，不能{label}；还能做的：{possible}。")
            changes = changes_of(ticket, to, text, department, result, satisfaction, now)
            moved = changed_by(repository, ticket, {**changes, "state": after or ticket.state})
            repository.note(moved, actor=actor, kind=to, text=text, now=now)
            if to == "dispatch" and department:
                Outbox(connection).replace(number, outgoing(moved, self._knowledge(), now))
            if to == "reply" and moved.conversation is not None:
                tell_answer(connection, moved, text, now)
            ledger_row(connection, actor, to, moved, {"state": moved.state}, now)
        return moved

    def push_again(self, number: str, *, actor: str) -> Ticket:
        """Send a ticket once more that the 12345 system did not take."""
        now = self.now()
        with write(self._database) as connection:
            repository = TicketRepository(connection)
            ticket = _known(repository, number)
            if not Outbox(connection).again(number, now=now):
                raise TicketConflictError(f"工单{number}已经推送，或正在推送，不用再推。")
            repository.note(ticket, actor=actor, kind="push-again", text="", now=now)
            ledger_row(connection, actor, "push-again", ticket, {}, now)
        return ticket

    def outside(self, number: str) -> OutsideStatus | None:
        """How far the 12345 system is; None when it has not taken the ticket."""
        outside = self.whole(number).ticket.outside_number
        try:
            return self._hotline.status(outside) if outside is not None else None
        except (SystemRefusedError, SystemUnavailableError) as error:
            raise TicketConflictError("12345系统这会儿连不上，请稍后再看。") from error

    def whole(self, number: str) -> Whole:
        """One ticket with what belongs to it."""
        with read(self._database) as connection:
            return _whole(connection, [_known(TicketRepository(connection), number)])[0]

    def wholes(self, **wanted: Any) -> list[Whole]:
        """Tickets, newest first; see `TicketRepository.newest`."""
        with read(self._database) as connection:
            return _whole(connection, TicketRepository(connection).newest(**wanted))

    def of_conversation(self, conversation: str) -> list[Ticket]:
        """Tickets of a conversation, oldest first."""
        with read(self._database) as connection:
            return TicketRepository(connection).of_conversation(conversation)

    def _checked(self, fields: Fields) -> tuple[Fields, list[Found]]:
        knowledge = self._knowledge()
        if fields.region and knowledge is not None and fields.region not in knowledge.regions:
            raise TicketError(f"没有代码为{fields.region}的地区。")
        return masked_fields(fields)

    def conversation(self, conversation: str) -> Conversation:
        """The conversation of this id."""
        found = self._conversations.get(conversation)
        if found is None:
            raise TicketNotFoundError("没有这个会话。")
        return found

    def _keep(self, conversation: Conversation | None, found: list[Found]) -> None:
        """The numbers of somebody who has left are forgotten."""
        if conversation is not None and conversation.state != "closed":
            self._vault.keep(conversation.id, found)


def may_see_person(ticket: Ticket, account: str, supervisor: bool) -> bool:
    """Whether somebody may see who asks and how to reach them."""
    return not ticket.confidential or supervisor or ticket.created_by == account


def _due(kind: TicketKind, day: date) -> date:
    found = last_day(day, WORKDAYS[kind])
    assert found is not None  # nothing pauses it
    return found.day


def _known(repository: TicketRepository, number: str) -> Ticket:
    try:
        return repository.known(number)
    except NotFoundError as error:
        raise TicketNotFoundError(str(error)) from error


def _whole(connection: sa.Connection, tickets: Sequence[Ticket]) -> list[Whole]:
    events = TicketRepository(connection).events(ticket.id for ticket in tickets)
    postings = Outbox(connection).of(ticket.number for ticket in tickets)
    return [Whole(ticket, events.get(ticket.id, []), postings.get(ticket.number)) for ticket in tickets]
