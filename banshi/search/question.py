"""A question in all the forms the search looks at it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property, lru_cache

from banshi.knowledge.library import Lexicon
from banshi.search.parts import Part, as_meant, asking_clause, take_apart
from banshi.text.normalise import is_korean, normalise, search_form
from banshi.text.numbers import CARD, IDENTITY, PHONE, without_tokens
from banshi.text.spelling import Speller
from banshi.text.terms import character_terms, rewrite, sound_terms

_OWN_NUMBER = re.compile(
    r"[，,。;；\s]*(?:[我俺咱]的?(?:联系)?(?:电话|手机)(?:号码?)?|(?:[我俺咱]的?)?(?:(?:联系)?(?:电话|手机|身份证|证件)号码?|联系电话))?"
    rf"(?:是|为|[:：])?\s*〈(?:{IDENTITY}|{PHONE}|{CARD})(?::[0-9a-f]{{8}})?〉"
)
"""A number that somebody gives of himself, already masked: it says who asks, not what."""
_PARTICLES = re.compile(r"^那|[呢吗嘛吧啊呀哈呗]+$")


@dataclass(frozen=True)
class Question:
    """A citizen's words, normalised once.

    Attributes:
        text: what is embedded: cleaned, fillers off, personal numbers as the names of their kind.
        terms: character terms after dialect (and, for Korean, the term base) was rewritten.
        standard: the text with dialect rewritten to standard words.
        focus: the same of its last asking clause.
        core: the standard words without the elements' words and the particles around them: "社会保险卡" for "那社保卡多少钱呢".
        content: the core without function words: "" for "那得拿啥去".
    """

    text: str
    terms: list[str]
    standard: str
    focus: str
    core: str
    content: str
    korean: bool

    @cached_property
    def sounds(self) -> list[str]:
        """Syllable bigrams; empty for Korean. Made when they are first wanted: it takes longer than all the rest of the reading."""
        return [] if self.korean else sound_terms(self.standard)

    @property
    def elliptical(self) -> bool:
        """Whether it has no subject of its own ("那得带啥材料"): at most a character of content."""
        return len(self.content) <= 1

    @property
    def clause(self) -> str | None:
        """The focus where it is but a part of the question, as a text to embed beside the whole; else None."""
        return self.focus if self.focus and self.focus != self.standard else None


class QuestionReader:
    """Turns raw text into a `Question` with one lexicon.

    Args:
        lexicon: dialect, terms, words of the elements.
        speller: mends slips in what citizens write; None leaves them.
    """

    def __init__(self, lexicon: Lexicon, speller: Speller | None = None) -> None:
        self._speller = speller
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

    def parts(self, raw: str) -> list[Part]:
        """The questions of a citizen's message, in order, corrections taken at their word."""
        return take_apart(as_meant(normalise(without_tokens(raw))))

    def _read(self, raw: str) -> Question:
        """A citizen's message: corrections are taken at their word, slips mended."""
        text = as_meant(normalise(without_tokens(_OWN_NUMBER.sub("", raw).strip() or raw)))
        form, focus = search_form(text), search_form(asking_clause(text))
        if self._speller is not None and not is_korean(form):
            whole, form = form, self._speller.repair(form)
            focus = form if focus == whole else self._speller.repair(focus)
        return self._question(form, focus)

    def stored(self, raw: str) -> Question:
        """A text of the knowledge, which is indexed as it stands."""
        return self._question(search_form(raw), search_form(asking_clause(normalise(raw))))

    def _question(self, text: str, focus: str) -> Question:
        standard, focus = self.standard(text), self.standard(focus)
        if is_korean(text):
            translated = rewrite(text, self._korean)
            chinese = "".join(re.findall(r"[\u4e00-\u9fff0-9a-z]+", translated))
            return Question(text, character_terms(chinese), standard, focus, text, text, True)
        core = _PARTICLES.sub("", self.standard(self._element_words.sub("", text)).strip())
        content = self._function_words.sub("", core)
        return Question(text, character_terms(standard), standard, focus, core, content.strip(), False)

    def terms(self, text: str) -> list[str]:
        """Terms of a text to be indexed: the same treatment as a question's."""
        return self.stored(text).terms


def _any_of(words: Iterable[str]) -> re.Pattern[str]:
    """Matches any of the words, longest first; nothing when there are none."""
    return re.compile("|".join(map(re.escape, sorted(words, key=len, reverse=True))) or "(?!)")
