"""Repair of slips in a citizen's words: homophones of speech recognition and keyboards, and pinyin between Chinese characters.

A noisy-channel model over characters: how usual two characters stand side by side in the stored questions, against a price for every
character that is replaced by one of the same sound. Only places are touched at which neither neighbour is known from the stored
questions; a text without such a place comes back as it is.
"""

from __future__ import annotations

import json
import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path

from pypinyin import Style, lazy_pinyin, pinyin

from banshi.text.terms import fold_syllable

_HAN = re.compile(r"[\u3400-\u9fff]+")
_LATIN = re.compile(r"(?<![a-z0-9])[a-z]{2,40}(?![0-9])(?: [a-z]{1,7}(?![a-z0-9]))*")
_PRICE = 5.0
"""Nats that a replacement must gain in likelihood."""
_PRICE_IN_WORD = 4.0
"""More, when the replaced characters are an everyday word of their own."""
_KNOWN = 2
"""So often a pair must stand in the stored questions to be above suspicion."""
_FIRM = 12
"""So often a pair with the new character must stand there."""
_BEAM = 10
_DISCOUNT = 0.75
_MAX_HOMOPHONES = 14
_SUSPICIOUS_RUN = 2
"""A replaced place opens this many places on each side: two wrong characters side by side explain each other."""


