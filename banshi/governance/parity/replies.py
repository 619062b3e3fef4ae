"""The answer object as a reply of the conversation carries it.

A reply puts a fixed frame around an answer: its citation, a sentence in Korean, the ways on for who is stuck. It is taken off here; an
answer that came without its citation is another answer.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from banshi.desk.answer_object import FIELDS, Told
from banshi.desk.replies import KOREAN_BESIDE_QA, citation
from banshi.desk.unhappy.stuck import SAID


def of_replies(replies: Iterable[Mapping[str, Any]]) -> list[Told]:
    """What the replies of `POST /api/v1/chat` tell."""
    return [_of_reply(reply) for reply in replies]


def _of_reply(reply: Mapping[str, Any]) -> Told:
    custom = reply["custom"]
    told = {name: custom.get(name) for name in FIELDS}
    told["blocks"], told["links"] = custom.get("blocks", []), custom.get("links", [])
    told["candidates"] = [one["id"] for one in custom.get("alternatives", [])]
    told["text"] = _unframed(str(reply["text"]), custom) if custom.get("decision") == "answer" else None
    if custom.get("decision") is None:  # something else than an answer was said: a form, a hall, a way to a person
        told["text"], told["decision"] = reply["text"], custom.get("type")
    return told


def _unframed(text: str, custom: Mapping[str, Any]) -> str | None:
    if custom.get("stuck") in SAID:
        text = text.removesuffix(f"\n{SAID[custom['stuck']]}")
    frame = citation(custom["sources"][0]["title"], custom["sources"][0]["basis"]) if custom.get("sources") else ""
    if not frame or not text.endswith(frame):
        return None
    return text.removesuffix(frame).removeprefix(f"{KOREAN_BESIDE_QA}\n")
