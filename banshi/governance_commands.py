"""`banshi report`, `banshi archive`, `banshi forget`, and open data: what is owed to those who oversee the service, and to citizens."""

from __future__ import annotations

import getpass
import hashlib
import json
import sys
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Annotated

import sqlalchemy as sa
import typer

from banshi.settings import ROOT, Settings

report = typer.Typer(help="Figures for those who oversee the service.", no_args_is_help=True)
archive = typer.Typer(help="What was published, day by day: written once, checksummed, read again.", no_args_is_help=True)
_Folder = Annotated[Path, typer.Option(help="Folder of the archive.")]
_Day = Annotated[str, typer.Argument(help="A day of Beijing, such as 2026-11-22.")]
_Month = Annotated[str, typer.Argument(help="Such as 2026-11.")]
_Region = Annotated[str | None, typer.Option(help="Only this region code and what lies under it.")]
_Output = Annotated[Path | None, typer.Option("--output", "-o", help="File to write; standard output when not told.")]
_ARCHIVE = ROOT / "var" / "archive"


def _say(text: str) -> None:
    print(f"[banshi] {text}", file=sys.stderr, flush=True)


def _fail(error: Exception | str) -> typer.Exit:
    _say(str(error))
    return typer.Exit(1)


def _whoever() -> str:
    return f"console:{getpass.getuser()}"


def _database() -> sa.Engine:
    from banshi.store.database import open_database
    from banshi.store.errors import StoreError

    try:
        return open_database(Settings().database_url)
    except (StoreError, ValueError) as error:
        raise _fail(error) from error


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise _fail(f"{text} is no day such as 2026-11-22.") from error


@report.command()
def month(
    which: _Month,
    kind: Annotated[str, typer.Option("--format", help="xlsx, csv or json.")] = "json",
    region: _Region = None,
    output: _Output = None,
) -> None:
    """Questions, answer rate, refusals, ratings, gaps and work items of a month, by department, region, matter and kind of applicant.
    With --region it is what is asked from there: the figures that go back to a city or county."""
    from banshi.assembly import china_now
    from banshi.governance.months import month_report
    from banshi.governance.tables import FORMATS, month_file
    from banshi.search.snapshot import SnapshotError, load_current
    from banshi.store.database import read

    if kind not in FORMATS:
        raise _fail(f"--format is one of {', '.join(FORMATS)}.")
    try:
        knowledge = load_current(Settings().snapshots).knowledge
        with read(_database()) as connection:
            made = month_report(connection, knowledge, which, china_now(), region=region)
    except KeyError as error:
        raise _fail(f"There is no region {region}.") from error
    except (SnapshotError, ValueError) as error:
        raise _fail(error) from error
    content = month_file(made, kind)  # type: ignore[arg-type]
    if output is not None:
        output.write_bytes(content)
        _say(f"{output}: {made.total.asked} questions of {made.month}")
    else:
        sys.stdout.buffer.write(content)


def open_data(folder: Path, begin: str | None, end: str | None) -> None:
    """Write open data; `banshi export open-data`."""
    from banshi.assembly import china_now
    from banshi.governance.months import CHINA
    from banshi.governance.open_data import write_open_data
    from banshi.search.snapshot import SnapshotError, load_current
    from banshi.store.database import read

    now = china_now()
    until = datetime.combine(_day(end), datetime.min.time(), CHINA) if end else now
    since = datetime.combine(_day(begin), datetime.min.time(), CHINA) if begin else until - timedelta(days=365)
    try:
        knowledge = load_current(Settings().snapshots).knowledge
        with read(_database()) as connection:
            manifest = write_open_data(connection, knowledge, folder, begin=since, end=until, now=now)
    except (SnapshotError, OSError) as error:
        raise _fail(error) from error
    for name, told in manifest["files"].items():
        _say(f"{folder / name}: {told['rows']} rows")


@archive.command("write")
def write_(
    day: Annotated[str | None, typer.Argument(help="A day of Beijing, such as 2026-11-22; today when not told.")] = None,
    folder: _Folder = _ARCHIVE,
) -> None:
    """Archive what was in use at the end of a day. A day is never written twice."""
    from banshi.assembly import china_now
    from banshi.governance.archive import ArchiveError, write_archive
    from banshi.store.database import read

    try:
        with read(_database()) as connection:
            written = write_archive(connection, folder, _day(day) if day else china_now().date(), now=china_now())
    except (ArchiveError, OSError) as error:
        raise _fail(error) from error
    _say(f"{written}: {json.loads((written / 'manifest.json').read_text(encoding='utf-8'))['records']} records")


@archive.command("read")
def read_(
    day: _Day,
    key: Annotated[str | None, typer.Option(help="Only the record of this id.")] = None,
    folder: _Folder = _ARCHIVE,
) -> None:
    """Print what was published as of a day, a JSON record a line, from the newest archive that is not younger."""
    from banshi.governance.archive import ArchiveError, archived_on, read_archive

    found = archived_on(folder, _day(day))
    if found is None:
        raise _fail(f"Nothing was archived on {day} or before.")
    _say(str(found))
    try:
        for record in read_archive(found):
            if key is None or record["key"] == key:
                print(json.dumps(record, ensure_ascii=False))
    except ArchiveError as error:
        raise _fail(error) from error


@archive.command("verify")
def verify(folder: _Folder = _ARCHIVE) -> None:
    """Check every day of the archive. Exit code 1 when one is not what was written."""
    from banshi.governance.archive import archived_days, fault_of

    days = archived_days(folder)
    faults = [fault for day in days if (fault := fault_of(folder / day.isoformat()))]
    for fault in faults:
        print(fault)
    _say(f"{len(days)} days, {len(faults)} not whole" if faults else f"{len(days)} days, whole")
    raise typer.Exit(1 if faults else 0)


def forget(
    conversation: Annotated[list[str] | None, typer.Option(help="Id of a conversation; several times for several.")] = None,
    owner: Annotated[
        str | None, typer.Option(help="The platform's id of the person (claim sub): all conversations they are named in.")
    ] = None,
    identity: Annotated[
        str | None, typer.Option(help="The platform's hash of their identity number (claim identity_hash): consents and reminders.")
    ] = None,
) -> None:
    """Delete, on request, conversations and what hangs on them. The ledger keeps that it was done, not what it was."""
    from banshi.assembly import china_now
    from banshi.governance.forgetting import conversations_of, forget_reminders
    from banshi.governance.forgetting import forget as forget_conversations
    from banshi.store.database import write

    if not (conversation or owner or identity):
        raise _fail("Say whose: --conversation ID, --owner SUB or --identity HASH.")
    issuer, database, done = Settings().citizen_issuer, _database(), {}
    if owner and not issuer:
        raise _fail("--owner needs BANSHI_CITIZEN_ISSUER, by which the person is known in conversations.")
    with write(database) as connection:
        wanted = list(conversation or [])
        if owner:
            wanted += conversations_of(connection, hashlib.sha256(f"{issuer}\0{owner}".encode()).hexdigest())
        if wanted:
            done = forget_conversations(connection, list(dict.fromkeys(wanted)), by=_whoever(), now=china_now())
        if identity:
            done |= forget_reminders(connection, identity, by=_whoever(), now=china_now())
    for name, count in done.items():
        print(f"{count:6} {name}")
    if not done:
        raise _fail("Nothing was found.")
