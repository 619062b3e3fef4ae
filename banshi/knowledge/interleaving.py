"""Splices: places where a piece of another string stands inside a word of the text.

Two signs, neither of which knows any phrase in advance:

- *Rejoining.* Take a piece out of a run of Chinese characters; if the characters on both sides then form a dictionary word and the
  whole becomes far more probable under the unigram word model of jieba's dictionary, the piece was put there. The gain is
  ln P(without piece) + ln P(piece) − ln P(as printed), in nats. Chance gives such gains too (贷创业款 → 贷款), so only clusters count.
- *Broken title words.* Two characters stand side by side in the title but cross the border of its words (数字化|建设 → 化建).
  In the body the same two stand without the rest of their words. A sentence does this by accident once; a scraper that
  scattered the headline over the text does it with several different pairs.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from functools import cache, lru_cache

from banshi.text.segments import tokenizer

HAN = "\u3400-\u9fff"
_RUN = re.compile(f"[{HAN}]+")
_NUMERALS = frozenset("零〇一二三四五六七八九十百千万亿两第")
_LONGEST_WORD = 6
_LONGEST_PIECE = 8
_SMALLEST_GAIN = 3.6

# (smallest gain in nats, hits, characters they lie within), each inside one line. Fitted on 430,000 characters of clean official, news,
# manual and spoken text, where no rule may fire: for each number of hits the loosest rule that stays silent there, and a margin.
CLUSTERS = ((14.0, 1, 0), (7.3, 2, 90), (4.8, 3, 90), (3.8, 4, 150))
PROSE_CLUSTERS = ((11.5, 1, 0), (7.1, 2, 90), (3.8, 3, 90), (3.6, 4, 200))
"""For lines that are paragraphs: written sentences have fewer odd places than spoken questions."""
SHORTEST_PARAGRAPH = 50
FEWEST_BROKEN_PAIRS = 2
BROKEN_PAIRS_WITHIN = 300
"""So many different broken pairs must stand so many characters apart: one alone happens in clean text (车过|户 in 把车过到我名下)."""


@dataclass(frozen=True)
class Splice:
    """A foreign piece, as offsets into the text; `word` is what it breaks apart, None for a piece of the title."""

    start: int
    end: int
    word: str | None
    gain: float = 0.0


@cache
def _dictionary() -> tuple[dict[str, int], float]:
    """Word frequencies of jieba's own dictionary and the logarithm of their sum."""
    words = tokenizer()
    return {word: frequency for word, frequency in words.FREQ.items() if frequency > 0}, math.log(words.total)


def _cost(word: str) -> float:
    """−ln P(word); infinite for a word of several characters that is not in the dictionary."""
    frequencies, log_total = _dictionary()
    frequency = frequencies.get(word, 0.5 if len(word) == 1 else 0)
    return log_total - math.log(frequency) if frequency else math.inf


def _costs(run: str) -> tuple[list[float], list[float]]:
    """The cheapest segmentation of every beginning and of every rest of the run (dynamic programming both ways)."""
    length = len(run)
    frequencies, _ = _dictionary()
    edges = [
        (i, j, _cost(run[i:j]))
        for i in range(length)
        for j in range(i + 1, min(length, i + _LONGEST_WORD) + 1)
        if j == i + 1 or run[i:j] in frequencies
    ]
    forward = [0.0] + [math.inf] * length
    backward = [math.inf] * length + [0.0]
    for i, j, cost in edges:
        forward[j] = min(forward[j], forward[i] + cost)
    for i, j, cost in reversed(edges):
        backward[i] = min(backward[i], cost + backward[j])
    return forward, backward


@lru_cache(maxsize=100_000)
def _piece_cost(piece: str) -> float:
    return _costs(piece)[0][-1]


def _words(run: str) -> list[tuple[int, int]]:
    """The most probable segmentation, as for every character the span of the word it belongs to."""
    _, backward = _costs(run)
    spans: list[tuple[int, int]] = []
    start = 0
    while start < len(run):
        ends = range(start + 1, min(len(run), start + _LONGEST_WORD) + 1)
        end = min(ends, key=lambda j: _cost(run[start:j]) + backward[j])
        spans.extend([(start, end)] * (end - start))
        start = end
    return spans


def _rejoining(run: str, offset: int) -> list[Splice]:
    """Every removal that lets the two sides form a word, with its gain; the best one for each place."""
    frequencies, _ = _dictionary()
    forward, backward = _costs(run)
    whole, length = forward[-1], len(run)
    found: list[Splice] = []
    for start in range(1, length - 2):
        best = Splice(start, start, None, _SMALLEST_GAIN)
        # A single character between two others is ordinary Chinese (中小微企业, 好差评), so pieces start at two.
        for end in range(start + 2, min(length - 1, start + _LONGEST_PIECE) + 1):
            if _NUMERALS.issuperset(run[start:end]):
                continue  # 第一百零二条: numbers are not in the dictionary
            for left in range(1, min(4, start) + 1):
                for right in range(1, min(5 - left, length - end) + 1):
                    word = run[start - left : start] + run[end : end + right]
                    if word in frequencies:
                        gain = whole - _piece_cost(run[start:end]) - forward[start - left] - _cost(word) - backward[end + right]
                        if gain > best.gain:
                            best = Splice(offset + start, offset + end, word, gain)
        if best.word is not None:
            found.append(best)
    return found


