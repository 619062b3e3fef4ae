"""Who is told when something happens in a conversation: publish and subscribe, in this process and across those on one database.

A subscription holds no messages. It is woken, and its reader takes from the store what is new, in the order of the ids and as fast as
it can: nothing piles up in memory, nothing is skipped, and it does not matter which process wrote.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable
from typing import Self

from banshi.desk.servers.bell import Bell, rung
from banshi.store.conversations import Conversation

log = logging.getLogger(__name__)


class TooManyStreamsError(RuntimeError):
    """As many streams are open as this server serves."""


class Subscription:
    """One reader of one conversation.

    Attributes:
        staff: of somebody at the desk; takes no place of the citizen's.
        ended: another reader took its place; tell what is left and stop.
    """

    def __init__(self, events: Events, conversation: str, *, staff: bool = False) -> None:
        self.conversation, self.staff = conversation, staff
        self.ended = False
        self._events = events
        self._news = asyncio.Event()

    async def news(self, seconds: float) -> bool:
        """Wait until something may be new; False when nothing was for so long."""
        return await rung(self._news, seconds)

    def wake(self) -> None:
        """Something may be new."""
        self._news.set()

    def close(self) -> None:
        """Stop; more than once does no harm."""
        self._events._leave(self)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class Events:
    """All open subscriptions of this process.

    Args:
        standing: looks conversations up by id; called in a worker thread.
        a_conversation: subscriptions a citizen may have to a conversation; one more ends the oldest.
        total: subscriptions there may be.
        look_every: seconds between two looks at the store for what other processes wrote.
        bell: by which other servers say that they wrote something; while it works, looks are rarer.
    """

    def __init__(
        self,
        standing: Callable[[Iterable[str]], dict[str, Conversation]],
        *,
        a_conversation: int = 3,
        total: int = 2000,
        look_every: float = 1.0,
        bell: Bell | None = None,
    ) -> None:
        self._standing, self._a_conversation, self._total, self._look_every = standing, a_conversation, total, look_every
        self._bell = bell or Bell()
        self._bell.listen(self._heard)
        self._again = asyncio.Event()
        self._open: dict[str, list[Subscription]] = {}
        self._count = 0
        self._looking: asyncio.Task[None] | None = None

    def subscribe(self, conversation: str, *, staff: bool = False) -> Subscription:
        """Begin to listen, as the citizen or as somebody at the desk.

        Raises:
            TooManyStreamsError: there are too many in all.
        """
        readers = [reader for reader in self._open.get(conversation, []) if not reader.staff]
        if not staff and len(readers) >= self._a_conversation:
            oldest = readers[0]
            oldest.close()
            oldest.ended = True
            oldest.wake()
        elif self._count >= self._total:
            raise TooManyStreamsError(f"{self._total} streams are open.")
        subscription = Subscription(self, conversation, staff=staff)
        self._open.setdefault(conversation, []).append(subscription)
        self._count += 1
        if self._looking is None or self._looking.done():
            self._looking = asyncio.create_task(self._look())
        return subscription

    @property
    def open_streams(self) -> int:
        """Subscriptions there are now."""
        return self._count

    def wake(self, conversation: str) -> None:
        """Something happened in a conversation: tell who reads it here, and the other servers."""
        self._wake(conversation)
        self._bell.ring(conversation)

    @property
    def count(self) -> int:
        """Open subscriptions."""
        return self._count

    def _wake(self, conversation: str) -> None:
        for subscription in self._open.get(conversation, ()):
            subscription.wake()

    def _heard(self, what: str | None) -> None:
        if what is None:
            self._again.set()
        else:
            self._wake(what)

    def _leave(self, subscription: Subscription) -> None:
        readers = self._open.get(subscription.conversation, [])
        if subscription in readers:
            readers.remove(subscription)
            self._count -= 1
            if not readers:
                del self._open[subscription.conversation]

    async def _look(self) -> None:
        """One look now and then for all of them, as long as there are any."""
        known: dict[str, tuple[int, str]] = {}
        while self._open:
            try:
                found = await asyncio.to_thread(self._standing, list(self._open))
            except Exception:
                log.exception("The store could not be asked for news; trying again.")
                found = {}
            for identifier, conversation in found.items():
                now = (conversation.last_message, conversation.state)
                # A conversation seen for the first time may have moved since its readers last read.
                if known.get(identifier) != now:
                    self._wake(identifier)
                known[identifier] = now
            known = {identifier: place for identifier, place in known.items() if identifier in self._open}
            await rung(self._again, self._bell.pace(self._look_every))
