"""The engine in use, swapped while it runs: every server process follows the pointer that publishing moves."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from datetime import date
from pathlib import Path

from banshi.search.build import Encoder
from banshi.search.engine import Engine
from banshi.search.snapshot import SnapshotError, current_id, load_current

log = logging.getLogger(__name__)


class CurrentEngine:
    """Gives the engine over the index in use.

    Args:
        snapshots: folder of the indexes.
        encoder: None searches by words alone.
        today: the clock.
        portal_url: entrance of online handling.
    """

    def __init__(self, snapshots: Path, encoder: Encoder | None, *, today: Callable[[], date], portal_url: str) -> None:
        self._snapshots, self.encoder, self._today, self._portal_url = snapshots, encoder, today, portal_url
        self._engine: Engine | None = None
        self._seen: str | None = None
        self._loading = threading.Lock()
        self.refresh()

    def __call__(self) -> Engine | None:
        """The engine; None while there is no usable index."""
        return self._engine

    def refresh(self) -> bool:
        """Load the index that the pointer names, when it is another. The old one serves until the new one is whole in memory.

        Returns:
            Whether the engine was swapped.
        """
        if current_id(self._snapshots) == self._seen and self._engine is not None:
            return False
        with self._loading:
            named = current_id(self._snapshots)
            if named == self._seen:
                return False
            try:
                snapshot = load_current(self._snapshots)
            except SnapshotError as error:
                if self._engine is None and self._seen is None:
                    log.error("%s", error)
                self._seen = named
                return False
            self._seen = named
            if self._engine is not None and snapshot.id == self._engine.snapshot.id:
                return False
            engine = Engine(snapshot.knowledge, snapshot, self.encoder, today=self._today, portal_url=self._portal_url)
            engine.stored.prepare(self._engine.stored if self._engine is not None else None)
            self._engine = engine
            log.info("The index %s is in use.", snapshot.id)
            return True
