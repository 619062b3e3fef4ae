"""Which questions are asked: stored ones, chosen by a fixed rule, so that every run and every machine asks the same."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256

from banshi.desk.actions_asked import act_asked
from banshi.knowledge.library import Knowledge
from banshi.knowledge.regions import PROVINCE
from banshi.knowledge.stored import stored_questions


@dataclass(frozen=True)
class ParityQuestion:
    """One question: a number, the words, and where it is asked (None: nowhere in particular)."""

    id: int
    text: str
    region: str | None


def parity_questions(knowledge: Knowledge, n: int) -> list[ParityQuestion]:
    """The first `n` stored questions, Chinese and Korean, in the order of their hashes.

    About every second one is asked somewhere: in a region that its hash picks. Left out are the few whose words ask for something to be
    done (a person, a status, a hall, a complaint, an emergency): conversations do it, and a search cannot.
    """
    urgent = knowledge.lexicon.urgent
    places = sorted(code for code, region in knowledge.regions.regions.items() if region.level != "township" and code != PROVINCE)
    chosen = sorted((sha256(f"parity\0{text}".encode()).digest(), text) for text in set(stored_questions(knowledge)))
    asked: list[ParityQuestion] = []
    for digest, text in chosen:
        if len(asked) == n:
            break
        if act_asked(text, urgent) is None:
            region = places[int.from_bytes(digest[1:5]) % len(places)] if digest[0] % 2 and places else None
            asked.append(ParityQuestion(len(asked) + 1, text, region))
    return asked


def read_questions(lines: Iterable[str]) -> list[ParityQuestion]:
    """Questions of a file: a JSON object with `text` and perhaps `region` a line, or the plain words.

    Raises:
        ValueError: a line is neither; the message says which.
    """
    asked: list[ParityQuestion] = []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        row: object = line.strip()
        if line.lstrip().startswith("{"):
            try:
                row = json.loads(line)
            except ValueError as error:
                raise ValueError(f"Line {number} begins like a JSON object and is none: {error}") from error
        text, region = (row.get("text"), row.get("region")) if isinstance(row, dict) else (row, None)
        if not isinstance(text, str) or not (region is None or isinstance(region, str)):
            raise ValueError(f"Line {number} needs a text, and a region code or none.")
        asked.append(ParityQuestion(len(asked) + 1, text, region))
    return asked
