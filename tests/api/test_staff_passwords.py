"""Passwords: rules for new ones, and one-time ones that must be changed before anything else."""

from __future__ import annotations

from pathlib import Path

import pytest

from banshi.staff.errors import WeakPasswordError
from banshi.staff.passwords import check_new_password, one_time_password
from tests.api.staff_rig import PASSWORD, Rig

NEW = "harbour violin basket moon"


@pytest.fixture
def rig(tmp_path: Path) -> Rig:
    rig = Rig(tmp_path)
    rig.add("li.hua", "editor")
    return rig


@pytest.mark.parametrize(
    "good", ["k7fmx2pq9w4t", "春风 秋月 夏雨 冬雪", "it was a dark night", "Tr0mbone&lantern", "吉林省的冬天真的特别特别冷", NEW]
)
def test_long_or_made_of_words_is_good(good: str) -> None:
    check_new_password(good, account="li.hua", name="李华")


@pytest.mark.parametrize(
    ("weak", "told"),
    [
        ("", "太短"),
        ("k7fmx2pq9w4", "太短"),
        ("a b c d", "太短"),
        ("moon moon moon", "太常见"),
        ("春风 春风 春风 春风", "太短"),
        ("三个 汉语 单词", "太短"),
        ("x" * 257, "太长"),
        ("aaaaaaaaaaaaaaaa", "太常见"),
        ("123456789012", "太常见"),
        ("138431234567", "太常见"),
        ("qwertyuiopas", "太常见"),
        ("1qaz2wsx3edc", "太常见"),
        ("P@ssw0rd1234", "太常见"),
        ("Password!2026", "太常见"),
        ("Jilin@20262026", "太常见"),
        ("ｐａｓｓｗｏｒｄ１２３４", "太常见"),
        ("li.hua", "太短"),
        ("li.hua-li.hua-1", "账号或姓名"),
        ("2026LI.HUA2026", "账号或姓名"),
        ("李华李华的密码是这个呀", "太短"),
        ("李华今天的密码是这一个呀", "账号或姓名"),
    ],
)
def test_what_is_guessed_first_is_refused_with_the_rule(rig: Rig, weak: str, told: str) -> None:
    with pytest.raises(WeakPasswordError) as refused:
        check_new_password(weak, account="li.hua", name="李华")
    assert told in refused.value.detail and refused.value.english.isascii()


def test_a_weak_new_password_is_refused_in_a_sentence_and_costs_no_attempt(rig: Rig) -> None:
    browser = rig.signed_in("li.hua")
    for _ in range(8):
        refused = browser.change_password(PASSWORD, "Password1234")
        assert refused.status_code == 422 and "太常见" in refused.json()["detail"]
    assert browser.change_password(PASSWORD, NEW).status_code == 200


def test_the_new_password_opens_and_the_old_one_does_not(rig: Rig) -> None:
    rig.signed_in("li.hua").change_password(PASSWORD, NEW)
    assert rig.browser().sign_in("li.hua").status_code == 401
    assert rig.browser().sign_in("li.hua", NEW).status_code == 200
    assert [entry.actor for entry in rig.ledger("password-change")] == ["li.hua"]


def test_the_same_password_again_is_no_change(rig: Rig) -> None:
    assert rig.signed_in("li.hua").change_password(PASSWORD, PASSWORD).status_code == 422


def test_whoever_finds_a_screen_open_cannot_guess_the_old_password(rig: Rig) -> None:
    browser = rig.signed_in("li.hua")
    assert [browser.change_password(f"guess {number}", NEW).status_code for number in range(6)] == [422] * 4 + [423] * 2
    assert browser.change_password(PASSWORD, NEW).status_code == 423
    assert len(rig.ledger("lock")) == 1


def test_a_one_time_password_opens_nothing_but_its_own_change(rig: Rig) -> None:
    once = one_time_password()
    rig.access.accounts.change("li.hua", {}, one_time=once, by="test")
    browser = rig.browser()
    assert browser.sign_in("li.hua", once).json()["must_change"] is True
    assert browser.get("/api/v1/staff/me").json()["must_change"] is True
    for response in (browser.get("/api/v1/sample/staff"), browser.get("/api/v1/sample/editor"), browser.change("POST", "/sample/editor")):
        assert response.status_code == 403 and response.json()["detail"] == "请先修改密码：现在用的是一次性密码。"
    assert browser.change_password(once, NEW).json()["must_change"] is False
    assert browser.get("/api/v1/sample/editor").status_code == 200
    assert rig.browser().sign_in("li.hua", once).status_code == 401
    assert rig.browser().sign_in("li.hua", NEW).json()["must_change"] is False


def test_somebody_with_a_one_time_password_can_still_leave(rig: Rig) -> None:
    once = one_time_password()
    rig.access.accounts.change("li.hua", {}, one_time=once, by="test")
    browser = rig.browser()
    browser.sign_in("li.hua", once)
    assert browser.change("POST", "/staff/sign-out").status_code == 204


def test_one_time_passwords_keep_the_rules_and_differ() -> None:
    made = {one_time_password() for _ in range(200)}
    assert len(made) == 200
    for one in made:
        check_new_password(one, account="li.hua", name="李华")
        assert not set(one) & set("0Oo1lIi")
