"""工单 and their way to the 12345 system: nothing is lost, doubled or overwritten, whoever works at the same time or is killed."""

from __future__ import annotations

import random
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from banshi.connect.hotline.demo import DemoHotline
from banshi.connect.resilience.errors import SystemRefusedError, SystemUnavailableError
from banshi.desk.outbox.sender import LEASE, MOST_TRIES, OutboxSender, pause_after
from banshi.desk.tickets.drafts import Fields
from banshi.desk.tickets.moves import MOVES, TicketConflictError, TicketError, TicketForbiddenError, TicketNotFoundError
from banshi.desk.tickets.outgoing import TicketHandler
from banshi.desk.tickets.tickets import Tickets
from banshi.desk.vault import Vault
from banshi.settings import ROOT
from banshi.store.audit import AuditLedger
from banshi.store.conversations import ConversationStore
from banshi.store.database import read, write
from banshi.store.outbox import Outbox, outbox
from banshi.store.tickets import Ticket, TicketRepository, tickets
from tests.contract.together import together

CHINA = ZoneInfo("Asia/Shanghai")
LAMP = Fields(kind="求助", title="路灯不亮", description="楼下路灯三天不亮了", region="220100", department="城市管理局")
SECRET = replace(LAMP, kind="举报", person="张三", contact="0431-88900000", confidential=True)


class Clock:
    def __init__(self) -> None:
        self.moment = datetime(2026, 11, 23, 9, 0, tzinfo=CHINA)

    def __call__(self) -> datetime:
        return self.moment


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def hotline(tmp_path: Path, clock: Clock) -> DemoHotline:
    return DemoHotline(tmp_path / "hotline.db", now=clock)


@pytest.fixture
def desk(database: sa.Engine, hotline: DemoHotline, clock: Clock) -> Tickets:
    return Tickets(database, knowledge=lambda: None, vault=Vault(), hotline=hotline, now=clock)


@pytest.fixture
def sender(database: sa.Engine, hotline: DemoHotline, clock: Clock) -> OutboxSender:
    return OutboxSender(database, [TicketHandler(hotline)], now=clock, chance=random.Random(7))


def opened(desk: Tickets, fields: Fields = LAMP, **more: str | None) -> Ticket:
    return desk.create(fields, **{"conversation": None, "actor": "wang.fang", **more})  # type: ignore[arg-type]


def refused(act: Callable[[], object], kind: type[TicketError]) -> str:
    with pytest.raises(kind) as found:
        act()
    return found.value.detail


def test_every_ticket_gets_a_number_of_its_own_when_twenty_are_opened_at_once(desk: Tickets) -> None:
    found = together(20, lambda number: opened(desk, replace(LAMP, title=f"路灯{number}号")).number)
    assert sorted(map(str, found)) == [f"GD20261123-{number:04}" for number in range(1, 21)]
    assert len({whole.ticket.title for whole in desk.wholes()}) == 20


def test_the_same_request_sent_again_and_again_opens_one_ticket(desk: Tickets, database: sa.Engine) -> None:
    found = together(8, lambda _: opened(desk, origin="staff/wang.fang/0a1b").number)
    assert set(found) == {"GD20261123-0001"}
    with read(database) as connection:
        assert len(connection.execute(sa.select(outbox)).all()) == 1
        assert [entry.action for entry in AuditLedger(connection).entries()] == ["ticket.create"]


def test_numbers_begin_anew_with_the_day_and_do_not_end_at_9999(desk: Tickets, database: sa.Engine, clock: Clock) -> None:
    opened(desk)
    with write(database) as connection:
        connection.execute(tickets.update().values(number="GD20261123-9999"))
    assert [opened(desk).number for _ in range(2)] == ["GD20261123-10000", "GD20261123-10001"]
    clock.moment = datetime(2026, 11, 24, 0, 30, tzinfo=CHINA)  # the 23rd in UTC
    assert opened(desk).number == "GD20261124-0001"


