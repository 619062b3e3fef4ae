"""Lines of a document: which of them are labels, and which is the title."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from banshi.knowledge.exchange.blocks import Block
from banshi.knowledge.exchange.synonyms import SECTIONS, fields_by_label, label_text

LONGEST_LABEL = 18
_LONGEST_TITLE = 60


def title_of(blocks: Sequence[Block]) -> Block | None:
    """The first heading that names no field; in a document without any headings its first paragraph, if that is short."""
    shown = [block for block in blocks if not block.aside and not block.rows]
    headings = [block for block in shown if 0 < block.level <= 2]
    if headings:
        return headings[0] if not names_field(headings[0].text) else None
    first = shown[0] if shown else None
    if first is None or len(first.text) > _LONGEST_TITLE or split_label(first.text) is not None or names_field(first.text):
        return None
    return first


def names_field(text: str) -> bool:
    """Whether a line is nothing but the name of a field or of a section."""
    return len(text) <= LONGEST_LABEL and (label_text(text) in fields_by_label() or label_text(text) in SECTIONS)


def split_label(text: str) -> tuple[str, str] | None:
    """A label and what stands behind its colon; None for a line without a label."""
    label, colon, value = re.sub(r"^· ", "", text).replace(":", "：", 1).partition("：")
    return (label_text(label), value.strip()) if colon and len(label) <= LONGEST_LABEL else None


def apart(pieces: Sequence[str], labels: set[str]) -> Iterator[list[str]]:
    """Labels with their values; of a line that says several (咨询电话：…；监督电话：…) each one."""
    if len(pieces) > 1:
        yield [piece.strip().lstrip("：:").strip() if number % 2 else piece for number, piece in enumerate(pieces)]
        return
    said: list[list[str]] = []
    for part in re.split(r"(?<=[；;。])", pieces[0]):
        split = split_label(part)
        if split is not None and split[0] in labels:
            said.append(list(split))
        elif said:
            said[-1][1] += part
    yield from ([label, value.rstrip("；;") if len(said) > 1 else value] for label, value in said)
