"""A PostgreSQL of the tests' own: started when the first test asks, gone with the test run."""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.api.product import free_port

_START_LIMIT = 30.0
"""Seconds until the start has failed."""
_SERVE = """
exec 3<&0
folder=$1; shift
"$@" & server=$!
( cat <&3 >/dev/null; kill -INT $server; while kill -0 $server 2>/dev/null; do sleep 0.1; done; rm -rf "$folder" ) &
wait $server
"""
"""Runs the server until standard input ends, which it does when the tests end, by whatever death; then nothing is left of it."""
_MISSING = (
    "These tests need PostgreSQL, and neither /usr/lib/postgresql/*/bin nor PATH has initdb and postgres. "
    "Install it: apt-get install postgresql. The tests start a server of their own; none needs to run."
)


def programs() -> Path:
    """The folder of `initdb` and `postgres`, of the newest version installed; the test fails where there is none."""
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda folder: int("0" + folder.parent.name.partition(".")[0]))
    on_path = shutil.which("initdb")
    for folder in (*reversed(installed), *([Path(on_path).resolve().parent] if on_path else [])):
        if (folder / "initdb").is_file() and (folder / "postgres").is_file():
            return folder
    pytest.fail(_MISSING)


class Postgres:
    """One server in a folder of its own, reached through a socket in that folder only, so that nobody else reaches it.

    Args:
        folder: an empty folder; short, because the path of a socket is (107 characters).
    """

    user = "banshi"

    def __init__(self, folder: Path) -> None:
        self.folder, self._data, self.port = folder, folder / "data", free_port()
        self.log_file = folder / "postgres.log"
        self._as: dict[str, Any] = {}
        if os.geteuid() == 0:  # PostgreSQL refuses to run as root
            owner = _unprivileged()
            os.chown(folder, owner.pw_uid, owner.pw_gid)
            self._as = {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []}
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Make the cluster and wait until it answers."""
        where = programs()
        initdb = [
            str(where / "initdb"),
            "-D",
            str(self._data),
            "-U",
            self.user,
            "--auth=trust",
            "--encoding=UTF8",
            "--locale=C.UTF-8",
            "--no-sync",
        ]
        made = subprocess.run(initdb, capture_output=True, text=True, cwd=self.folder, timeout=60, check=False, **self._as)
        if made.returncode != 0:
            pytest.fail(f"initdb failed:\n{made.stdout}{made.stderr}")
        # What a power cut would take does not matter to tests, so nothing waits for the disk.
        options = {"unix_socket_directories": self.folder, "port": self.port, "listen_addresses": "", "fsync": "off"}
        settings = [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
        # Started in the file system's root, because the folder goes before the shell that removes it.
        command = ["/bin/sh", "-c", _SERVE, "sh", str(self.folder), str(where / "postgres"), "-D", str(self._data), *settings]
        with self.log_file.open("wb") as log:
            self._process = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=log, stderr=log, cwd="/", start_new_session=True, **self._as
            )
        until = time.monotonic() + _START_LIMIT
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > until:
                pytest.fail(f"PostgreSQL did not start:\n{self.log_file.read_text('utf-8', 'replace')[-3000:]}")
            time.sleep(0.05)

    def stop(self) -> None:
        """End the server, with whatever connections it has."""
        if self._process is None or self._process.stdin is None:
            return
        self._process.stdin.close()
        try:
            self._process.wait(timeout=15)
        except subprocess.TimeoutExpired:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()

    def url(self, database: str) -> str:
        """The URL of a database, as `banshi.store.database.open_database` takes it."""
        return f"postgresql+psycopg://{self.user}@/{database}?host={self.folder}&port={self.port}"

    def create(self, database: str, *, template: str = "template1") -> str:
        """Make a database, empty or as a copy of one that nobody is connected to.

        Returns:
            Its URL.
        """
        self.execute(f'CREATE DATABASE "{database}" TEMPLATE "{template}"')
        return self.url(database)

    def drop(self, database: str) -> None:
        """Drop a database, with whatever connections it has."""
        self.execute(f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)')

    def execute(self, statement: str) -> None:
        """One statement on the server."""
        with psycopg.connect(host=str(self.folder), port=self.port, user=self.user, dbname="postgres", autocommit=True) as connection:
            connection.execute(statement.encode())

    def _answers(self) -> bool:
        try:
            self.execute("SELECT 1")
        except psycopg.OperationalError:
            return False
        return True


def _unprivileged() -> pwd.struct_passwd:
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name)
    pytest.fail("PostgreSQL does not run as root, and there is no user postgres or nobody to run it as.")


_SHARED = pytest.StashKey[Postgres]()


def shared_postgres(config: pytest.Config) -> Postgres:
    """The one server of a test run, started by whichever test needs it first."""
    if _SHARED not in config.stash:
        programs()
        folder = Path(tempfile.mkdtemp(prefix="banshi-pg-", dir="/tmp"))
        config.add_cleanup(lambda: shutil.rmtree(folder, ignore_errors=True))
        server = Postgres(folder)
        config.add_cleanup(server.stop)
        server.start()
        config.stash[_SHARED] = server
    return config.stash[_SHARED]