@pytest.mark.parametrize(
    ("kind", "on", "due"),
    [
        ("咨询", date(2026, 11, 20), date(2026, 11, 23)),  # a Friday
        ("求助", date(2026, 11, 23), date(2026, 11, 30)),
        ("投诉", date(2026, 9, 30), date(2026, 10, 13)),  # 国庆, with 10 October, a Saturday, worked
        ("举报", date(2026, 9, 30), date(2026, 10, 20)),
    ],
)
def test_limits_are_counted_in_workdays(desk: Tickets, clock: Clock, kind: str, on: date, due: date) -> None:
    clock.moment = datetime(on.year, on.month, on.day, 16, 0, tzinfo=CHINA)
    assert opened(desk, replace(LAMP, kind=kind)).due_on == due  # type: ignore[arg-type]


def test_who_saves_second_is_told_so_and_overwrites_nothing(desk: Tickets) -> None:
    number = opened(desk).number

    def save(who: int) -> Ticket:
        return desk.edit(number, replace(LAMP, address=f"{who}号楼"), edition=1, actor=f"op{who}", supervisor=False)

    found = together(6, save)
    [saved] = [one for one in found if isinstance(one, Ticket)]
    told = {str(one) for one in found if not isinstance(one, Ticket)}
    assert told == {f"工单{number}刚刚被别人改过，现在是第2版，请刷新后再改。"}
    assert desk.whole(number).ticket == saved and saved.edition == 2
    assert [event.kind for event in desk.whole(number).events] == ["created", "edited"]


def test_an_edit_moves_the_limit_with_the_kind_and_changes_nothing_else(desk: Tickets) -> None:
    ticket = opened(desk)
    after = desk.edit(ticket.number, replace(LAMP, kind="举报"), edition=1, actor="op", supervisor=False)
    assert after == replace(ticket, kind="举报", due_on=date(2026, 12, 7), edition=2)
    assert desk.edit(ticket.number, replace(LAMP, kind="举报"), edition=2, actor="op", supervisor=False).edition == 2


TEXT = {"reply": "已修好", "return": "不归我们", "supervise": "请加快", "close": "电话没人接", "visit": "没接通"}
STATES = ("待派遣", "办理中", "已答复", "待回访", "已办结", "退单")


@pytest.mark.parametrize("state", STATES)
def test_each_state_allows_its_moves_and_refuses_the_others_in_a_sentence(desk: Tickets, database: sa.Engine, state: str) -> None:
    for name, (label, begins, after) in MOVES.items():
        number = opened(desk).number
        with write(database) as connection:
            connection.execute(tickets.update().where(tickets.c.number == number).values(state=state))

        def take(name: str = name, number: str = number) -> Ticket:
            more = {"result": "解决"} if name == "close" else {}
            return desk.move(number, name, actor="root.li", supervisor=True, text=TEXT.get(name, ""), **more)  # type: ignore[arg-type]

        if state in begins:
            assert take().state == (after or state)
        else:
            sentence = refused(take, TicketConflictError)
            assert sentence.startswith(f"工单{number}现在是“{state}”，不能{label}；还能做的：")
            assert desk.whole(number).ticket.edition == 1


def test_a_ticket_goes_its_whole_way(desk: Tickets, database: sa.Engine) -> None:
    number = opened(desk, replace(LAMP, department=None)).number

    def step(to: str, **more: object) -> Ticket:
        return desk.move(number, to, actor="wang.fang", supervisor=False, **more)  # type: ignore[arg-type]

    assert refused(lambda: step("dispatch"), TicketError) == "还没有承办部门，请先填写再派遣。"
    assert step("dispatch", department="城市管理局").department == "城市管理局"
    assert refused(lambda: step("reply"), TicketError) == "请写答复内容。"
    assert refused(lambda: step("supervise", text="快"), TicketForbiddenError) == "督办要由管理员发出。"
    assert desk.move(number, "supervise", actor="root.li", supervisor=True, text="快办").urgency == "紧急"
    assert step("reply", text="换了灯泡，打13812345678找我").reply.startswith("换了灯泡，打〈手机号:")
    assert step("visit").state == "待回访"
    assert "请先回访" in refused(lambda: step("close"), TicketError)
    assert step("visit", satisfaction=4).satisfaction == 4
    assert "办理结果" in refused(lambda: step("close"), TicketError)
    closed = step("close", result="解决")
    assert (closed.state, closed.result) == ("已办结", "解决")
    assert None not in (closed.dispatched_at, closed.handled_at, closed.visited_at, closed.closed_at)
    assert "已经办结" in refused(lambda: desk.edit(number, LAMP, edition=closed.edition, actor="x", supervisor=True), TicketConflictError)
    kinds = ["created", "dispatch", "supervise", "reply", "visit", "visit", "close"]
    assert [event.kind for event in desk.whole(number).events] == kinds
    with read(database) as connection:
        ledger = AuditLedger(connection)
        entries = ledger.entries(target=f"ticket/{number}")
        assert [entry.action for entry in reversed(entries)] == ["ticket.create", *(f"ticket.{kind}" for kind in kinds[1:])]
        assert ledger.verify() == []
    assert refused(lambda: desk.whole("GD20261123-0099"), TicketNotFoundError) == "没有编号为GD20261123-0099的工单。"


