"""Personal numbers that servers share: only with the key, only in their conversation, only as long as it lives."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from cryptography.fernet import Fernet
from pydantic import ValidationError

from banshi.desk.servers.sealed_numbers import KEPT, SealedNumbers, keys_of
from banshi.desk.vault import Vault
from banshi.settings import Settings
from banshi.store.database import read, write
from banshi.store.sealed_numbers import sealed_numbers
from banshi.text.numbers import mask

KEY, NEW_KEY = Fernet.generate_key().decode(), Fernet.generate_key().decode()
PHONE = "13843112345"


class Clock:
    """A moment that the test moves."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock(now: datetime) -> Clock:
    return Clock(now)


@pytest.fixture
def server(database: sa.Engine, clock: Clock) -> Iterator[Callable[[str], Vault]]:
    """Makes the vault of a server with these keys."""
    made: list[SealedNumbers] = []

    def vault(keys: str = KEY) -> Vault:
        made.append(SealedNumbers(database, keys_of(Settings(vault_key=keys).vault_key), clock))
        return Vault(made[-1])

    yield vault
    for sealed in made:
        sealed.close()


def rows(database: sa.Engine) -> list[sa.Row[tuple[str, str, str, datetime]]]:
    with read(database) as connection:
        return list(connection.execute(sa.select(sealed_numbers)))


def say(vault: Vault, conversation: str = "c-1", number: str = PHONE) -> str:
    """Give the vault a number; gives its token."""
    text, found = mask(number)
    vault.keep(conversation, found)
    return text


def test_another_server_knows_the_number(server: Callable[..., Vault]) -> None:
    one, two = server(), server()
    token = say(one)
    assert token != PHONE and two.resolve("c-1", token) == PHONE
    assert two.resolve("c-2", token) is None
    assert two.resolve("c-1", "〈手机号:00000000〉") is None


def test_nothing_readable_stands_in_the_database(server: Callable[..., Vault], database: sa.Engine) -> None:
    say(server())
    [row] = rows(database)
    assert PHONE not in "".join(map(str, row)) and row.conversation == "c-1"


def test_all_servers_forget_when_one_ends_the_conversation(server: Callable[..., Vault], database: sa.Engine) -> None:
    one, two = server(), server()
    token, other = say(one), say(one, "c-2")
    assert two.resolve("c-1", token) == PHONE
    one.forget("c-1")
    assert two.resolve("c-1", token) is None and server().resolve("c-2", other) == PHONE
    assert [row.conversation for row in rows(database)] == ["c-2"]


def test_a_number_goes_by_itself(server: Callable[..., Vault], database: sa.Engine, clock: Clock) -> None:
    token = say(server())
    clock.now += KEPT
    assert server().resolve("c-1", token) is None
    sealed = SealedNumbers(database, keys_of(KEY), clock)

    async def tidy() -> None:
        working = asyncio.create_task(sealed.tidy())
        for _ in range(2000):
            if not await asyncio.to_thread(rows, database):
                break
        working.cancel()

    asyncio.run(tidy())
    assert rows(database) == []


def test_a_row_that_is_moved_says_nothing(server: Callable[..., Vault], database: sa.Engine) -> None:
    one, two = server(), server()
    token, other = say(one), say(one, "c-2", "13900139000")
    with write(database) as connection:
        connection.execute(sealed_numbers.update().where(sealed_numbers.c.conversation == "c-1").values(conversation="c-9"))
        stolen = sa.select(sealed_numbers.c.sealed).where(sealed_numbers.c.conversation == "c-9").scalar_subquery()
        connection.execute(sealed_numbers.update().where(sealed_numbers.c.conversation == "c-2").values(sealed=stolen))
    assert two.resolve("c-9", token) is None and two.resolve("c-2", other) is None


def test_a_new_key_is_put_in_front_of_the_old_one(server: Callable[..., Vault], caplog: pytest.LogCaptureFixture) -> None:
    token = say(server(KEY))
    assert server(f"{NEW_KEY}, {KEY}").resolve("c-1", token) == PHONE
    newer = say(server(f"{NEW_KEY},{KEY}"), "c-2")
    assert server(NEW_KEY).resolve("c-2", newer) == PHONE
    assert server(NEW_KEY).resolve("c-1", token) is None and "BANSHI_VAULT_KEY" in caplog.text


def test_a_number_sent_again_is_kept_anew(server: Callable[..., Vault], clock: Clock) -> None:
    one, two = server(), server()
    text, found = mask(PHONE)
    one.keep("c-1", found)
    clock.now += KEPT - timedelta(minutes=1)
    one.keep("c-1", found)
    clock.now += timedelta(minutes=2)
    assert two.resolve("c-1", text) == PHONE


def test_without_the_database_the_number_is_known_where_it_was_sent(clock: Clock, tmp_path: object) -> None:
    away = sa.create_engine("postgresql+psycopg://nobody@/nothing?host=/nowhere")
    sealed = SealedNumbers(away, keys_of(KEY), clock)
    vault = Vault(sealed)
    token = say(vault)
    assert vault.resolve("c-1", token) == PHONE and vault.resolve("c-1", "〈手机号:00000000〉") is None
    vault.forget("c-1")
    sealed.close()


def test_without_a_key_nothing_is_written(database: sa.Engine) -> None:
    say(Vault())
    assert rows(database) == []


@pytest.mark.parametrize("wrong", ["short", KEY[:-4], f"{KEY},", f"{KEY},{KEY}x", "§" * 44])
def test_a_key_that_is_none_is_refused_with_a_sentence_and_not_shown(wrong: str) -> None:
    with pytest.raises(ValidationError, match="BANSHI_VAULT_KEY must be 32 random bytes in base 64") as refused:
        Settings(vault_key=wrong)
    assert wrong not in str(refused.value)
