"""Opening: from nothing, from what older code made, by several at once, quickly; and what is refused."""

from __future__ import annotations

import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from banshi.settings import ROOT
from banshi.store.conversations import ConversationStore, Message
from banshi.store.database import open_database, read, write
from banshi.store.errors import DatabaseVersionError, StoreError
from banshi.store.migrating import HEAD, SCRIPTS, migrate
from banshi.store.tables import metadata
from tests.postgres import Postgres

CHINA = timezone(timedelta(hours=8))
MOMENT = datetime(2026, 1, 1, 3, 4, 5, 678901, tzinfo=CHINA)

former = sa.MetaData()
"""The tables as they were before there were migrations."""
former_conversations = sa.Table(
    "conversations",
    former,
    sa.Column("id", sa.String(40), primary_key=True),
    sa.Column("state", sa.String(10), nullable=False),
    sa.Column("region", sa.String(20)),
    sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False, index=True),
)
former_messages = sa.Table(
    "messages",
    former,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("conversation", sa.String(40), sa.ForeignKey("conversations.id", ondelete="CASCADE"), nullable=False, index=True),
    sa.Column("sender", sa.String(10), nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("buttons", sa.JSON, nullable=False),
    sa.Column("custom", sa.JSON, nullable=False),
    sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
)


def tables(engine: sa.Engine) -> set[str]:
    return set(sa.inspect(engine).get_table_names())


def differences(engine: sa.Engine) -> list[object]:
    """What `alembic check` would complain of."""
    with read(engine) as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        return list(compare_metadata(context, metadata))


def make_former(url: str) -> None:
    """A database as older code made it, with a conversation in it."""
    engine = sa.create_engine(url)
    former.create_all(engine)
    with engine.begin() as connection:
        for identifier, moment in (("c1", MOMENT), ("c2", MOMENT.replace(microsecond=0))):
            row = {"id": identifier, "state": "waiting", "region": "220100", "created_at": moment, "updated_at": moment}
            connection.execute(former_conversations.insert().values(row))
        said = {"conversation": "c1", "sender": "bot", "text": "您好", "buttons": [{"title": "好"}], "custom": {"type": "answer"}}
        connection.execute(former_messages.insert().values(**said, created_at=MOMENT))
    engine.dispose()


def test_an_empty_database_gets_all_tables(url: str) -> None:
    engine = open_database(url)
    assert tables(engine) == {*metadata.tables, "alembic_version"}
    assert differences(engine) == []
    engine.dispose()
    again = open_database(url)
    assert differences(again) == []
    again.dispose()


def test_a_database_of_older_code_keeps_its_rows(url: str) -> None:
    make_former(url)
    engine = open_database(url)
    assert differences(engine) == []
    store = ConversationStore(engine)
    kept = store.get("c1")
    assert kept is not None
    assert (kept.state, kept.region, kept.updated_at, kept.updated_at.utcoffset()) == ("waiting", "220100", MOMENT, timedelta(0))
    assert store.messages("c1") == [Message("bot", "您好", MOMENT, [{"title": "好"}], {"type": "answer"})]
    assert store.close_idle(MOMENT) == ["c2"], "times written before and after the change are compared as moments"
    engine.dispose()
    again = open_database(url)
    assert ConversationStore(again).messages("c1")[0].created_at == MOMENT, "times are shifted once only"
    again.dispose()


def test_a_start_that_older_code_did_not_finish_is_completed(url: str) -> None:
    engine = sa.create_engine(url)
    former_conversations.create(engine)
    engine.dispose()
    engine = open_database(url)
    assert differences(engine) == []
    engine.dispose()


def test_the_newest_migration_is_the_one_the_code_knows() -> None:
    script = ScriptDirectory(str(SCRIPTS))
    assert script.get_heads() == [HEAD]
    assert len(list(script.walk_revisions())) == len(list((SCRIPTS / "versions").glob("v*.py")))


def test_each_migration_runs_back(url: str) -> None:
    engine = open_database(url)
    for to, left in (("0002", set(former.tables)), ("base", set())):
        with write(engine) as connection:
            migrate(connection, to)
        assert tables(engine) == {*left, "alembic_version"}
    with write(engine) as connection:
        migrate(connection)
    assert differences(engine) == []
    engine.dispose()


def test_a_time_goes_back_to_what_older_code_wrote(url: str) -> None:
    make_former(url)
    engine = open_database(url)
    with write(engine) as connection:
        migrate(connection, "0001")
        written = connection.execute(sa.select(former_messages.c.created_at)).scalar_one()
    assert written.replace(tzinfo=CHINA) == MOMENT if engine.dialect.name == "sqlite" else written == MOMENT
    engine.dispose()


def test_a_migration_that_fails_leaves_everything_as_it_was(url: str) -> None:
    make_former(url)
    engine = sa.create_engine(url)
    with engine.begin() as connection:
        connection.execute(sa.text("CREATE TABLE gaps (something INTEGER)"))  # in the way of a table that comes late
    before = tables(engine)
    engine.dispose()
    with pytest.raises(StoreError, match="gaps"):
        open_database(url)
    engine = sa.create_engine(url)
    assert tables(engine) == before
    with engine.connect() as connection:
        assert connection.execute(sa.text("SELECT count(*) FROM conversations")).scalar_one() == 2
    engine.dispose()


def test_a_database_of_newer_code_is_refused(url: str) -> None:
    engine = open_database(url)
    with write(engine) as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    engine.dispose()
    with pytest.raises(DatabaseVersionError, match="9999"):
        open_database(url)


OPENING = """
import sys
from banshi.store.database import open_database, read
from banshi.store.releases import ReleaseRepository
from alembic import command
print("ready", flush=True)
sys.stdin.readline()
with read(open_database(sys.argv[1])) as connection:
    print(ReleaseRepository(connection).count(), flush=True)
"""


@pytest.mark.parametrize("old", [False, True], ids=["empty", "of older code"])
def test_four_processes_open_one_database_at_once(url: str, old: bool) -> None:
    if old:
        make_former(url)
    command = [sys.executable, "-c", OPENING, url]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    processes = [subprocess.Popen(command, cwd=ROOT, text=True, **pipes) for _ in range(4)]  # type: ignore[call-overload]
    try:
        for process in processes:
            assert process.stdout.readline() == "ready\n", process.stderr.read()
        for process in processes:
            process.stdin.write("go\n")
            process.stdin.flush()
        for process in processes:
            said, wrong = process.communicate(timeout=60)
            assert (said, process.returncode) == ("0\n", 0), wrong
    finally:
        for process in processes:
            process.kill()
            process.wait()
    engine = open_database(url)
    assert differences(engine) == []
    assert [message.created_at for message in ConversationStore(engine).messages("c1")] == [MOMENT] * old
    engine.dispose()


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_a_database_that_is_there_opens_within_three_tenths_of_a_second(url: str) -> None:
    open_database(url).dispose()
    took = []
    for _ in range(3):
        began = time.perf_counter()
        engine = open_database(url)
        took.append(time.perf_counter() - began)
        engine.dispose()
    assert min(took) <= 0.3


def test_opening_what_is_there_does_not_need_alembic(url: str) -> None:
    open_database(url).dispose()
    code = "import sys; from banshi.store.database import open_database; open_database(sys.argv[1]); print('alembic' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code, url], cwd=ROOT, capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout == "False\n"


def test_a_path_is_a_file_of_sqlite_in_a_folder_that_is_made(tmp_path: Path) -> None:
    path = tmp_path / "new folder %20?#" / "banshi.db"
    engine = open_database(path)
    ConversationStore(engine).create(identifier="c1", region=None, now=datetime(2026, 1, 1, tzinfo=UTC))
    with write(engine) as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar_one() == "wal"
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar_one() == 1
        assert connection.exec_driver_sql("PRAGMA busy_timeout").scalar_one() == 5000
    engine.dispose()
    assert [file.name for file in path.parent.iterdir()] == ["banshi.db"]


def test_a_restored_copy_is_put_back_in_wal_mode(tmp_path: Path) -> None:
    engine = open_database(tmp_path / "banshi.db")
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.connection.driver_connection.execute(f"VACUUM INTO '{tmp_path / 'copy.db'}'")  # type: ignore[union-attr]
    engine.dispose()
    copy = open_database(tmp_path / "copy.db")
    with read(copy) as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar_one() == "wal"
    copy.dispose()


def test_a_file_of_something_else_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("开会记录" * 1000, "utf-8")
    before = path.read_bytes()
    with pytest.raises(DatabaseVersionError, match="not a database of Banshi"):
        open_database(path)
    assert path.read_bytes() == before


@pytest.mark.parametrize("wrong", ["mysql://x/y", "nonsense", "sqlite://", "sqlite:///:memory:", "postgresql+asyncpg://x/y", ""])
def test_other_databases_are_refused(wrong: str) -> None:
    with pytest.raises(ValueError, match=r"postgresql\+psycopg|SQLite needs a file"):
        open_database(wrong)


def test_a_server_out_of_reach_is_told_without_the_password(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="cannot be opened") as told:
        open_database(f"postgresql+psycopg://banshi:secret@/banshi?host={tmp_path}")
    assert "secret" not in str(told.value)


def test_postgresql_is_reached_without_naming_the_driver(postgres: Postgres) -> None:
    address = postgres.create("without_driver").replace("+psycopg", "")
    engine = open_database(address)
    assert "revisions" in tables(engine)
    engine.dispose()


def test_reading_sees_one_moment_and_writes_nothing(database: sa.Engine) -> None:
    store, now = ConversationStore(database), datetime(2026, 1, 1, tzinfo=UTC)
    count = sa.text("SELECT count(*) FROM conversations")
    with read(database) as connection:
        assert connection.execute(count).scalar_one() == 0
        store.create(identifier="c1", region=None, now=now)
        assert connection.execute(count).scalar_one() == 0
    with pytest.raises(sa.exc.DBAPIError, match=r"read-?\s?only"), read(database) as connection:
        connection.execute(sa.text("DELETE FROM conversations"))
    with write(database) as connection:
        assert connection.execute(count).scalar_one() == 1
