"""A question in all the forms the search looks at it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from banshi.knowledge.library import Lexicon
from banshi.text.normalise import is_korean, search_form
from banshi.text.numbers import without_tokens
from banshi.text.terms import character_terms, rewrite, sound_terms

_PARTICLES = re.compile(r"^那|[呢吗嘛吧啊呀哈呗]+$")


@dataclass(frozen=True)
class Question:
    """A citizen's words, normalised once.

    Attributes:
        text: what is embedded: cleaned, fillers off, personal numbers as the names of their kind.
        terms: character terms after dialect (and, for Korean, the term base) was rewritten.
        sounds: syllable bigrams; empty for Korean.
        core: the standard words without the elements' words and the particles around them: "社会保险卡" for "那社保卡多少钱呢".
        content: the core without function words: "" for "那得拿啥去".
    """

    text: str
    terms: list[str]
    sounds: list[str]
    core: str
    content: str
    korean: bool


class QuestionReader:
    """Turns raw text into a `Question` with one lexicon."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._dialect = dict(lexicon.dialect)
        self._korean = {key.lower(): value for key, value in lexicon.korean.items()}
        self._function_words = _any_of(lexicon.function_words)
        # A cue between slashes is a regular expression for the element classifier, not a word.
        words = {word for group in lexicon.elements.values() for word in group if not word.startswith("/")}
        # Words that name a document or a place are a subject even though they hint at an element.
        words -= {"户口本", "照片", "派出所", "自助机", "快递", "邮寄", "税率", "有效期", "证书", "老家", "外省"}
        self._element_words = _any_of(words)
        self.read = lru_cache(maxsize=8192)(self._read)

    def standard(self, text: str) -> str:
        """Dialect rewritten to standard words."""
        return rewrite(text, self._dialect)

    def _read(self, raw: str) -> Question:
        text = search_form(without_tokens(raw))
        korean = is_korean(text)
        standard = self.standard(text)
        if korean:
            translated = rewrite(text, self._korean)
            chinese = "".join(re.findall(r"[\u4e00-\u9fff0-9a-z]+", translated))
            return Question(text, character_terms(chinese), [], text, text, True)
        core = _PARTICLES.sub("", self.standard(self._element_words.sub("", text)).strip())
        content = self._function_words.sub("", core)
        return Question(text, character_terms(standard), sound_terms(standard), core, content.strip(), False)

    def terms(self, text: str) -> list[str]:
        """Terms of a text to be indexed: the same treatment as a question's."""
        question = self._read(text)
        return question.terms


def _any_of(words: Iterable[str]) -> re.Pattern[str]:
    """Matches any of the words, longest first; nothing when there are none."""
    return re.compile("|".join(map(re.escape, sorted(words, key=len, reverse=True))) or "(?!)")