def foreign_pieces(text: str) -> list[Splice]:
    """Pieces that break words apart, where they come in clusters; in order, without overlaps."""
    return [splice for line in re.finditer(r"[^\n]+", text) for splice in _clusters(line[0], line.start())]


def _clusters(line: str, offset: int) -> list[Splice]:
    # Lines are judged alone: a list of short spoken questions has an odd word order in many places, but not twice in one line.
    candidates = sorted((s for run in _RUN.finditer(line) for s in _rejoining(run[0], offset + run.start())), key=lambda s: -s.gain)
    apart: list[Splice] = []
    for candidate in candidates:
        # Neighbouring cuts through one place describe the same splice; the best one stands for it.
        if all(abs(candidate.start - other.start) > 2 for other in apart):
            apart.append(candidate)
    apart.sort(key=lambda s: s.start)
    guilty: set[Splice] = set()
    is_paragraph = sum(len(run) for run in _RUN.findall(line)) >= SHORTEST_PARAGRAPH
    for gain, count, span in PROSE_CLUSTERS if is_paragraph else CLUSTERS:
        strong = [s for s in apart if s.gain > gain]
        for first, last in zip(strong, strong[count - 1 :], strict=False):
            if last.start - first.start <= span:
                guilty.update(s for s in strong if first.start <= s.start <= last.start)
    return [s for s in apart if s in guilty]


def _broken_pairs(title: str) -> dict[str, set[tuple[bool, bool]]]:
    """Character pairs of the title that are no word; for each, which of the two characters lost the rest of its word."""
    pairs: dict[str, set[tuple[bool, bool]]] = {}
    for run in _RUN.findall(title):
        spans = _words(run)
        for i in range(len(run) - 1):
            cut = (spans[i][1] - spans[i][0] > 1, spans[i + 1][1] - spans[i + 1][0] > 1)
            if any(cut) and math.isinf(_cost(run[i : i + 2])):
                pairs.setdefault(run[i : i + 2], set()).add(cut)
    return pairs


def scattered_title(text: str, title: str) -> list[Splice]:
    """Pieces of the title that stand out of place inside the text; empty unless several different pairs are broken."""
    pairs = _broken_pairs(title)
    words = {run[i:j] for run in _RUN.findall(title) for i, j in set(_words(run)) if j - i > 1}
    broken: list[tuple[str, Splice]] = []
    whole_words: list[Splice] = []
    for run in _RUN.finditer(text):
        if run[0] in title:
            continue
        spans = _words(run[0])
        for i in range(len(run[0]) - 1):
            pair = run[0][i : i + 2]
            alone = tuple(spans[k][1] - spans[k][0] == 1 for k in (i, i + 1))
            if any(all(is_alone for is_alone, cut in zip(alone, cuts, strict=True) if cut) for cuts in pairs.get(pair, ())):
                start, end = _widen(run[0], spans, i, i + 2, words)
                broken.append((pair, Splice(run.start() + start, run.start() + end, None)))
        first, second = spans[0], spans[min(spans[0][1], len(spans) - 1)]
        head = run[0][: second[1]]
        if first != second and {run[0][slice(*first)], run[0][slice(*second)]} <= words and head not in title:
            whole_words.append(Splice(run.start(), run.start() + len(head), None))
    found = [
        splice
        for pair, splice in broken
        if len({pair} | {p for p, other in broken if abs(other.start - splice.start) <= BROKEN_PAIRS_WITHIN}) >= FEWEST_BROKEN_PAIRS
    ]
    # Two whole words of the title at the head of a clause prove nothing by themselves; in a line with a broken pair they do.
    lines = {text.count("\n", 0, splice.start) for splice in found}
    found += [splice for splice in whole_words if text.count("\n", 0, splice.start) in lines]
    found.sort(key=lambda s: (s.start, -s.end))
    return [s for i, s in enumerate(found) if i == 0 or s.start >= found[i - 1].end]


def _widen(run: str, spans: list[tuple[int, int]], start: int, end: int, words: set[str]) -> tuple[int, int]:
    """Take in a title word directly before and after a broken pair: 字化 → 政务字化召开."""
    if start > 0 and run[slice(*spans[start - 1])] in words:
        start = spans[start - 1][0]
    if end < len(run) and run[slice(*spans[end])] in words:
        end = spans[end][1]
    return start, end
