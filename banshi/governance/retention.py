"""What is deleted by itself when it is old: closed work items, and counts of use."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa

from banshi.governance.months import CHINA
from banshi.store.partners import PartnerRepository
from banshi.store.suggestion_uses import SuggestionUses
from banshi.store.work_items import work_items


def sweep(connection: sa.Connection, *, now: datetime, work_item_days: int, usage_days: int) -> dict[str, int]:
    """Delete it. Work items that are open stay, however old.

    Args:
        connection: of `write`.
        now: the moment.
        work_item_days: closed ones live so long after they were closed.
        usage_days: counts of partners' requests and what became of suggestions live so long.

    Returns:
        Table → rows deleted.
    """
    closed = sa.and_(work_items.c.state == "closed", work_items.c.closed_at < now - timedelta(days=work_item_days))
    since = now - timedelta(days=usage_days)
    return {
        "work_items": connection.execute(work_items.delete().where(closed)).rowcount,
        "partner_usage": PartnerRepository(connection).delete_usage_before(since.astimezone(CHINA).date().isoformat()),
        "suggestion_uses": SuggestionUses(connection).delete_before(since) or 0,
    }
