"""Passwords: the rules for new ones, one-time ones, and argon2id."""

from __future__ import annotations

import hmac
import re
import secrets
import threading
import unicodedata
from collections.abc import Callable

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from banshi.staff.errors import WeakPasswordError

MIN_CHARACTERS = 12
MIN_WORDS = 4
MAX_CHARACTERS = 256
_MIN_DIFFERENT = 5
_AT_ONCE = 4
_ONE_TIME = "once:"
_READABLE = "abcdefghjkmnpqrstuvwxyz23456789"
"""Letters and digits that are not taken for each other when read out."""

# What attackers try first: one of these with digits and punctuation around it, once or twice.
_COMMON = frozenset(
    (
        *("password", "passwd", "passwordpassword", "mypassword", "changeme", "changemeplease", "letmein", "letmeinplease", "welcome"),
        *("iloveyou", "woaini", "woaiwojia", "admin", "administrator", "adminadmin", "superadmin", "sysadmin", "root", "user", "guest"),
        *("test", "testtest", "testtesttest", "demo", "qwer", "qwert", "qwerty", "qwertyqwerty", "asdf", "asdfgh", "zxcvbn", "zxcvbnm"),
        *("asdfqwerzxcv", "qwerasdfzxcv", "qazwsx", "qazwsxedc", "qazwsxedcrfv", "abc", "abcd", "abcabc", "abcdabcd", "monkey", "dragon"),
        *("correcthorsebatterystaple", "jilin", "jilinsheng", "changchun", "jishiban", "banshi", "banshidating", "zhengwu"),
        *("zhengwufuwu", "zhengfu", "gongwuyuan", "renshe", "gongan", "hotline", "rexian", "kefu", "mima", "woshimima"),
    )
)
_LEET = str.maketrans({"@": "a", "$": "s"})
_LEET_DIGITS = {"0": "o", "1": "i", "3": "e", "4": "a", "5": "s"}
_SEQUENCES = ("0123456789", "abcdefghijklmnopqrstuvwxyz", "qwertyuiopasdfghjklzxcvbnm", "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p")


def canonical(password: str) -> str:
    """The password as it is hashed: NFKC, because an input method in full-width mode types other code points for the same keys."""
    return unicodedata.normalize("NFKC", password)


def are_same(one: str, other: str) -> bool:
    """Whether two passwords are hashed as the same."""
    return hmac.compare_digest(canonical(one).encode(), canonical(other).encode())


def check_new_password(password: str, *, account: str, name: str = "") -> None:
    """Hold a new password against the rules.

    Args:
        password: as typed.
        account: account name; must not be a part of the password.
        name: the person's name; must not be a part either.

    Raises:
        WeakPasswordError: the rule that is broken, in a sentence.
    """
    password = canonical(password)
    folded = password.casefold()
    words = {word for word in folded.split() if len(word) > 1}
    if len(password) > MAX_CHARACTERS:
        raise WeakPasswordError(f"密码太长了，最多{MAX_CHARACTERS}个字符。", f"The password is longer than {MAX_CHARACTERS} characters.")
    if len(password) < MIN_CHARACTERS and len(words) < MIN_WORDS:
        raise WeakPasswordError(
            f"密码太短了：至少{MIN_CHARACTERS}个字符，或者用空格隔开的{MIN_WORDS}个不同的词。",
            f"The password is too short: at least {MIN_CHARACTERS} characters, or {MIN_WORDS} different words with spaces between them.",
        )
    account, name = account.casefold(), canonical(name).casefold()
    if folded == account or (len(account) > 2 and account in folded) or (len(name) > 1 and name in folded):
        raise WeakPasswordError("密码里不能含有账号或姓名。", "The password must not contain the account name or the person's name.")
    if folded.isdigit() or len(set(folded)) < _MIN_DIFFERENT or _is_sequence(folded) or _is_common(folded):
        raise WeakPasswordError("这个密码太常见，容易被猜到，请换一个。", "This password is among the first to be guessed. Choose another.")


def _is_sequence(folded: str) -> bool:
    bare = "".join(char for char in folded if char.isalnum())
    return any(bare in run * 2 or bare[::-1] in run * 2 for run in _SEQUENCES)


def _is_common(folded: str) -> bool:
    spelled = re.sub(r"(?<=[a-z])[01345](?=[a-z])", lambda found: _LEET_DIGITS[found[0]], folded.translate(_LEET))
    return any("".join(re.findall("[a-z]+", form)) in _COMMON and form.isascii() for form in (folded, spelled))


def as_one_time(stored: str) -> str:
    """Mark the hash of a password that somebody else chose. The mark is a part of it, so it goes when the password is changed."""
    return _ONE_TIME + stored


def is_one_time(stored: str | None) -> bool:
    """Whether the stored hash is of a password that must be changed."""
    return stored is not None and stored.startswith(_ONE_TIME)


def one_time_password(choose: Callable[[str], str] = secrets.choice) -> str:
    """A password to be shown once and changed at the first sign-in: 20 readable characters, 99 bits.

    Args:
        choose: takes one character of a string at random.
    """
    return "-".join("".join(choose(_READABLE) for _ in range(5)) for _ in range(4))


class Passwords:
    """Hashes and checks passwords with argon2id.

    Args:
        hasher: parameters of argon2; the library's defaults follow RFC 9106 (64 MiB).

    Example:
        >>> passwords = Passwords()
        >>> stored = passwords.hash("春风 秋月 夏雨 冬雪")
        >>> passwords.verify(stored, "春风 秋月 夏雨 冬雪")
        True
    """

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher()
        # Each computation takes 64 MiB; a flood of sign-ins queues here instead of exhausting the memory.
        self._turns = threading.BoundedSemaphore(_AT_ONCE)
        self._nobody = self._hasher.hash(secrets.token_hex(32))

    def hash(self, password: str) -> str:
        """Hash for storing, with its parameters and a fresh salt in it."""
        with self._turns:
            return self._hasher.hash(canonical(password))

    def verify(self, stored: str | None, password: str) -> bool:
        """Whether the password belongs to the stored hash.

        Args:
            stored: None for an unknown account or one without a local password: costs the same time and is False.
            password: as typed; longer than allowed is False.
        """
        typed = canonical(password)[: MAX_CHARACTERS + 1]
        with self._turns:
            try:
                fits = self._hasher.verify((stored or self._nobody).removeprefix(_ONE_TIME), typed)
            except (VerificationError, InvalidHashError):
                return False
        return fits and stored is not None and len(typed) <= MAX_CHARACTERS

    def rehash(self, stored: str, password: str) -> str | None:
        """The hash made anew with today's parameters, while the right password is at hand; None when it has them already."""
        bare = stored.removeprefix(_ONE_TIME)
        if not self._hasher.check_needs_rehash(bare):
            return None
        renewed = self.hash(password)
        return as_one_time(renewed) if is_one_time(stored) else renewed
