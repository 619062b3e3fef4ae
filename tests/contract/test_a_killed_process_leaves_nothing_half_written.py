"""A process that is killed while it writes: what it had not committed was never there, and nobody waits for it."""

from __future__ import annotations

import signal
import subprocess
import sys
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from banshi.settings import ROOT
from banshi.store.audit import AuditLedger
from banshi.store.conversations import ConversationStore
from banshi.store.database import open_database, read, write
from banshi.store.knowledge import KnowledgeRepository
from banshi.store.questions import QuestionLog
from banshi.store.releases import ReleaseRepository

WRITING = """
import sys
from datetime import UTC, datetime
from banshi.store.audit import AuditLedger
from banshi.store.database import open_database, write
from banshi.store.knowledge import KnowledgeRepository
from banshi.store.questions import Asked, QuestionLog
from banshi.store.releases import ReleaseRepository

now = datetime(2026, 11, 21, tzinfo=UTC)
by = {"author": "li", "author_name": "李", "reason": "", "now": now}


def publish(connection, expected, base):
    knowledge, releases = KnowledgeRepository(connection), ReleaseRepository(connection)
    revision = knowledge.save(kind="guide", key="hz", region="220000", content={"n": expected}, expected=expected, **by)
    release = releases.begin(kind="publish", base=base, **by)
    knowledge.publish([revision.id], release.id, now, expected_states=("draft",))
    releases.activate(release.id, "s", "v")
    AuditLedger(connection).append(actor="li", action="publish", target="guide/hz", detail={}, now=now)
    return release.id


engine = open_database(sys.argv[1])
with write(engine) as connection:
    first = publish(connection, None, None)
print("committed", flush=True)
with write(engine) as connection:
    # More than the cache holds, so that SQLite writes pages of the open transaction to its log.
    QuestionLog(connection).add_all(Asked(at=now, text="问", decision="reject", vector=bytes(1024)) for _ in range(10_000))
    publish(connection, 1, first)
    print("in the middle", flush=True)
    sys.stdin.read()
"""


def test_what_was_not_committed_was_never_there(url: str, now: datetime) -> None:
    command = [sys.executable, "-c", WRITING, url]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None and process.stderr is not None
        for word in ("committed\n", "in the middle\n"):
            assert process.stdout.readline() == word, process.stderr.read()
        process.kill()
        process.wait()
    assert process.returncode == -signal.SIGKILL
    engine = open_database(url)
    common: dict[str, Any] = {"kind": "guide", "key": "hz", "region": "220000"}
    with write(engine) as connection:
        # Whoever comes next gets the same numbers, and does not wait for the dead.
        repository = KnowledgeRepository(connection)
        assert repository.save(**common, content={}, author="wang", author_name="王", reason="", expected=1, now=now).number == 2
        assert AuditLedger(connection).append(actor="wang", action="save", target="guide/hz", detail={}, now=now).seq == 2
    with read(engine) as connection:
        head = KnowledgeRepository(connection).head("guide", "hz", "220000")
        assert head is not None and head.published is not None
        assert (head.head.author, head.published.number) == ("wang", 1)
        release = ReleaseRepository(connection).active()
        assert release is not None and ReleaseRepository(connection).contents(release.id) == [head.published.id]
        assert ReleaseRepository(connection).count() == 1
        assert QuestionLog(connection).since(datetime.min.replace(tzinfo=now.tzinfo)) == []
        assert AuditLedger(connection).verify() == []
        if connection.dialect.name == "sqlite":
            assert connection.execute(sa.text("PRAGMA integrity_check")).scalar_one() == "ok"
            assert connection.execute(sa.text("PRAGMA foreign_key_check")).all() == []
    ConversationStore(engine).create(identifier="c1", region=None, now=now)
    engine.dispose()
