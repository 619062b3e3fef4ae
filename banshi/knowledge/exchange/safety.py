"""What an uploaded file may be before anything opens it: size, what is packed in it, encoding; and cells that are no formulas.

Sources: OWASP "CSV Injection" for the characters a formula begins with; OOXML packages have no document type (ECMA-376 part 2).
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from typing import NoReturn
from xml.parsers import expat

from banshi.knowledge.exchange.report import ExchangeError

MEGABYTE = 1024 * 1024


@dataclass(frozen=True)
class Limits:
    """How large a file may be."""

    upload: int = 10 * MEGABYTE
    """bytes as uploaded"""
    unpacked: int = 100 * MEGABYTE
    """bytes of all parts of an Excel or Word file together"""
    ratio: int = 100
    """how many times larger than packed all parts together, and any part above 1 MB, may be"""
    parts: int = 2000
    """files inside an Excel or Word file"""
    rows: int = 20_000
    """rows of one sheet, entries of a list"""
    page: int = 3 * MEGABYTE
    """bytes of a web page"""
    text: int = 20_000
    """characters of one field"""


DEFAULT_LIMITS = Limits()

_ARCHIVE_STARTS = (b"PK\x03\x04", b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b")
_COMPRESSION = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_STANDS_FOR_NOTHING = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
# Apostrophes before one of the characters that spreadsheet programs take for the beginning of a formula, full-width forms included.
_FORMULA = re.compile(r"^'*\s*[=+\-@＝＋－＠]|^'*[\t\r]")
_GUARDED = re.compile(r"^'+\s*[=+\-@＝＋－＠]|^'+[\t\r]")


def check_size(data: bytes, limits: Limits) -> None:
    """Refuse what is too large, before anything looks into it.

    Raises:
        ExchangeError: empty or above `limits.upload`.
    """
    if not data:
        raise ExchangeError("文件是空的，请重新选择")
    if len(data) > limits.upload:
        raise ExchangeError(f"文件有 {_megabytes(len(data))}，超过上限 {_megabytes(limits.upload)}，请拆成几个文件分批导入")


def _megabytes(size: int) -> str:
    return f"{size / MEGABYTE:.1f} MB"


def open_package(data: bytes, limits: Limits) -> zipfile.ZipFile:
    """Open an Excel or Word file whose parts are within the limits.

    Only the table of contents is read; parts unpack to no more than it says, because `zipfile` stops there.

    Raises:
        ExchangeError: no archive, too much packed in it, encrypted, or archives inside.
    """
    try:
        package = zipfile.ZipFile(io.BytesIO(data))
        parts = package.infolist()
    except Exception as error:  # a damaged archive fails in many ways
        raise ExchangeError("文件损坏，打不开。请用 Excel 或 WPS 打开后另存一份，再导入") from error
    if len(parts) > limits.parts:
        raise ExchangeError(f"文件里有 {len(parts)} 个部件，超过上限 {limits.parts}，不是正常的表格或文档，已拒绝")
    total = sum(part.file_size for part in parts)
    if total > limits.unpacked:
        raise ExchangeError(f"文件解开后有 {_megabytes(total)}，超过上限 {_megabytes(limits.unpacked)}，已拒绝。请拆成几个文件分批导入")
    if total > MEGABYTE and total > limits.ratio * len(data):
        raise ExchangeError(f"文件解开后是原来的 {total // len(data)} 倍，像是压缩炸弹，已拒绝")
    for part in parts:
        if part.flag_bits & 1:
            raise ExchangeError("文件加了密码，读不了。请去掉密码后再导入")
        if part.compress_type not in _COMPRESSION:
            raise ExchangeError("文件用了少见的压缩方式，读不了。请用 Excel 或 WPS 打开后另存一份，再导入")
        if part.file_size > MEGABYTE and part.file_size > limits.ratio * max(1, part.compress_size):
            raise ExchangeError("文件的一个部件压缩得异常，像是压缩炸弹，已拒绝")
        if read_part(package, part.filename, first=8).startswith(_ARCHIVE_STARTS):
            raise ExchangeError("文件里还套着别的压缩文件（例如嵌入的表格），已拒绝。请删去嵌入的对象，只留文字和表格")
    return package


def read_part(package: zipfile.ZipFile, name: str, first: int | None = None) -> bytes:
    """The bytes of one part, or its first bytes.

    Raises:
        ExchangeError: the part is missing or damaged.
    """
    try:
        with package.open(name) as part:
            return part.read(-1 if first is None else first)
    except Exception as error:  # zlib, zipfile and the decompressors each have their own errors
        raise ExchangeError("文件损坏，有一部分读不出来。请用 Excel、Word 或 WPS 打开后另存一份，再导入") from error


def scan_xml(data: bytes, start: Callable[[str, dict[str, str]], None] | None = None, end: Callable[[str], None] | None = None) -> None:
    """Read XML once without building anything: well formed, and without a document type, so that no entity can grow.

    Args:
        data: one part.
        start: called with the local name and the attributes of every element as it begins.
        end: called with the local name as it ends.

    Raises:
        ExchangeError: not well formed, or with a document type.
    """
    parser = expat.ParserCreate(namespace_separator="}")

    def refuse(*_: object) -> NoReturn:
        raise ExchangeError("文件里有文档类型声明（DTD），正常的表格和文档没有它，已拒绝")

    parser.StartDoctypeDeclHandler = refuse
    if start is not None:
        begin = start
        parser.StartElementHandler = lambda name, attributes: begin(name.rpartition("}")[2], attributes)
    if end is not None:
        finish = end
        parser.EndElementHandler = lambda name: finish(name.rpartition("}")[2])
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        raise ExchangeError("文件损坏，里面的 XML 读不出来。请用 Excel、Word 或 WPS 打开后另存一份，再导入") from error


def decoded(data: bytes) -> str:
    """Text in UTF-8, with or without a byte order mark, or GBK (GB 18030); line ends as newlines.

    Raises:
        ExchangeError: neither, damaged UTF-8, or control characters in it.
    """
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise ExchangeError("文件是 UTF-16（“Unicode 文本”）编码，请另存为 UTF-8 编码，再导入")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        # Text that is UTF-8 but for a few bytes is damaged, not GBK: reading it as GBK would turn all of it into other characters.
        lost = data.decode("utf-8", errors="replace")
        if lost.count("\ufffd") * 20 < sum(c > "\x7f" for c in lost):
            line = data.count(b"\n", 0, error.start) + 1
            raise ExchangeError(f"文件是 UTF-8 编码，但第 {line} 行有损坏的字节，请换用原始文件") from error
        try:
            text = data.decode("gb18030")
        except UnicodeDecodeError:
            raise ExchangeError("文件的文字编码认不出来，请另存为 UTF-8 编码，再导入") from error
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if found := _STANDS_FOR_NOTHING.search(text):
        line = text.count("\n", 0, found.start()) + 1
        raise ExchangeError(f"第 {line} 行有看不见的控制字符（U+{ord(found[0]):04X}），文件已损坏或不是文本，请换用原始文件")
    return text


def control_character(text: str) -> str | None:
    """The first character that stands for nothing, as U+XXXX; None when there is none."""
    found = _STANDS_FOR_NOTHING.search(text)
    return f"U+{ord(found[0]):04X}" if found else None


def without_control_characters(text: str) -> str:
    """The text as it can be printed: characters that stand for nothing left out."""
    return _STANDS_FOR_NOTHING.sub("", text)


def guarded(text: str) -> str:
    """The text with an apostrophe before every line that a spreadsheet program could take for a formula.

    `unguarded` takes exactly these apostrophes away again, for every text: a line that itself begins with apostrophes and such a
    character gets one more.
    """
    return "\n".join(f"'{line}" if _FORMULA.match(line) else line for line in text.split("\n"))


def unguarded(text: str) -> str:
    """The inverse of `guarded`."""
    return "\n".join(line[1:] if _GUARDED.match(line) else line for line in text.split("\n"))
