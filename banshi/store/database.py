"""Opening the database, SQLite or PostgreSQL."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from banshi.store import tables as tables  # with all tables in the metadata, foreign keys between modules resolve
from banshi.store.canonical import stored_json
from banshi.store.errors import DatabaseVersionError, StoreError
from banshi.store.folder_lock import locked
from banshi.store.migrating import is_current, migrate
from banshi.store.transactions import read, write

__all__ = ["open_database", "read", "write"]

_MIGRATION_LOCK = 0x62616E73_68656164
"""Key of PostgreSQL's advisory lock around migrations."""


def open_database(url: str | Path) -> sa.Engine:
    """Open, and if need be create and migrate, the database. Several processes may do so at once.

    Args:
        url: a file of SQLite, or a URL: "sqlite:////var/lib/banshi/banshi.db", "postgresql+psycopg://user:password@host/banshi".

    Raises:
        ValueError: a URL of something else.
        DatabaseVersionError: what is there is no database of Banshi, or one of a newer Banshi.
        StoreError: the database cannot be reached.
    """
    address = sa.URL.create("sqlite", database=str(url)) if isinstance(url, Path) else _address(url)
    engine = _sqlite(address) if address.get_backend_name() == "sqlite" else _postgresql(address)
    try:
        if address.get_backend_name() == "sqlite":
            _prepare_sqlite(engine, Path(address.database or ""))
        else:
            _prepare_postgresql(engine)
    except (sa.exc.DBAPIError, sqlite3.Error) as error:
        engine.dispose()
        shown, cause = address.render_as_string(hide_password=True), getattr(error, "orig", error)
        if "not a database" in str(cause):
            raise DatabaseVersionError(f"{shown} is not a database of Banshi: {cause}. Move the file away to start anew.") from error
        raise StoreError(f"The database {shown} cannot be opened: {cause}") from error
    except BaseException:
        engine.dispose()
        raise
    return engine


def _address(url: str) -> sa.URL:
    try:
        address = sa.make_url(url)
    except sa.exc.ArgumentError as error:
        raise ValueError(f"{url!r} is no database URL. Give sqlite:///FILE or postgresql+psycopg://USER:PASSWORD@HOST/NAME.") from error
    if address.drivername == "postgresql":
        address = address.set(drivername="postgresql+psycopg")
    if address.drivername not in ("sqlite", "sqlite+pysqlite", "postgresql+psycopg"):
        raise ValueError(f"A database of kind {address.drivername!r} is not supported. Supported are sqlite and postgresql+psycopg.")
    if address.get_backend_name() == "sqlite" and address.database in (None, "", ":memory:"):
        raise ValueError("SQLite needs a file: sqlite:////absolute/path/banshi.db. A database in memory has no write-ahead log.")
    return address


def _sqlite(address: sa.URL) -> sa.Engine:
    engine = sa.create_engine(address, connect_args={"check_same_thread": False, "timeout": 5}, json_serializer=stored_json)

    @sa.event.listens_for(engine, "connect")
    def _connected(connection: Any, _: Any) -> None:
        # The driver would begin transactions at moments of its own; `_begun` does it instead.
        connection.isolation_level = None
        connection.execute("PRAGMA foreign_keys=ON")

    @sa.event.listens_for(engine, "begin")
    def _begun(connection: sa.Connection) -> None:
        options = connection.get_execution_options()
        connection.exec_driver_sql(f"PRAGMA query_only={'ON' if options.get('banshi_read') else 'OFF'}")
        connection.exec_driver_sql(f"PRAGMA synchronous={'FULL' if options.get('banshi_durable') else 'NORMAL'}")
        # A transaction that reads first and writes later would fail where another one wrote in between.
        connection.exec_driver_sql("BEGIN IMMEDIATE" if options.get("banshi_write") else "BEGIN")

    return engine


def _postgresql(address: sa.URL) -> sa.Engine:
    # Connections are tried before use: a server that was restarted is no reason to fail.
    return sa.create_engine(address, pool_pre_ping=True, isolation_level="READ COMMITTED", json_serializer=stored_json)


def _prepare_sqlite(engine: sa.Engine, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.is_file() and _in_wal_mode(engine):
        with read(engine) as connection:
            if is_current(connection):
                return
    # Somebody else's migration may take longer than the five seconds that SQLite would wait for it.
    with locked(path.parent):
        if not _in_wal_mode(engine, switch=True):
            raise StoreError(f"SQLite cannot keep a write-ahead log beside {path}: the file system does not allow it.")
        with write(engine) as connection:
            if not is_current(connection):
                migrate(connection)


def _in_wal_mode(engine: sa.Engine, *, switch: bool = False) -> bool:
    # The mode is a property of the file. It cannot be changed within a transaction.
    raw = engine.raw_connection()
    try:
        mode = raw.cursor().execute("PRAGMA journal_mode=WAL" if switch else "PRAGMA journal_mode").fetchone()
        return bool(mode[0] == "wal")
    finally:
        raw.close()


def _prepare_postgresql(engine: sa.Engine) -> None:
    with read(engine) as connection:
        if is_current(connection):
            return
    with write(engine) as connection:
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(sa.literal(_MIGRATION_LOCK, sa.BigInteger))))
        if not is_current(connection):
            migrate(connection)
