"""The answer object: what is told, the same at every end, in one form that can be compared byte by byte."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from hashlib import sha256
from typing import Any

from banshi.search.result import SearchResult
from banshi.store.canonical import canonical_json

FIELDS = ("decision", "item", "element", "elements", "region", "text", "blocks", "links", "sources", "versions", "candidates")
"""What must be equal. Confidence, reason and duration are no part of what is told."""

Told = dict[str, Any]
"""One answer, refusal or question back: `FIELDS`, each as JSON."""


def of_result(result: SearchResult) -> list[Told]:
    """What the engine found, one object for each question of the message."""
    return of_search(result.model_dump(mode="json"))


def of_search(found: Mapping[str, Any]) -> list[Told]:
    """The same, of the JSON of `POST /api/v1/search` or of a line of `banshi ask --jsonl`."""
    return [_of_part(part) for part in (found, *found["also"])]


def canonical(told: Iterable[Told]) -> bytes:
    """The one text of what is told to a message."""
    return canonical_json(list(told)).encode("utf-8")


def digest(told: Told) -> str:
    """SHA-256 of one object, as 64 hexadecimal digits."""
    return sha256(canonical([told])).hexdigest()


def _of_part(part: Mapping[str, Any]) -> Told:
    answer = part["answer"]
    return {
        "decision": part["decision"],
        "item": part["item"]["id"] if part["item"] is not None else None,
        "element": part["element"],
        "elements": part["elements"],
        "region": part["region"],
        "text": answer["text"] if answer is not None else None,
        "blocks": answer["blocks"] if answer is not None else [],
        "links": answer["links"] if answer is not None else [],
        "sources": part["sources"],
        "versions": part["versions"],
        "candidates": [one["id"] for one in part["candidates"]] if part["decision"] == "clarify" else [],
    }
