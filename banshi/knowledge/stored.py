"""Stored questions, word for word: what editors have written down as a way of asking for a record."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from banshi.knowledge.library import Knowledge
from banshi.text.normalise import normalise

_NO_LETTER = re.compile(r"[\W_]+")


def stored_questions(knowledge: Knowledge) -> Iterator[str]:
    """Every stored question, Chinese and Korean, of guides, Q&A and matters without a guide; not names. Some come more than once."""
    for guide in knowledge.guides.values():
        for questions in guide.questions.values():
            yield from questions
        yield from guide.korean
    for record in knowledge.qa.values():
        yield record.question
        yield from record.similar
        yield from record.korean
    for matter in knowledge.outside.items:
        yield from matter.phrasings


class StoredQuestions:
    """Tells whether a message is a stored question, punctuation, spaces and capitals aside.

    Keeps the words of one version of the knowledge and makes them anew for another; may be used by several threads.

    Example:
        >>> StoredQuestions().holds(knowledge, "身份证丢了，咋整？")
        True
    """

    def __init__(self) -> None:
        self._known: tuple[str, frozenset[str]] = ("", frozenset())

    def holds(self, knowledge: Knowledge, text: str) -> bool:
        """Whether the message is one."""
        version, words = self._known
        if version != knowledge.version:
            words = frozenset(_forms(set(stored_questions(knowledge))))
            self._known = (knowledge.version, words)
        return _letters(normalise(text)) in words


def _forms(questions: Collection[str]) -> Iterator[str]:
    """The letters of normalised questions. Only those with a character that normalising changes are normalised whole: it takes a second
    for all of them, and a message waits for it."""
    changed = {char for char in set("".join(questions)) if normalise(char) != char}
    for question in questions:
        yield _letters(question if changed.isdisjoint(question) else normalise(question))


def _letters(text: str) -> str:
    # 么 becomes 幺 in words that the conversion to simplified characters does not know.
    return _NO_LETTER.sub("", text.casefold()).replace("幺", "么")
