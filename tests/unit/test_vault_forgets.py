"""A personal number can be had back only in its own conversation, and only while that lives."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from banshi.desk.vault import Vault
from banshi.text.numbers import PHONE, Found, mask

TOKEN = "〈手机号:0000abcd〉"


def vault_with_a_phone() -> Vault:
    vault = Vault()
    vault.keep("c-1", [Found(PHONE, "13800138000", TOKEN)])
    return vault


def test_the_conversation_gets_its_number_back() -> None:
    assert vault_with_a_phone().resolve("c-1", TOKEN) == "13800138000"


def test_another_conversation_does_not() -> None:
    vault = vault_with_a_phone()
    vault.keep("c-2", [Found(PHONE, "13900139000", "〈手机号:0000ffff〉")])
    assert vault.resolve("c-2", TOKEN) is None
    assert vault.resolve("c-3", TOKEN) is None


def test_a_forgotten_conversation_has_none_left_and_others_keep_theirs() -> None:
    vault = vault_with_a_phone()
    vault.keep("c-2", [Found(PHONE, "13900139000", "〈手机号:0000ffff〉")])
    vault.forget("c-1")
    assert vault.resolve("c-1", TOKEN) is None
    assert vault.resolve("c-2", "〈手机号:0000ffff〉") == "13900139000"


def test_forgetting_what_was_never_known_is_harmless() -> None:
    vault = vault_with_a_phone()
    vault.forget("c-9")
    vault.forget("c-9")
    assert vault.resolve("c-1", TOKEN) == "13800138000"


def test_a_made_up_token_resolves_to_nothing() -> None:
    assert vault_with_a_phone().resolve("c-1", "〈手机号:12345678〉") is None


def test_what_is_no_token_is_itself() -> None:
    assert vault_with_a_phone().resolve("c-1", "JL202611210001") == "JL202611210001"


def test_numbers_of_earlier_messages_stay_while_the_conversation_lives() -> None:
    vault = Vault()
    tokens = []
    for message in ("13800138000", "JL202611210001"):
        text, found = mask(message)
        vault.keep("c-1", found)
        tokens.append(text)
    assert [vault.resolve("c-1", token) for token in tokens] == ["13800138000", "JL202611210001"]


def test_the_number_is_not_shown_by_the_vault_itself() -> None:
    assert "13800138000" not in repr(vault_with_a_phone()) + str(vault_with_a_phone())


def test_many_conversations_at_once_do_not_lose_or_mix_numbers() -> None:
    vault = Vault()

    def converse(number: int) -> bool:
        text, found = mask(f"138{number:08d}")
        vault.keep(f"c-{number}", found)
        told = vault.resolve(f"c-{number}", text) == f"138{number:08d}"
        vault.forget(f"c-{number}")
        return told and vault.resolve(f"c-{number}", text) is None

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(converse, range(500)))
