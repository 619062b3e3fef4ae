"""Bringing a database to the tables this code works with."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa

from banshi.store.errors import DatabaseVersionError

HEAD = "0012"
"""The newest revision in `migrations/versions`; known here so that opening a database that is there already needs no Alembic."""
SCRIPTS = Path(__file__).with_name("migrations")


def is_current(connection: sa.Connection) -> bool:
    """Whether the database is at `HEAD`."""
    if not sa.inspect(connection).has_table("alembic_version"):
        return False
    return connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalars().all() == [HEAD]


def migrate(connection: sa.Connection, to: str = "head") -> None:
    """Run migrations within the caller's transaction: all of them, or nothing.

    Args:
        connection: in a transaction that nobody else can migrate beside.
        to: a revision, "head" or "base"; an older one than the database's runs the migrations back.

    Raises:
        DatabaseVersionError: the database is at a revision that is not among ours.
    """
    # Alembic takes longer to import than a database at head takes to open.
    from alembic import command
    from alembic.config import Config
    from alembic.runtime.migration import MigrationContext
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(SCRIPTS).replace("%", "%%"))
    config.attributes["connection"] = connection
    known = [script.revision for script in ScriptDirectory.from_config(config).walk_revisions()]
    now = MigrationContext.configure(connection).get_current_revision()
    if now is not None and now not in known:
        raise DatabaseVersionError(
            f"The database is at schema version {now}, this Banshi knows {known[-1]} to {known[0]}. "
            "Install the release that made it, or restore a backup from before."
        )
    steps = ["base", *reversed(known)]
    wanted = known[0] if to == "head" else to
    if steps.index(wanted) < steps.index(now or "base"):
        command.downgrade(config, wanted)
    else:
        command.upgrade(config, wanted)
