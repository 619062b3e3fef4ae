"""A question in all the forms the search looks at it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from banshi.knowledge.library import Lexicon
from banshi.text.normalise import is_korean, search_form
from banshi.text.numbers import without_tokens
from banshi.text.terms import character_terms, rewrite, sound_terms

# Words that carry no subject: what is left of a question without them tells whether it names a thing at all.
_EMPTY = re.compile(
    "|".join(
        sorted(
            "那 这 它 呢 吗 嘛 吧 啊 呀 哈 呗 的 了 我 俺 你 您 他 她 咱 们 是 在 有 没 不 得 要 想 能 可以 会 就 还 也 都 又 再 和 跟 给 把 被 让 到 "
            "去 来 用 办 弄 整 做 行 中 好 对 请 问 一下 怎么 什么 哪里 多少 几 谁 吗 么 多 大概 一般 需要 必须 一定 应该 现在 今天 明天 时候 "
            "这个 那个 事 事儿 东西 具体 到底 究竟 另外 还有 然后 直接 自己 本人 说 讲 看 知道 如果 要是 的话 或者 还是 因为 所以 但是 只 才 很 太 最".split(),
            key=len,
            reverse=True,
        )
    )
)


@dataclass(frozen=True)
class Question:
    """A citizen's words, normalised once.

    Attributes:
        text: what is embedded: cleaned, fillers off, personal numbers as the names of their kind.
        terms: character terms after dialect (and, for Korean, the term base) was rewritten.
        sounds: syllable bigrams; empty for Korean.
        content: what is left without question words, elements' words and function words: "" for "那得拿啥去".
    """

    text: str
    terms: list[str]
    sounds: list[str]
    content: str
    korean: bool


class QuestionReader:
    """Turns raw text into a `Question` with one lexicon."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._dialect = dict(lexicon.dialect)
        self._korean = {key.lower(): value for key, value in lexicon.korean.items()}
        words = {word for group in lexicon.elements.values() for word in group}
        # Words that name a document or a place are a subject even though they hint at an element.
        words -= {"户口本", "照片", "派出所", "自助机", "快递", "邮寄", "税率", "有效期", "证书", "老家", "外省"}
        self._element_words = re.compile("|".join(sorted(map(re.escape, words), key=len, reverse=True))) if words else None
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
            return Question(text, character_terms(chinese), [], text, True)
        content = self._element_words.sub("", text) if self._element_words else text
        content = _EMPTY.sub("", self.standard(content))
        return Question(text, character_terms(standard), sound_terms(standard), content.strip(), False)

    def terms(self, text: str) -> list[str]:
        """Terms of a text to be indexed: the same treatment as a question's."""
        question = self._read(text)
        return question.terms
