"""Personal numbers for all servers on one database: sealed with a key that only the servers have, and gone with the conversation."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime, timedelta

import sqlalchemy as sa
from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from banshi.store.sealed_numbers import SealedNumberRepository
from banshi.store.transactions import read, write

log = logging.getLogger(__name__)

KEPT = timedelta(hours=8)
"""A number goes after so long, even when no server is left that sees its conversation end."""
_PATIENCE = 5.0


def keys_of(setting: str) -> MultiFernet:
    """The keys of the setting `vault_key`, which has checked them: the first seals, all open, so that a new one can be put in front."""
    return MultiFernet([Fernet(key.strip()) for key in setting.split(",")])


class SealedNumbers:
    """Keeps what tokens stand for, beyond this process.

    Writing happens behind whoever asks for it, in the order asked: a database that is slow or away holds nobody up, and a number
    that could not be kept is only known to the server it was sent to.

    Args:
        database: the store.
        keys: of `keys_of`.
        now: the clock.
    """

    def __init__(self, database: sa.Engine, keys: MultiFernet, now: Callable[[], datetime]) -> None:
        self._database, self._keys, self._now = database, keys, now
        self._writer = ThreadPoolExecutor(1, "sealed-numbers")

    def keep(self, conversation: str, numbers: Mapping[str, str]) -> None:
        """Keep numbers of a conversation, by token."""
        # Bound to their place: a row that is moved to another conversation, or another token, says nothing there.
        sealed = {token: self._seal([conversation, token, number]) for token, number in numbers.items()}
        self._behind(lambda: self._keep(conversation, sealed))

    def find(self, conversation: str, token: str) -> str | None:
        """What a token of a conversation stands for; None when nobody knows. Blocks while the database is asked."""
        try:
            with read(self._database) as connection:
                sealed = SealedNumberRepository(connection).find(conversation, token, now=self._now())
        except sa.exc.SQLAlchemyError:
            log.exception("Sealed numbers could not be read.")
            return None
        if sealed is None:
            return None
        try:
            place = json.loads(self._keys.decrypt(sealed))
        except InvalidToken:
            log.error("A sealed number cannot be opened: BANSHI_VAULT_KEY is not the same at all servers, or a key was taken out too soon.")
            return None
        return str(place[2]) if place[:2] == [conversation, token] else None

    def forget(self, conversation: str) -> None:
        """Drop all numbers of a conversation."""
        self._behind(lambda: self._forget(conversation))

    async def tidy(self, every: float = 60.0) -> None:
        """Drop what has expired, now and then, for ever."""
        while True:
            try:
                await asyncio.to_thread(self._sweep)
            except sa.exc.SQLAlchemyError:
                log.exception("Expired numbers could not be dropped; trying again.")
            await asyncio.sleep(every)

    def close(self) -> None:
        """Write what is still to be written."""
        self._writer.shutdown()

    def _seal(self, place: list[str]) -> str:
        return self._keys.encrypt(json.dumps(place).encode()).decode()

    def _behind(self, act: Callable[[], None]) -> None:
        writing = self._writer.submit(act)
        writing.add_done_callback(_told)
        try:
            asyncio.get_running_loop()
        except RuntimeError:  # a worker thread may wait: what it does next then finds it done
            writing.exception(_PATIENCE)

    def _keep(self, conversation: str, sealed: Mapping[str, str]) -> None:
        with write(self._database, durable=False) as connection:
            SealedNumberRepository(connection).keep(conversation, sealed, expires_at=self._now() + KEPT)

    def _forget(self, conversation: str) -> None:
        with write(self._database, durable=False) as connection:
            SealedNumberRepository(connection).forget(conversation)

    def _sweep(self) -> None:
        with write(self._database, durable=False) as connection:
            SealedNumberRepository(connection).sweep(now=self._now())


def _told(writing: Future[None]) -> None:
    if (error := writing.exception()) is not None:
        # The statement's parameters are in the error; they are sealed.
        log.error("Sealed numbers could not be written.", exc_info=error)