class Speller:
    """Repairs texts by the language of the stored questions.

    Args:
        pairs: counts of neighbouring characters; `^` begins and `$` ends a text.
        everyday: tells whether a word is one of the everyday language, which is replaced only for a higher price.
        foreign: words of other languages → Chinese.
        latin: Latin words that stand in stored questions and stay as they are.

    Example:
        >>> speller.repair("shenfenzheng丢了咋半")
        '身份证丢了咋办'
    """

    def __init__(self, pairs: Mapping[str, int], *, everyday: frozenset[str], foreign: Mapping[str, str], latin: frozenset[str]) -> None:
        self._pairs = dict(pairs)
        self._everyday, self._foreign, self._latin = everyday, dict(foreign), latin
        longest_first = sorted(map(re.escape, self._foreign), key=len, reverse=True)
        self._foreign_words = re.compile(rf"(?<![a-z])(?:{'|'.join(longest_first) or '(?!)'})(?![a-z])")
        self._single: Counter[str] = Counter()
        self._followers: Counter[str] = Counter()
        for pair, count in self._pairs.items():
            self._single[pair[1]] += count
            self._followers[pair[0]] += 1
        self._before: Counter[str] = Counter()
        for pair, count in self._pairs.items():
            self._before[pair[0]] += count
        self._total = max(sum(self._single.values()), 1)
        by_sound: defaultdict[str, list[str]] = defaultdict(list)
        exact: defaultdict[str, list[str]] = defaultdict(list)
        for char, _ in self._single.most_common():
            if _HAN.fullmatch(char):
                for syllable in _syllables(char):
                    by_sound[fold_syllable(syllable)].append(char)
                    exact[syllable].append(char)
        self._by_sound = {sound: chars[:_MAX_HOMOPHONES] for sound, chars in by_sound.items()}
        self._by_syllable = {syllable: chars[: _MAX_HOMOPHONES * 2] for syllable, chars in exact.items()}
        self.repair = lru_cache(maxsize=4096)(self._repair)
        self._log = lru_cache(maxsize=1 << 16)(self._log_likelihood)

    @classmethod
    def build(cls, texts: Iterable[str], *, foreign: Mapping[str, str]) -> Speller:
        """Count the pairs of characters of normalised texts."""
        import jieba  # its dictionary of everyday words; needed when an index is built, never when it is searched

        pairs: Counter[str] = Counter()
        latin: Counter[str] = Counter()
        for text in texts:
            for run in _HAN.findall(text):
                padded = f"^{run}$"
                pairs.update(padded[i : i + 2] for i in range(len(padded) - 1))
            latin.update(re.findall(r"[a-z]+", text))
        characters = {pair[0] for pair in pairs} | {pair[1] for pair in pairs}
        jieba.setLogLevel(60)
        jieba.initialize()
        everyday = {
            word
            for word, count in jieba.dt.FREQ.items()
            if count >= 60 and 2 <= len(word) <= 3 and all(char in characters for char in word)
        }
        return cls(
            pairs, everyday=frozenset(everyday), foreign=foreign, latin=frozenset(w for w, n in latin.items() if n >= 2 and len(w) < 5)
        )

    def save(self, folder: Path, name: str) -> list[Path]:
        """Write `name.json`; returns the path."""
        path = folder / f"{name}.json"
        content = {"pairs": self._pairs, "everyday": sorted(self._everyday), "foreign": self._foreign, "latin": sorted(self._latin)}
        path.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
        return [path]

    @classmethod
    def load(cls, folder: Path, name: str) -> Speller:
        """Read what `save` wrote."""
        raw = json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))
        return cls(raw["pairs"], everyday=frozenset(raw["everyday"]), foreign=raw["foreign"], latin=frozenset(raw["latin"]))

    def _repair(self, text: str) -> str:
        """The text with its slips mended; `text` is in search form."""
        text = self._latin_to_chinese(text)
        return _HAN.sub(lambda match: self._mend(match[0]), text)

    def _latin_to_chinese(self, text: str) -> str:
        if not any("a" <= char <= "z" for char in text):
            return text
        text = self._foreign_words.sub(lambda match: self._foreign[match[0]], text)

        def spelled(match: re.Match[str]) -> str:
            word = match[0]
            if word in self._latin or all(part in self._latin for part in word.split()):
                return word
            syllables = _split_pinyin(word.replace(" ", ""), frozenset(self._by_syllable))
            if syllables is None:
                return word
            before = text[: match.start()].rstrip()[-1:]
            after = text[match.end() :].lstrip()[:1]
            chinese = self._spell(syllables, before, after)
            padded = f"{before}{chinese}{after}"
            # A foreign word that happens to be spelled like syllables (retire) makes no usual pairs.
            usual = sum(self._pairs.get(padded[i : i + 2], 0) >= _KNOWN for i in range(len(padded) - 1))
            return chinese if usual * 4 >= (len(padded) - 1) * 3 else word

        text = _LATIN.sub(spelled, text)
        return re.sub(r"(?<=[\u3400-\u9fff]) +(?=[\u3400-\u9fff])", "", text)

    def _spell(self, syllables: Sequence[str], before: str, after: str) -> str:
        left = before if _HAN.fullmatch(before) else "^"
        paths = [(0.0, left, "")]
        for syllable in syllables:
            grown = [(s + self._log(p, c), c, w + c) for s, p, w in paths for c in self._by_syllable[syllable]]
            paths = sorted(grown, key=lambda path: -path[0])[: _BEAM * 3]
        right = after if _HAN.fullmatch(after) else "$"
        return max(paths, key=lambda path: path[0] + self._log(path[1], right))[2]

    def _mend(self, run: str) -> str:
        open_places = self._open_places(run)
        if not open_places:
            return run
        words = self._word_places(run)
        paths: list[tuple[float, str, str]] = [(0.0, "^", "")]
        for i, char in enumerate(run):
            choices = [(char, 0.0)]
            if i in open_places:
                price = _PRICE + (_PRICE_IN_WORD if i in words else 0.0)
                sounds = {fold_syllable(syllable) for syllable in _syllables(char)}
                choices += [(other, price) for sound in sounds for other in self._by_sound.get(sound, ()) if other != char]
            grown = [(s + self._log(p, c) - price, c, w + c) for s, p, w in paths for c, price in choices]
            paths = sorted(grown, key=lambda path: -path[0])[:_BEAM]
        best = max(paths, key=lambda path: path[0] + self._log(path[1], "$"))[2]
        return self._only_firm(run, best)

    def _only_firm(self, run: str, mended: str) -> str:
        """Takes back every replacement that does not make a pair that is common in the stored questions."""
        padded, kept = f"^{mended}$", list(mended)
        for i, (old, new) in enumerate(zip(run, mended, strict=True)):
            # That a character may begin or end a text is no pair.
            pairs = [pair for pair in (padded[i : i + 2], padded[i + 1 : i + 3]) if pair[0] != "^" and pair[1] != "$"]
            if old != new and max((self._pairs.get(pair, 0) for pair in pairs), default=0) < _FIRM:
                kept[i] = old
        return "".join(kept)

    def _open_places(self, run: str) -> set[int]:
        padded = f"^{run}$"
        known = [self._pairs.get(padded[i : i + 2], 0) >= _KNOWN for i in range(len(padded) - 1)]
        suspicious = [i for i in range(len(run)) if not known[i] and not known[i + 1]]
        # At the edges one unknown neighbour is enough: any character can begin or end a text.
        if run and not known[1]:
            suspicious.append(0)
        if run and not known[-2]:
            suspicious.append(len(run) - 1)
        # One wrong character with a chance neighbour: the break in the middle is suspicious as well.
        suspicious += [i for i in range(1, len(run)) if not known[i]]
        spread = _SUSPICIOUS_RUN - 1
        return {place for i in suspicious for place in range(max(0, i - spread), min(len(run), i + spread + 1))}

    def _word_places(self, run: str) -> set[int]:
        places: set[int] = set()
        for size in (2, 3):
            for i in range(len(run) - size + 1):
                if run[i : i + size] in self._everyday:
                    places.update(range(i, i + size))
        return places

    def _log_likelihood(self, first: str, second: str) -> float:
        """Log-likelihood of `second` after `first`, interpolated with absolute discounting."""
        before = self._before.get(first, 0)
        unigram = (self._single.get(second, 0) + 0.1) / (self._total + 1000)
        if not before:
            return math.log(unigram)
        count = self._pairs.get(first + second, 0)
        left = _DISCOUNT * self._followers[first] / before
        return math.log(max(count - _DISCOUNT, 0) / before + left * unigram)


@lru_cache(maxsize=8192)
def _syllables(char: str) -> tuple[str, ...]:
    """Toneless readings of a character, the usual one first."""
    readings = pinyin(char, style=Style.NORMAL, heteronym=True, errors="ignore")
    usual = lazy_pinyin(char, errors="ignore")
    return tuple(dict.fromkeys([*usual, *(readings[0] if readings else [])]))


def _split_pinyin(word: str, syllables: frozenset[str]) -> list[str] | None:
    """The fewest syllables that spell a word, None when none do; at equal number the one with longer syllables first."""
    best: list[list[str] | None] = [[], *[None] * len(word)]
    for end in range(1, len(word) + 1):
        for start in range(max(0, end - 6), end):
            head = best[start]
            if head is not None and word[start:end] in syllables:
                found = best[end]
                if found is None or len(head) + 1 < len(found):
                    best[end] = [*head, word[start:end]]
    return best[-1]
