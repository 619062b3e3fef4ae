"""Two hundred personal numbers, in every place from which something is logged: none of them stands in a line."""

from __future__ import annotations

import io
import json
import logging
import random
import re
from collections.abc import Iterator
from typing import Literal

import pytest

from banshi import logs

KINDS = ("identity", "phone", "card", "application")


def luhn(digits: str) -> str:
    """The digits with their check digit."""
    total = sum(sum(divmod(int(char) * (2 if place % 2 == 0 else 1), 10)) for place, char in enumerate(reversed(digits)))
    return digits + str(-total % 10)


def personal_numbers() -> list[str]:
    """Fifty of each kind, some with the spaces and full-width digits that people type."""
    chance = random.Random(20261122)
    found = []
    for number in range(200):
        digits = "".join(chance.choice("0123456789") for _ in range(20))
        made = {
            "identity": f"22{digits[:4]}19{chance.randrange(40, 99)}{chance.randrange(1, 13):02d}{chance.randrange(1, 29):02d}{digits[4:7]}"
            + chance.choice("0123456789X"),
            "phone": f"1{chance.choice('3456789')}{digits[:9]}",
            "card": luhn(f"62{digits[:16]}"),
            "application": f"JL{digits[:12]}",
        }[KINDS[number % 4]]
        if number % 10 == 7:
            made = f"{made[:3]} {made[3:7]}-{made[7:]}" if KINDS[number % 4] == "phone" else made.translate(FULL_WIDTH)
        found.append(made)
    return found


FULL_WIDTH = {ord(char): ord(char) + 0xFEE0 for char in "0123456789"}


@pytest.fixture
def root() -> Iterator[logging.Logger]:
    """The root logger, put back afterwards."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield root
    root.handlers[:] = handlers
    root.setLevel(level)


def write_everywhere(number: str) -> None:
    """Each way in which something gets into a line."""
    log = logging.getLogger("banshi.somewhere")
    log.warning(f"in the message: {number}。")
    log.warning("as an argument: %s", number)
    log.warning("inside an object: %r", {"text": f"我的号是{number}", "list": [number]})
    try:
        raise ValueError(f"the library repeats what it was given: {number}")
    except ValueError as error:
        log.exception("It failed.")
        log.error("With its text: %s", error)
    try:
        try:
            raise KeyError(number)
        except KeyError as cause:
            raise RuntimeError("wrapped") from cause
    except RuntimeError:
        log.exception("With its cause.")
    log.warning("with a stack", stack_info=True)


@pytest.mark.parametrize("kind", ["text", "json"])
def test_no_personal_number_reaches_a_line(root: logging.Logger, kind: Literal["text", "json"]) -> None:
    stream = io.StringIO()
    logs.set_up("INFO", kind, stream=stream)
    numbers = personal_numbers()
    for number in numbers:
        write_everywhere(number)
    written = stream.getvalue()
    digits_only = re.sub(r"[ \-]", "", written)
    assert written.count("It failed.") == 200
    for number in numbers:
        plain = re.sub(r"[ \-]", "", number.translate({wide: narrow for narrow, wide in FULL_WIDTH.items()}))
        assert number not in written and plain not in digits_only


def test_json_lines_are_json(root: logging.Logger) -> None:
    stream = io.StringIO()
    logs.set_up("INFO", "json", stream=stream)
    token = logs.REQUEST.set("0123456789abcdef")
    try:
        raise ValueError("two\nlines")
    except ValueError:
        logging.getLogger("banshi.x").exception('第一行\n第二行 “引号"”')
    finally:
        logs.REQUEST.reset(token)
    [line] = [json.loads(one) for one in stream.getvalue().splitlines()]
    assert line["message"] == '第一行\n第二行 “引号"”' and "two\nlines" in line["traceback"]
    assert (line["level"], line["logger"], line["request"]) == ("ERROR", "banshi.x", "0123456789abcdef")


def test_lines_for_people_keep_their_moment(root: logging.Logger) -> None:
    stream = io.StringIO()
    logs.set_up("INFO", "text", stream=stream)
    logging.getLogger("banshi.x").warning("ok")
    assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} WARNING banshi\.x: ok\n", stream.getvalue())
