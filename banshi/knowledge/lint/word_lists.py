"""Word lists that editors maintain for the search: each has the shape that its reader needs."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from banshi.knowledge.elements import Element
from banshi.knowledge.errors import KnowledgeError
from banshi.knowledge.library import checked
from banshi.knowledge.lint.context import Draft
from banshi.knowledge.lint.finding import Found, Rule
from banshi.knowledge.urgent import Urgent

_PAIRS = ("dialect", "ko", "english", "ko_display")
_BY_ELEMENT = ("elements", "asking", "korean_asks")
_GROUPS = (*_BY_ELEMENT, "departments", "general")


def _entries(draft: Draft) -> Iterator[Found]:
    entries = draft.content.get("entries")
    name = draft.context.key
    if entries is None:
        yield Found("entries", "词表是空的")
    elif name in _PAIRS:
        yield from _pairs(entries)
    elif name in _GROUPS:
        yield from _groups(name, entries)
    elif name == "function_words":
        if not isinstance(entries, list) or any(not isinstance(line, str) for line in entries):
            yield Found("entries", "虚词表应当是一行一条的文字，词之间用空格隔开")
    elif name == "urgent":
        yield from _urgent(entries)


def _pairs(entries: Any) -> Iterator[Found]:
    if not isinstance(entries, Mapping):
        yield Found("entries", "词表应当一行一对：说法和它对应的词")
        return
    for word, standard in entries.items():
        if not isinstance(word, str) or not isinstance(standard, str) or not word.strip() or not standard.strip():
            yield Found(f"entries.{word}", f"“{word}”和“{standard}”要是一对文字，哪边都不能空", str(word)[:40])


def _groups(name: str, entries: Any) -> Iterator[Found]:
    if not isinstance(entries, Mapping):
        yield Found("entries", "词表应当是名称和一组说法")
        return
    holders: dict[str, str] = {}
    for key, words in entries.items():
        path = f"entries.{key}"
        if name in _BY_ELEMENT and key not in {element.value for element in Element}:
            yield Found(path, f"“{key}”不是要素。可用：{'、'.join(element.value for element in Element)}", str(key)[:40])
        if not isinstance(words, list):
            yield Found(path, f"“{key}”后面应当是一组说法", str(words)[:40])
            continue
        for number, word in enumerate(words):
            if not isinstance(word, str) or not word.strip():
                yield Found(f"{path}.{number}", f"“{key}”的第{number + 1}个说法是空的或不是文字", str(word)[:40])
            elif name == "departments" and holders.setdefault(word, str(key)) != str(key):
                yield Found(f"{path}.{number}", f"“{word}”已经是“{holders[word]}”的叫法，同一叫法只能归一个部门", word)
            elif name == "elements" and len(word) > 2 and word[0] == word[-1] == "/":
                yield from _expression(f"{path}.{number}", word)


def _expression(path: str, word: str) -> Iterator[Found]:
    try:
        re.compile(word[1:-1])
    except re.error as error:
        yield Found(path, f"“{word}”不是有效的正则表达式（{error}）", word[:60])


def _urgent(entries: Any) -> Iterator[Found]:
    if not isinstance(entries, list):
        yield Found("entries", "紧急情形应当一条一条列出：kind、words、text")
        return
    for number, raw in enumerate(entries):
        try:
            checked(Urgent, raw, f"第{number + 1}项")
        except KnowledgeError as error:
            yield Found(f"entries.{number}", str(error), "")


RULES = (Rule("word-list", "error", ("lexicon",), _entries),)