def test_of_several_who_answer_one_is_heard(desk: Tickets, database: sa.Engine, clock: Clock) -> None:
    store = ConversationStore(database)
    store.create(identifier="c-1", region=None, now=clock())
    store.move("c-1", "closed", now=clock())
    number = opened(desk, conversation="c-1").number
    desk.move(number, "dispatch", actor="op", supervisor=False)
    found = together(6, lambda who: desk.move(number, "reply", actor=f"op{who}", supervisor=False, text=f"答复{who}"))
    [ticket] = [one for one in found if isinstance(one, Ticket)]
    [said] = store.messages("c-1")
    assert (said.sender, said.text) == ("staff", f"您的工单{number}有答复了：\n{ticket.reply}")
    assert said.custom == {"type": "ticket", "ticket": number, "state": "已答复"}
    standing = store.get("c-1")
    assert standing is not None and standing.state == "closed", "an answer reopens nothing"


def test_who_is_confidential_does_not_leave_the_house(desk: Tickets, database: sa.Engine) -> None:
    def pushed(number: str) -> str:
        with read(database) as connection:
            return str(Outbox(connection).of([number])[number].payload)

    clear = opened(desk, replace(SECRET, confidential=False))
    assert "张三" in pushed(clear.number)
    desk.edit(clear.number, SECRET, edition=1, actor="wang.fang", supervisor=False)
    secret = opened(desk, replace(SECRET, person="李四"))
    for number in (clear.number, secret.number):
        assert not any(word in pushed(number) for word in ("张三", "李四", "8890")), "not sent yet: nor is it now"
    kept = desk.edit(
        secret.number, replace(SECRET, person="保密", contact="保密", title="灯"), edition=1, actor="stranger", supervisor=False
    )
    assert (kept.title, kept.person, kept.contact) == ("灯", "李四", "0431-88900000")
    opening = replace(SECRET, confidential=False)
    told = refused(lambda: desk.edit(secret.number, opening, edition=2, actor="stranger", supervisor=False), TicketForbiddenError)
    assert told == "这件工单要求保密，只有建单人和管理员能取消保密。"


def test_personal_numbers_reach_neither_tables_nor_ledger(desk: Tickets, database: sa.Engine) -> None:
    number = opened(desk, replace(LAMP, contact="13812345678", description="我是220102199003074578，找我")).number
    with read(database) as connection:
        everything = str([connection.execute(sa.select(table)).all() for table in (tickets, outbox)])
        everything += str(AuditLedger(connection).entries(target=f"ticket/{number}"))
    assert "〈手机号:" in everything and "13812345678" not in everything and "22010219" not in everything


def test_what_is_sent_is_sent_once_and_taken(desk: Tickets, sender: OutboxSender) -> None:
    number = opened(desk).number
    assert [sender.send_one("hotline") for _ in range(3)] == [True, False, False]
    whole = desk.whole(number)
    assert (whole.ticket.state, whole.ticket.outside_number) == ("办理中", "DEMO-20261123-000001")
    assert whole.posting is not None and (whole.posting.tries, whole.posting.next_try) == (1, None)
    status = desk.outside(number)
    assert status is not None and status.text == "已转城市管理局办理"
    assert "已经推送" in refused(lambda: desk.push_again(number, actor="op"), TicketConflictError)


