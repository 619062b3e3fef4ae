"""What the 12345 system says of a ticket, by itself or asked: one step, once; the citizen reads the answer, once."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from banshi.connect.hotline.demo import DemoHotline
from banshi.connect.hotline.port import OutsideStatus
from banshi.connect.resilience.errors import SystemUnavailableError
from banshi.desk.outbox.sender import OutboxSender
from banshi.desk.tickets.drafts import Fields
from banshi.desk.tickets.moves import TicketError, TicketNotFoundError
from banshi.desk.tickets.outgoing import TicketHandler
from banshi.desk.tickets.outside import ASK_AFTER, Heard, OutsideNews
from banshi.desk.tickets.tickets import Tickets
from banshi.desk.vault import Vault
from banshi.store.audit import AuditLedger
from banshi.store.conversations import ConversationStore
from banshi.store.database import read
from banshi.store.tickets import Ticket
from tests.contract.systems.standing_in import chance
from tests.contract.together import together

LAMP = Fields(kind="求助", title="路灯不亮", description="楼下路灯三天不亮了")
ANSWER = "路灯已经修好。"


class Talking(DemoHotline):
    """The demo, with what it says of a ticket when it is asked."""

    says: dict[str, OutsideStatus]
    asked: int = 0
    away = False

    def status(self, number: str) -> OutsideStatus | None:
        self.asked += 1
        if self.away:
            raise SystemUnavailableError("away")
        return self.says.get(number) or super().status(number)


class Office:
    """A desk with a ticket of a conversation, and time."""

    def __init__(self, database: sa.Engine, folder: Path) -> None:
        self.moment = datetime(2026, 11, 23, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
        self.database = database
        self.hotline = Talking(folder / "hotline.db", now=self.now)
        self.hotline.says = {}
        self.store = ConversationStore(database)
        self.desk = Tickets(database, knowledge=lambda: None, vault=Vault(), hotline=self.hotline, now=self.now)
        self.sender = OutboxSender(database, [TicketHandler(self.hotline)], now=self.now, chance=chance())
        self.news = OutsideNews(database, self.hotline, now=self.now)
        self.store.create(identifier="c-1", region=None, now=self.moment)

    def now(self) -> datetime:
        return self.moment

    def opened(self, *, sent: bool = True) -> Ticket:
        ticket = self.desk.create(LAMP, conversation="c-1", actor="op")
        if sent:
            assert self.sender.send_one("hotline")
        return self.ticket(ticket.number)

    def ticket(self, number: str) -> Ticket:
        return self.desk.whole(number).ticket

    def hear(self, ticket: Ticket, state: str, text: str = "", event: str | None = "e-1", outside: str | None = None) -> Heard:
        status = OutsideStatus(outside or ticket.outside_number or "DEMO-20261123-000001", state, text)
        return self.news.heard(status, source=ticket.number, event=event)

    def said(self) -> list[str]:
        return [message.text for message in self.store.messages("c-1")]

    def kinds(self, ticket: Ticket) -> list[str]:
        return [event.kind for event in self.desk.whole(ticket.number).events]


@pytest.fixture
def office(database: sa.Engine, tmp_path: Path) -> Office:
    return Office(database, tmp_path)


def test_an_answer_moves_the_ticket_and_is_said_once_however_often_it_is_told(office: Office) -> None:
    ticket = office.opened()
    heard = together(8, lambda _: office.hear(ticket, "已答复", f"{ANSWER}有事打13812345678"))
    assert sorted(one.taken for one in heard if isinstance(one, Heard)) == [False] * 7 + [True]
    after = office.ticket(ticket.number)
    assert (after.state, after.handled_at) == ("已答复", office.moment)
    [said] = office.said()
    assert said.startswith(f"您的工单{ticket.number}有答复了：\n{ANSWER}") and "13812345678" not in said + after.reply
    assert office.kinds(ticket) == ["created", "accepted", "reply"]
    with read(office.database) as connection:
        assert AuditLedger(connection).entries(limit=1)[0].action == "ticket.reply"
        assert AuditLedger(connection).verify() == []


def test_the_same_answer_under_another_id_is_no_second_one(office: Office) -> None:
    ticket = office.opened()
    assert office.hear(ticket, "已答复", ANSWER).told
    assert not office.hear(ticket, "已办结", ANSWER, event="e-2").told
    assert office.hear(ticket, "已答复", "补充：换了新灯。", event="e-3").told
    assert [text.partition("\n")[2] for text in office.said()] == [ANSWER, "补充：换了新灯。"]


def test_a_ticket_that_comes_back_can_be_sent_on(office: Office) -> None:
    ticket = office.opened()
    office.hear(ticket, "已退回", "不归我们管")
    assert (office.ticket(ticket.number).state, office.said()) == ("退单", [])
    assert office.kinds(ticket)[-1] == "return"
    office.desk.move(ticket.number, "dispatch", actor="op", supervisor=False, department="区里")
    office.hear(ticket, "已答复", ANSWER, event="e-2")
    assert office.ticket(ticket.number).state == "已答复"


def test_progress_is_noted_and_takes_nothing_from_who_fills_in_the_form(office: Office) -> None:
    ticket = office.opened()
    assert office.hear(ticket, "办理中", "师傅明天去").taken
    after = office.ticket(ticket.number)
    assert (after.state, after.edition) == ("办理中", ticket.edition)
    assert office.desk.whole(ticket.number).events[-1].text == "12345系统：办理中。师傅明天去"


def test_a_callback_that_is_faster_than_our_own_note_is_taken(office: Office) -> None:
    ticket = office.opened(sent=False)
    assert ticket.outside_number is None
    office.hear(ticket, "已答复", ANSWER)
    after = office.ticket(ticket.number)
    assert (after.state, after.outside_number) == ("已答复", "DEMO-20261123-000001")
    assert office.sender.send_one("hotline")
    assert office.ticket(ticket.number).state == "已答复", "and the note that comes later leaves it"


def test_a_number_of_another_ticket_moves_nothing(office: Office) -> None:
    first, second = office.opened(), office.opened()
    for source, outside in ((first.number, second.outside_number), ("GD20261123-9999", first.outside_number), (first.number, "TS9")):
        with pytest.raises(TicketNotFoundError):
            office.news.heard(OutsideStatus(str(outside), "已答复", ANSWER), source=source, event="e-1")
    assert [office.ticket(one.number) for one in (first, second)] == [first, second]
    assert office.hear(first, "已答复", ANSWER).taken, "what was refused has not used up the event"


@pytest.mark.parametrize("state", ["已答复", "已退回"])
def test_an_answer_or_a_reason_has_words(office: Office, state: str) -> None:
    ticket = office.opened()
    with pytest.raises(TicketError, match="content"):
        office.hear(ticket, state, " 。 ")
    assert office.ticket(ticket.number) == ticket


def test_a_ticket_whose_callback_never_came_is_asked_for(office: Office) -> None:
    ticket = office.opened()
    assert ticket.outside_number is not None
    office.hotline.says[ticket.outside_number] = OutsideStatus(ticket.outside_number, "已答复", ANSWER)
    assert office.news.ask() == [] and office.hotline.asked == 0, "it is not silent yet"
    office.moment += ASK_AFTER + timedelta(seconds=1)
    assert office.news.ask() == ["c-1"]
    assert (office.ticket(ticket.number).state, len(office.said())) == ("已答复", 1)
    office.moment += 2 * ASK_AFTER
    assert office.news.ask() == [] and office.hotline.asked == 1, "what is answered is not asked for"


def test_of_many_processes_one_asks_and_asks_again_later(office: Office) -> None:
    ticket = office.opened()
    office.moment += ASK_AFTER + timedelta(seconds=1)
    assert together(6, lambda _: office.news.ask()) == [[]] * 6
    assert office.hotline.asked == 1
    assert office.kinds(ticket) == ["created", "accepted"], "no news is not noted"
    office.hotline.away = True
    office.moment += ASK_AFTER + timedelta(seconds=1)
    assert office.news.ask() == [] and office.hotline.asked == 2, "it is away: nothing happens, and it is asked again"
    office.hotline.away = False
    office.moment += ASK_AFTER + timedelta(seconds=1)
    office.news.ask()
    assert office.hotline.asked == 3
