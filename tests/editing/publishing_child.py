"""A process that publishes one change after the other until it is killed."""

from __future__ import annotations

from pathlib import Path

from banshi.editing.jobs import Job
from banshi.store.database import open_database
from tests.editing.small import REISSUE, WANG, open_desk
from tests.editing.test_changes_reach_citizens_whole import approve, content_of, with_fee


def publish_on(url: str, var: str, started: object) -> None:
    """Publish prices 1, 2, 3 …; tells `started`, a pipe, when each begins."""
    desk = open_desk(open_database(url), Path(var))
    price = 0
    while True:
        price += 1
        content, number = content_of(desk, REISSUE)
        identifier = approve(desk, REISSUE, with_fee(content, f"{price}元/证"), number)
        impact = desk.publisher.try_out([identifier], Job("test", "test", "test"))
        started.send(price)  # type: ignore[attr-defined]
        desk.publisher.publish(impact.id, actor=WANG, reason="发布")
