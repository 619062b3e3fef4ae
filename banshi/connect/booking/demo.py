"""A booking system in a SQLite file, for demonstrations, development and tests: the halls of the knowledge, with their opening hours."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import date, datetime, time
from pathlib import Path

from banshi.connect.booking.port import BookableHall, Booked, Matter, Slot, State, Wish
from banshi.connect.booking.timetable import days_of, slots_of, window_for
from banshi.connect.resilience.errors import SystemRefusedError, SystemUnavailableError
from banshi.knowledge.errors import KnowledgeError
from banshi.knowledge.halls import Hall, load_halls
from banshi.knowledge.regions import RegionTree

_TABLE = """
CREATE TABLE IF NOT EXISTS demo_bookings (
    number INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, hall TEXT NOT NULL, window TEXT NOT NULL, item TEXT NOT NULL,
    item_name TEXT NOT NULL, begins TEXT NOT NULL, ends TEXT NOT NULL, person TEXT NOT NULL, cancelled INTEGER NOT NULL DEFAULT 0
)
"""
_COLUMNS = "number, hall, window, item, item_name, begins, ends, cancelled"
_WAIT_SECONDS = 5
_SAMPLE = "示例大厅，地址和时间请以当地公布为准。"

_Row = tuple[int, str, str, str, str, str, str, int]


class DemoBooking:
    """`Booking` over a file that several processes may use.

    Args:
        path: the file; its folder is created.
        knowledge_dir: folder with halls.yml and regions.csv.
        now: the clock, in China time.

    Example:
        >>> booking = DemoBooking(Path("var/demo_booking.db"), ROOT / "knowledge", now=china_now)
        >>> booking.halls(Matter("sb-card-apply", "社会保障卡申领", "社保"), "220104")[0].window
        '社保医保专区'
    """

    def __init__(self, path: Path, knowledge_dir: Path, *, now: Callable[[], datetime]) -> None:
        self._path, self._folder, self._now = path, knowledge_dir, now
        self._read: tuple[float, dict[str, Hall], RegionTree] | None = None

    def halls(self, matter: Matter, region: str) -> tuple[BookableHall, ...]:
        """See `Booking.halls`."""
        halls, regions = self._known()
        now = self._now()
        for place in regions.lineage(region) if region in regions else ():
            found = [(hall, window) for hall in halls.values() if hall.region == place and (window := window_for(hall, matter))]
            if found:
                return tuple(
                    BookableHall(hall.id, hall.name, hall.address, window.name, days_of(hall, now), _SAMPLE if hall.sample else "")
                    for hall, window in found
                )
        return ()

    def slots(self, hall: str, matter: Matter, day: date) -> tuple[Slot, ...]:
        """See `Booking.slots`."""
        halls, _ = self._known()
        if hall not in halls or window_for(halls[hall], matter) is None:
            return ()
        with self._opened() as connection:
            return slots_of(halls[hall], day, self._now(), _booked(connection, hall, day))

    def book(self, wish: Wish, key: str) -> Booked:
        """See `Booking.book`."""
        halls, _ = self._known()
        now = self._now()
        hall = halls.get(wish.hall)
        window = window_for(hall, wish.matter) if hall is not None else None
        if hall is None or window is None:
            raise SystemRefusedError("这个大厅不接受这件事的预约，请换一个大厅。")
        local = wish.begins.astimezone(now.tzinfo)
        with self._opened() as connection:
            connection.execute("BEGIN IMMEDIATE")  # of two who want the last place the second sees it taken
            before = connection.execute(f"SELECT {_COLUMNS} FROM demo_bookings WHERE key = ?", (key,)).fetchone()  # noqa: S608
            if before is not None:
                return self._as_booked(before, halls, now)
            offered = slots_of(hall, local.date(), now, _booked(connection, hall.id, local.date()))
            slot = next((one for one in offered if one.begins == local.time()), None)
            if slot is None:
                raise SystemRefusedError("这个时段不能预约了，请换一个时段。")
            if not slot.left:
                raise SystemRefusedError("这个时段刚刚约满了，请换一个时段。")
            if open_one := _open_booking(connection, wish, now):
                when = datetime.fromisoformat(open_one)
                raise SystemRefusedError(f"这件事您已经约了{when.month}月{when.day}日{when:%H:%M}，要改时间请先取消那一次。")
            ends = datetime.combine(local.date(), slot.ends, now.tzinfo)
            values = (key, hall.id, window.name, wish.matter.item, wish.matter.name, _moment(local), _moment(ends), wish.person)
            insert = "INSERT INTO demo_bookings (key, hall, window, item, item_name, begins, ends, person) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
            number = connection.execute(insert, values).lastrowid
            assert number is not None
            made = (number, hall.id, window.name, wish.matter.item, wish.matter.name, _moment(local), _moment(ends), 0)
        return self._as_booked(made, halls, now)

    def cancel(self, booking: str, person: str) -> Booked | None:
        """See `Booking.cancel`."""
        halls, _ = self._known()
        now = self._now()
        with self._opened() as connection:
            row = _of_person(connection, booking, person)
            if row is None:
                return None
            if row[7]:
                return self._as_booked(row, halls, now)
            if datetime.fromisoformat(row[5]) <= now:
                raise SystemRefusedError("预约的时间已经过了，不用取消。")
            connection.execute("UPDATE demo_bookings SET cancelled = 1 WHERE number = ?", (row[0],))
        return self._as_booked((*row[:7], 1), halls, now)

    def mine(self, person: str) -> tuple[Booked, ...]:
        """See `Booking.mine`."""
        halls, _ = self._known()
        now = self._now()
        with self._opened() as connection:
            select = f"SELECT {_COLUMNS} FROM demo_bookings WHERE person = ? ORDER BY begins"  # noqa: S608
            found = [self._as_booked(row, halls, now) for row in connection.execute(select, (person,)).fetchall()]
        return tuple(sorted(found, key=lambda one: one.state != "已预约"))

    def _known(self) -> tuple[dict[str, Hall], RegionTree]:
        try:
            changed = (self._folder / "halls.yml").stat().st_mtime
            if self._read is None or self._read[0] != changed:
                regions = RegionTree.load(self._folder / "regions.csv")
                self._read = changed, {hall.id: hall for hall in load_halls(self._folder / "halls.yml", regions)}, regions
            return self._read[1:]
        except (KnowledgeError, OSError) as error:
            raise SystemUnavailableError(f"the demo of booking cannot read its halls: {error}") from error

    @contextmanager
    def _opened(self) -> Iterator[sqlite3.Connection]:
        """A connection in one transaction."""
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with closing(sqlite3.connect(self._path, timeout=_WAIT_SECONDS)) as connection, connection:
                connection.execute(_TABLE)
                yield connection
        except (sqlite3.Error, OSError) as error:
            raise SystemUnavailableError(f"the demo of booking cannot use {self._path}: {error}") from error

    def _as_booked(self, row: _Row, halls: dict[str, Hall], now: datetime) -> Booked:
        number, hall, window, item, item_name, begins, ends, cancelled = row
        known = halls.get(hall)
        start, end = datetime.fromisoformat(begins), datetime.fromisoformat(ends)
        state: State = "已取消" if cancelled else "已过期" if end <= now else "已预约"
        name, address = (known.name, known.address) if known is not None else ("", "")
        return Booked(f"YY{start:%Y%m%d}-{number:05}", hall, name, address, window, item, item_name, start, end, state)


def _moment(moment: datetime) -> str:
    return moment.isoformat(timespec="minutes")


def _booked(connection: sqlite3.Connection, hall: str, day: date) -> Counter[time]:
    select = "SELECT begins FROM demo_bookings WHERE hall = ? AND begins LIKE ? AND NOT cancelled"
    return Counter(datetime.fromisoformat(begins).time() for (begins,) in connection.execute(select, (hall, f"{day.isoformat()}T%")))


def _open_booking(connection: sqlite3.Connection, wish: Wish, now: datetime) -> str | None:
    """When the person comes for the same matter already."""
    select = "SELECT begins FROM demo_bookings WHERE person = ? AND item = ? AND NOT cancelled AND begins > ? ORDER BY begins"
    found = connection.execute(select, (wish.person, wish.matter.item, _moment(now))).fetchone()
    return str(found[0]) if found is not None else None


def _of_person(connection: sqlite3.Connection, booking: str, person: str) -> _Row | None:
    digits = booking.rpartition("-")[2]
    if not (digits.isascii() and digits.isdigit() and len(digits) <= 12):
        return None
    select = f"SELECT {_COLUMNS} FROM demo_bookings WHERE number = ? AND person = ?"  # noqa: S608
    row: _Row | None = connection.execute(select, (int(digits), person)).fetchone()
    if row is None or booking != f"YY{datetime.fromisoformat(row[5]):%Y%m%d}-{row[0]:05}":
        return None
    return row