SEND = """
import random, sys
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo
from banshi.connect.hotline.demo import DemoHotline
from banshi.desk.outbox.sender import OutboxSender
from banshi.desk.tickets.outgoing import TicketHandler
from banshi.store.database import open_database

url, folder, how = sys.argv[1], Path(sys.argv[2]), sys.argv[3]
now = lambda: datetime(2026, 11, 23, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))

class Counted(DemoHotline):
    def create(self, ticket, key):
        given = super().create(ticket, key)
        with open(folder / "calls", "a") as calls:
            calls.write(key + "\\n")
        if how == "die":
            import os
            os._exit(9)
        return given

hotline = Counted(folder / "hotline.db", now=now)
sender = OutboxSender(open_database(url), [TicketHandler(hotline)], now=now, chance=random.Random())
print("ready", flush=True)
sys.stdin.readline()
while sender.send_one("hotline"):
    pass
"""


def senders(database: sa.Engine, folder: Path, count: int, how: str) -> list[subprocess.Popen[bytes]]:
    """Processes that begin to send at the same moment."""
    url = database.url.render_as_string(hide_password=False)
    command = [sys.executable, "-c", SEND, url, str(folder), how]
    running = [subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE) for _ in range(count)]
    for one in running:
        assert one.stdout is not None and one.stdout.readline() == b"ready\n"
    for one in running:
        assert one.stdin is not None
        one.stdin.write(b"\n")
        one.stdin.flush()
    for one in running:
        one.communicate(timeout=60)
    return running


def test_four_processes_send_nothing_twice(desk: Tickets, database: sa.Engine, tmp_path: Path) -> None:
    numbers = [opened(desk, replace(LAMP, title=f"路灯{number}号")).number for number in range(24)]
    assert [one.returncode for one in senders(database, tmp_path, 4, "live")] == [0] * 4
    assert Counter((tmp_path / "calls").read_text().split()) == Counter(numbers)
    assert {whole.ticket.state for whole in desk.wholes()} == {"办理中"}


def test_a_process_killed_between_sending_and_noting_it_loses_and_doubles_nothing(
    desk: Tickets, database: sa.Engine, sender: OutboxSender, clock: Clock, tmp_path: Path
) -> None:
    number = opened(desk).number
    assert [one.returncode for one in senders(database, tmp_path, 1, "die")] == [9]
    assert desk.whole(number).ticket.outside_number is None, "it was killed before it could note anything"
    assert not sender.send_one("hotline"), "the killed one has it still"
    clock.moment += LEASE + timedelta(seconds=1)
    assert sender.send_one("hotline")
    assert desk.whole(number).ticket.outside_number == "DEMO-20261123-000001"
    assert DemoHotline(tmp_path / "hotline.db", now=clock).create({"诉求类型": "求助", "标题": "x", "描述": "x"}, "new").endswith("2")


CREATE = """
import os, sys
from datetime import datetime
from zoneinfo import ZoneInfo
from banshi.desk.tickets.drafts import Fields
from banshi.desk.tickets.tickets import Tickets
from banshi.desk.vault import Vault
from banshi.store.database import open_database
desk = Tickets(open_database(sys.argv[1]), knowledge=lambda: None, vault=Vault(), hotline=None,
               now=lambda: datetime(2026, 11, 23, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai")))
print(desk.create(Fields(kind="求助", title="路灯不亮", description="不亮"), conversation=None, actor="op").number, flush=True)
os._exit(9)
"""


