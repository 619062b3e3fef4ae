"""Stored questions, word for word: what editors have written down as a way of asking for a record."""

from __future__ import annotations

import re
import threading
from collections.abc import Collection, Iterator, Mapping

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
    """Tells whether a message is a stored question of one version of the knowledge, punctuation, spaces and capitals aside.

    May be used by several threads.

    Example:
        >>> StoredQuestions(knowledge).holds("身份证丢了，咋整？")
        True
    """

    def __init__(self, knowledge: Knowledge) -> None:
        self._knowledge = knowledge
        self._forms: dict[str, str] = {}
        self._words: frozenset[str] | None = None
        self._making = threading.Lock()

    def prepare(self, before: StoredQuestions | None = None) -> frozenset[str]:
        """Make the words, half a second for 27,000 questions, the first time it is called.

        Args:
            before: of an earlier version, whose questions need not be gone through again.
        """
        if self._words is None:
            with self._making:  # who comes meanwhile waits for the one who makes them
                if self._words is None:
                    self._forms = _forms(set(stored_questions(self._knowledge)), before._forms if before is not None else {})
                    self._words = frozenset(self._forms.values())
        return self._words

    def holds(self, text: str) -> bool:
        """Whether the message is one."""
        return _letters(normalise(text)) in self.prepare()


def _forms(questions: Collection[str], known: Mapping[str, str]) -> dict[str, str]:
    """The letters of normalised questions. Only those with a character that normalising changes are normalised whole."""
    changed = {char for char in set("".join(questions)) if normalise(char) != char}

    def form(question: str) -> str:
        return _letters(question if changed.isdisjoint(question) else normalise(question))

    return {question: known[question] if question in known else form(question) for question in questions}


def _letters(text: str) -> str:
    # 么 becomes 幺 in words that the conversion to simplified characters does not know.
    return _NO_LETTER.sub("", text.casefold()).replace("幺", "么")
