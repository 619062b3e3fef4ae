"""The garble gate: find damaged passages in an imported text before anything of it is stored.

Every check looks for a mechanical trace of damage (a failed decoding, a lost sign, a doubled fragment, a splice), never for a
particular text. A check belongs here only if clean texts stay silent: official, journalistic and spoken Chinese.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

from banshi.knowledge.interleaving import HAN, foreign_pieces, scattered_title

_QUOTE_MARGIN = 8

# UTF-8 bytes of Chinese read as Latin-1 or Windows-1252: a lead byte ã…é and two trail bytes, at least twice.
_TRAIL = "\u0080-\u00bf" + "".join(bytes([byte]).decode("cp1252", errors="ignore") for byte in range(0x80, 0xA0)) + "\ufffd"
_READ_AS_LATIN = re.compile(f"(?:[ã-é][{_TRAIL}]{{2}}){{2,}}")
# What decoders write for bytes they could not read: U+FFFD read again as GBK; uninitialised memory of a C++ program.
_DECODER_MARKS = re.compile(r"(?:锟斤拷|烫{3,}|屯{3,})+")
_READ_AS_GBK = re.compile(r"[^\x00-\x7f，。、；：？！“”‘’（）《》〈〉【】〔〕·—…\s]{4,}")

_PATTERNS: tuple[tuple[re.Pattern[str], str], ...] = (
    (_DECODER_MARKS, "文字编码读错，出现了解码失败的标记"),
    (_READ_AS_LATIN, "文字编码读错（UTF-8 被当作西文编码），原文已不可读"),
    (re.compile(r"&(?:[a-zA-Z]{2,8}|#\d{2,6}|#x[0-9a-fA-F]{2,6});"), "网页代码没有还原成文字"),
    (re.compile(rf"(?<=[{HAN}])\?{{2,}}(?=[{HAN}])"), "汉字变成了问号"),
    (re.compile(r"“\d{1,3} \d{1,3}(?=[”“])"), "引号里两个数字之间只有一个空格，像是丢了“+”“-”一类的符号"),
    (re.compile(rf"(?<=[{HAN}])\d \d(?=[{HAN}])"), "两个数字之间只有一个空格，像是丢了“+”“-”一类的符号"),
    (re.compile(r"“”|‘’|《》|〈〉|〔〕|（）|【】"), "括号或引号里是空的，内容丢失"),
    (re.compile(r"[，、；：,][，、；：。]|。[，、；：]"), "标点相连，中间的文字丢失"),
    # A fragment that begins with 一 is grammar (一个窗口一个窗口跑), one character over and over is a cry.
    (re.compile(rf"(?P<fragment>(?!一|(.)\2{{3}})[{HAN}]{{4,40}}?)(?P=fragment)"), "同一片段接连重复"),
    (re.compile(rf"(?P<fragment>[{HAN}][{HAN}，、“”]{{6,60}}?[，、；。])(?P=fragment)"), "同一片段接连重复"),
)
# “互联网 监管”: one space in a quoted term. Slogans are set with a space too (优化服务 提升效能), but their halves are equally long.
_SPACE_IN_TERM = re.compile(rf"“([{HAN}]{{2,4}}) ([{HAN}]{{2,4}})”")
_BOOK_TITLE_MARKS = re.compile("[《》]")
_SHORTEST_REPEATED_LINE = 20
_SHORTEST_HEADLINE = 12


@dataclass(frozen=True)
class DamagedPassage:
    """One damaged place. Line and column count from 1, as editors show them."""

    line: int
    column: int
    quote: str
    """The damaged words with a few characters around them."""
    reason: str
    """What is wrong, in Chinese, for the editor who has to find a better copy."""


@dataclass(frozen=True)
class _Damage:
    start: int
    end: int
    reason: str


def damaged_passages(text: str, title: str | None = None) -> list[DamagedPassage]:
    """Find damaged passages.

    Args:
        text: the imported text, lines as in the source file.
        title: the document's own title where it is known; otherwise the first line is taken for it if it reads like a headline.

    Returns:
        The damaged passages in reading order; empty for a text that can be imported. Never raises.
    """
    # Each line break becomes one character, so that offsets and line numbers agree for every kind of file.
    text = re.sub(r"\r\n?", "\n", text).removeprefix("\ufeff")
    line_starts = [0, *(match.end() for match in re.finditer("\n", text))]
    passages: list[DamagedPassage] = []
    covered = 0
    for damage in sorted(_damages(text, title), key=lambda d: (d.start, -d.end)):
        if damage.end <= covered:
            continue  # what a wider finding already names
        covered = damage.end
        line = bisect_right(line_starts, damage.start)
        line_end = text.find("\n", damage.start)
        first = max(line_starts[line - 1], damage.start - _QUOTE_MARGIN)
        last = min(len(text) if line_end < 0 else line_end, damage.end + _QUOTE_MARGIN)
        passages.append(DamagedPassage(line, damage.start - line_starts[line - 1] + 1, text[first:last].strip(), damage.reason))
    return passages


def _damages(text: str, title: str | None) -> Iterator[_Damage]:
    yield from _unreadable(text)
    for pattern, reason in _PATTERNS:
        for match in pattern.finditer(text):
            yield _Damage(match.start(), match.end(), reason)
    for match in _SPACE_IN_TERM.finditer(text):
        if len(match[1]) != len(match[2]):
            yield _Damage(match.start(), match.end(), "引号里的词被一个空格断开，像是丢了“+”一类的符号")
    yield from _unpaired_book_titles(text)
    yield from _repeated_lines(text)
    for splice in foreign_pieces(text):
        piece = text[splice.start : splice.end]
        yield _Damage(splice.start, splice.end, f"“{splice.word}”被“{piece}”隔开，像是混入了别处的文字")
    for splice in scattered_title(text, title or _headline(text)):
        piece = text[splice.start : splice.end]
        yield _Damage(splice.start, splice.end, f"“{piece}”是标题的碎片，混进了正文的句子")


def _headline(text: str) -> str:
    """The first line that is not empty, or nothing where that is a sentence or too short to be recognised in pieces."""
    first = next((line.strip() for line in text.split("\n") if line.strip()), "")
    return first if len(re.findall(f"[{HAN}]", first)) >= _SHORTEST_HEADLINE and first[-1] not in "。？！?；：" else ""


def _unreadable(text: str) -> Iterator[_Damage]:
    """Characters that stand for nothing, and Chinese that was decoded with the wrong table."""
    for match in re.finditer(r"[^\n\t\x0c\x20-\x7e\u3000-\u9fff]+", text):
        for run in re.finditer("x+", "".join("x" if _stands_for_nothing(c) else "." for c in match[0])):
            yield _Damage(match.start() + run.start(), match.start() + run.end(), "字符损坏：替换符、私有区字符或控制符，原字已丢失")
    for match in _READ_AS_GBK.finditer(text):
        raw = match[0].encode("gbk", errors="ignore")
        # Bytes of real Chinese in GBK hardly ever form the three-byte patterns of UTF-8; misread text nearly always does.
        recovered = sum(1 for c in raw.decode("utf-8", errors="ignore") if "\u4e00" <= c <= "\u9fff")
        if recovered >= 3 and recovered * 3 >= len(raw) * 0.7:
            yield _Damage(match.start(), match.end(), "文字编码读错（UTF-8 被当作 GBK），原文已不可读")


def _stands_for_nothing(character: str) -> bool:
    return character in "\ufffc\ufffd" or unicodedata.category(character) in ("Co", "Cc", "Cs")


def _unpaired_book_titles(text: str) -> Iterator[_Damage]:
    """《 without 》 within one line, or the reverse: part of a document's name is gone."""
    for line in re.finditer(r"[^\n]+", text):
        opened: list[int] = []
        for match in _BOOK_TITLE_MARKS.finditer(line[0]):
            if match[0] == "《":
                opened.append(match.start())
            elif opened:
                opened.pop()
            else:
                yield _Damage(line.start() + match.start(), line.start() + match.end(), "书名号不成对，文件名残缺")
        for position in opened:
            yield _Damage(line.start() + position, line.start() + position + 1, "书名号不成对，文件名残缺")


def _repeated_lines(text: str) -> Iterator[_Damage]:
    """A paragraph that follows itself."""
    before = ""
    for line in re.finditer(r"[^\n]*\S[^\n]*", text):
        content = line[0].strip()
        if len(content) >= _SHORTEST_REPEATED_LINE and content == before:
            yield _Damage(line.start(), line.end(), "整段与上一段重复")
        before = content
