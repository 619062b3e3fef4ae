"""Alembic runs this file. The connection, and the transaction around everything, are the caller's."""

from __future__ import annotations

from alembic import context

from banshi.store.tables import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
with context.begin_transaction():
    context.run_migrations()
