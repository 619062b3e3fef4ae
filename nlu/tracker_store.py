"""SQLite tracker store for one Rasa process: write-ahead log, pooled connections, appended events, a bounded cache.

The stock store opens a connection, counts and replays a conversation at every turn and waits for the disk: four times the
time of a turn. Here a turn appends its new events and replays only conversations that are not in the cache.
"""

from __future__ import annotations

import json
from collections import OrderedDict
from pathlib import Path
from typing import Any, Optional, Tuple

import sqlalchemy as sa
from rasa.core.tracker_store import SQLTrackerStore
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.nlu.constants import INTENT_NAME_KEY
from sqlalchemy.pool import QueuePool


class AppendingTrackerStore(SQLTrackerStore):
    """Drop-in for `SQLTrackerStore`; `type: nlu.tracker_store.AppendingTrackerStore` in endpoints.yml.

    Args:
        domain: the bot's domain.
        event_broker: passed on.
        db: path of the database file.
        cache: conversations kept in memory.
    """

    def __init__(self, domain: Any = None, event_broker: Any = None, db: str = "var/rasa.db", cache: int = 512, **kwargs: Any) -> None:
        kwargs.pop("dialect", None)
        kwargs.pop("host", None)
        Path(db).parent.mkdir(parents=True, exist_ok=True)
        super().__init__(domain=domain, dialect="sqlite", db=db, event_broker=event_broker, **kwargs)
        self.engine.dispose()
        self.engine = sa.create_engine(
            f"sqlite:///{db}", poolclass=QueuePool, pool_size=2, connect_args={"check_same_thread": False, "timeout": 5}
        )

        @sa.event.listens_for(self.engine, "connect")
        def _pragmas(connection: Any, _: Any) -> None:
            for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "busy_timeout=5000"):
                connection.execute(f"PRAGMA {pragma}")

        self.sessionmaker = sa.orm.session.sessionmaker(bind=self.engine)
        self._cache: "OrderedDict[str, Tuple[DialogueStateTracker, int]]" = OrderedDict()
        self._size = cache

    async def _retrieve(self, sender_id: str, fetch_events_from_all_sessions: bool) -> Optional[DialogueStateTracker]:
        if sender_id in self._cache and not fetch_events_from_all_sessions:
            self._cache.move_to_end(sender_id)
            return self._cache[sender_id][0]
        return await super()._retrieve(sender_id, fetch_events_from_all_sessions)

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Append the events that are not stored yet."""
        await self.stream_events(tracker)
        events = list(tracker.events)
        if tracker.sender_id in self._cache:
            stored = self._cache[tracker.sender_id][1]
        else:
            with self.session_scope() as session:
                stored = self._event_query(session, tracker.sender_id, fetch_events_from_all_sessions=False).count()
        rows = []
        for event in events[stored:]:
            data = event.as_dict()
            intent = data.get("parse_data", {}).get("intent", {}).get(INTENT_NAME_KEY)
            content = json.dumps(data, ensure_ascii=False)
            rows.append((tracker.sender_id, event.type_name, data.get("timestamp"), intent, data.get("name"), content))
        if rows:
            connection = self.engine.raw_connection()
            try:
                connection.cursor().executemany(
                    "INSERT INTO events(sender_id, type_name, timestamp, intent_name, action_name, data) VALUES (?, ?, ?, ?, ?, ?)", rows
                )
                connection.commit()
            except Exception:
                connection.rollback()
                self._cache.pop(tracker.sender_id, None)
                raise
            finally:
                connection.close()
        self._cache[tracker.sender_id] = (tracker, len(events))
        while len(self._cache) > self._size:
            self._cache.popitem(last=False)