def test_a_process_killed_after_opening_a_ticket_leaves_it_to_be_sent(desk: Tickets, database: sa.Engine, sender: OutboxSender) -> None:
    url = database.url.render_as_string(hide_password=False)
    killed = subprocess.run([sys.executable, "-c", CREATE, url], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert killed.returncode == 9, killed.stderr
    assert sender.send_one("hotline")
    assert desk.whole(killed.stdout.strip()).ticket.state == "办理中"


def test_what_fails_is_tried_again_with_growing_pauses_and_then_shown(
    desk: Tickets, database: sa.Engine, sender: OutboxSender, clock: Clock, tmp_path: Path
) -> None:
    number = opened(desk).number
    (tmp_path / "file").write_text("in the way")
    away = OutboxSender(
        database, [TicketHandler(DemoHotline(tmp_path / "file" / "hotline.db", now=clock))], now=clock, chance=random.Random(7)
    )
    tried = []
    for _ in range(MOST_TRIES):
        assert away.send_one("hotline") and not away.send_one("hotline")
        tried.append(clock.moment)
        posting = desk.whole(number).posting
        assert posting is not None
        if posting.next_try is not None:
            assert posting.error == "12345系统暂时连不上，会自动再推送。"
            clock.moment = posting.next_try.astimezone(CHINA)
    pauses = [(later - earlier).total_seconds() for earlier, later in pairwise(tried)]
    assert all(shorter < longer for shorter, longer in pairwise(pauses[:9])) and max(pauses) <= 1800 * 1.25
    assert posting is not None and (posting.tries, posting.next_try) == (MOST_TRIES, None)
    assert posting.error == "12345系统一直连不上，不再自动推送，请查明原因后重新推送。"
    clock.moment += timedelta(days=1)
    assert not sender.send_one("hotline"), "given up is given up, until somebody looks"
    desk.push_again(number, actor="wang.fang")
    assert sender.send_one("hotline")
    assert [event.kind for event in desk.whole(number).events] == ["created", "push-failed", "push-again", "accepted"]
    assert desk.whole(number).ticket.state == "办理中"


def test_what_is_refused_is_not_tried_again(desk: Tickets, database: sa.Engine, sender: OutboxSender) -> None:
    number = opened(desk).number
    with write(database) as connection:
        Outbox(connection).replace(number, {"诉求类型": "求助"})
    assert sender.send_one("hotline")
    posting = desk.whole(number).posting
    assert posting is not None and (posting.error, posting.next_try) == ("12345系统不收：工单缺少标题、描述。", None)
    assert desk.whole(number).ticket.state == "待派遣"


def test_an_answer_given_before_the_12345_system_took_the_ticket_stands(desk: Tickets, sender: OutboxSender) -> None:
    number = opened(desk).number
    desk.move(number, "dispatch", actor="op", supervisor=False)
    desk.move(number, "reply", actor="op", supervisor=False, text="好了")
    assert sender.send_one("hotline")
    assert desk.whole(number).ticket.state == "已答复"


def test_pauses_differ_so_that_not_all_come_at_once() -> None:
    chance = random.Random(3)
    assert len({pause_after(4, chance) for _ in range(20)}) == 20
    assert all(timedelta(seconds=12) <= pause_after(4, chance) <= timedelta(seconds=20) for _ in range(100))


def test_of_one_key_the_hotline_has_one_ticket_however_often_it_is_sent(hotline: DemoHotline, tmp_path: Path, clock: Clock) -> None:
    lamp = {"诉求类型": "求助", "标题": "路灯", "描述": "不亮"}
    assert len(set(together(12, lambda _: hotline.create(lamp, "GD-1")))) == 1
    assert hotline.create(lamp, "GD-2") != hotline.create(lamp, "GD-1")
    assert hotline.status("DEMO-20261123-000999") is None
    with pytest.raises(SystemRefusedError, match="工单缺少描述"):
        hotline.create(lamp | {"描述": " "}, "GD-3")
    (tmp_path / "file").write_text("")
    with pytest.raises(SystemUnavailableError):
        DemoHotline(tmp_path / "file" / "x.db", now=clock).create(lamp, "GD-1")


def test_lists_are_newest_first_and_narrowed(desk: Tickets, database: sa.Engine) -> None:
    first, second = opened(desk), opened(desk, replace(LAMP, title="100%不亮"), actor="zhao.min")
    desk.move(first.number, "dispatch", actor="zhao.min", supervisor=False)
    with read(database) as connection:
        found = TicketRepository(connection)

        def numbers(**wanted: object) -> list[str]:
            return [ticket.number for ticket in found.newest(**wanted)]  # type: ignore[arg-type]

        assert numbers() == [second.number, first.number]
        assert numbers(by="zhao.min") == [second.number, first.number] and numbers(by="wang.fang") == [first.number]
        assert numbers(state="办理中") == [first.number]
        assert numbers(words="100%") == [second.number] and numbers(words="城市管理") == [second.number, first.number]
        assert numbers(before=second.id, limit=5) == [first.number]
