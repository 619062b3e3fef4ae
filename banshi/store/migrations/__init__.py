"""Alembic's environment; `banshi.store.migrating` runs it. Belongs here: changes of the tables, one file each, in `versions`.

A migration stands alone: it names its tables and types itself, so that it stays what it was when the code moves on.
"""
