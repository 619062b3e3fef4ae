"""Citing: no 文号 that has been superseded."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from banshi.knowledge.lint.content import at, put
from banshi.knowledge.lint.context import Draft
from banshi.knowledge.lint.finding import Found, Rule


@lru_cache(maxsize=4096)
def _pattern(number: str) -> re.Pattern[str]:
    """A 文号 with its brackets and blanks written in any way."""
    parts = [
        r"\s*[〔\[【（(﹝]\s*" if character == "〔" else r"\s*[〕\]】）)﹞]\s*第?\s*" if character == "〕" else re.escape(character)
        for character in number
    ]
    return re.compile(r"(?<![\u4e00-\u9fff])" * number[:1].isdigit() + "".join(parts) + r"(?!\d)")


def _cited(draft: Draft) -> Iterator[tuple[str, str, str, str]]:
    """Path, words, the old 文号 and the new one."""
    if not draft.context.superseded:
        return
    for path, text in draft.formal:
        for old, new in draft.context.superseded.items():
            if old and (match := _pattern(old).search(text)):
                yield path, match[0], old, new


def _superseded(draft: Draft) -> Iterator[Found]:
    for path, words, _, new in _cited(draft):
        instead = f"，现行的是{new}" if new else "，请换成现行的依据"
        yield Found(path, f"引用的“{words}”已经失效{instead}", words, f"改为{new}" if new else None)


def _replace(draft: Draft, path: str) -> None:
    for where, _, old, new in list(_cited(draft)):
        if where == path and new:
            put(draft.content, path, _pattern(old).sub(new, at(draft.content, path)))


RULES = (Rule("superseded", "warning", ("guide", "qa", "policy"), _superseded, _replace),)
