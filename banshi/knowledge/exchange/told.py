"""Lines as `render` tells them, read back into values. Used for guides that we printed ourselves; the print says so itself."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from typing import Any

from banshi.knowledge.elements import LABELS as ELEMENT_LABELS
from banshi.knowledge.exchange.printing import ONLY_IF
from banshi.knowledge.guide import Choice, Guide, Option
from banshi.knowledge.render import _EXEMPT, condition_text

_UNSURE = "（未核实，以当地公布为准）"
_BULLET = re.compile(r"^(?:\d+\. |· )")
_BASIS = re.compile(r"《|〔|第.{1,4}条|令|公告|法|条例|规定|办法|细则|通知|方案|实施|列入|清单|同上")
_MATERIAL = re.compile(
    r"(?:〔(?P<when>.*?)〕才要：)?(?P<name>.+?)（(?P<form>[^（）]*?)(?P<copies>\d{1,2})份）(?:：(?P<rest>.*))?", re.DOTALL
)
_SITUATION = re.compile(r"(?P<when>[^：]+)：(?P<effect>.+?)(?: 〔(?P<applies>.*)〕)?", re.DOTALL)
_MOST_READINGS = 1000
_ELEMENTS = {label: element.value for element, label in ELEMENT_LABELS.items()}
_EXEMPTIONS = {phrase: value for value, phrase in _EXEMPT.items() if phrase}


def without_bullet(line: str) -> str:
    """A line without its number or bullet."""
    return _BULLET.sub("", line)


def unmarked(text: str) -> tuple[str, str]:
    """A statement and its certainty, by the mark at its end."""
    if text.endswith(_UNSURE):
        return text.removesuffix(_UNSURE), "unsure"
    return (text[:-1], "local") if text.endswith("*") else (text, "national")


def fact(text: str, *, with_basis: bool = False) -> dict[str, Any]:
    """A statement; with `with_basis` its legal basis may stand behind it in brackets."""
    basis = _last_brackets(text) if with_basis else None
    if basis is not None and not text.endswith(_UNSURE):
        before = text.removesuffix(f"（{basis}）")
        # Behind a mark the brackets can only be the basis; without a mark they may belong to the statement.
        if before.endswith(("*", _UNSURE)) or _BASIS.search(basis):
            told, certainty = unmarked(before)
            return {"text": told, "certainty": certainty, "basis": basis}
    told, certainty = unmarked(text)
    return {"text": told, "certainty": certainty}


def _last_brackets(text: str) -> str | None:
    """What stands in the brackets that close the text."""
    if not text.endswith("）"):
        return None
    depth = 0
    for position in range(len(text) - 1, -1, -1):
        depth += {"）": 1, "（": -1}.get(text[position], 0)
        if depth == 0:
            return text[position + 1 : -1]
    return None


def material(line: str, choices: Sequence[Choice]) -> dict[str, Any] | None:
    """A material; None when the line is none."""
    line, certainty = unmarked(line)
    match = _MATERIAL.fullmatch(line)
    if match is None:
        return None
    note, exempt = match["rest"] or "", "no"
    for phrase, value in _EXEMPTIONS.items():
        if note == phrase or note.endswith(f"；{phrase}"):
            note, exempt = note.removesuffix(phrase).removesuffix("；"), value
            break
    found: dict[str, Any] = {"material_name": match["name"], "form": match["form"], "copies": int(match["copies"])}
    found |= {"e_license_exempt": exempt, "certainty": certainty}
    if note:
        found["note"] = note
    return _with_condition(found, "when", match["when"], choices)


def fee(line: str) -> dict[str, Any] | None:
    """A charge; None when the line is none."""
    basis = re.search(r"（依据：(.*)）$", line, re.DOTALL)
    name, colon, stand = (line[: basis.start()] if basis else line).partition("：")
    if not colon:
        return None
    stand, certainty = unmarked(stand)
    return {"fee_name": name, "fee_stand": stand, "certainty": certainty, **({"fee_basis": basis[1]} if basis else {})}


def situation(line: str, choices: Sequence[Choice]) -> dict[str, Any] | None:
    """A circumstance; None when the line is none."""
    match = _SITUATION.fullmatch(line)
    if match is None:
        return None
    effect, certainty = unmarked(match["effect"])
    return _with_condition({"when": match["when"], "effect": effect, "certainty": certainty}, "applies", match["applies"], choices)


def plain(line: str) -> dict[str, Any] | None:
    """What is said about one element; None when the line names none."""
    label, _, text = line.partition("：")
    if label not in _ELEMENTS or not text:
        return None
    told, certainty = unmarked(text)
    return {"element": _ELEMENTS[label], "text": told, "certainty": certainty}


def open_point(line: str) -> dict[str, Any]:
    """A point to be confirmed, with the elements in brackets behind it."""
    labels = (_last_brackets(line) or "").split("、")
    if all(label in _ELEMENTS for label in labels):
        return {"text": line.removesuffix(f"（{'、'.join(labels)}）"), "elements": [_ELEMENTS[label] for label in labels]}
    return {"text": line}


def choices_and_items(lines: Sequence[str], items_heading: str) -> tuple[list[dict[str, Any]], list[dict[str, Any]]] | None:
    """情形引导 and 业务办理项, with ids of their own: a print has none. None when a condition cannot be made out."""
    choices: list[Choice] = []
    items: list[dict[str, Any]] = []
    in_items = False
    for line in lines:
        text = without_bullet(line)
        if line == items_heading:
            in_items = True
        elif in_items:
            match = re.fullmatch(r"(?P<name>.+?)(?: 〔(?P<when>.*)〕)?", text)
            item = _with_condition({"id": f"h{len(items) + 1}", "name": match["name"]}, "when", match["when"], choices) if match else None
            if item is None:
                return None
            items.append(item)
        elif line.startswith("· ") and choices:
            options = (*choices[-1].options, Option(id=f"o{len(choices[-1].options) + 1}", label=text))
            choices[-1] = choices[-1].model_copy(update={"options": options})
        else:
            needed = re.fullmatch(rf"〔(.*)〕{ONLY_IF}(.*)", text)
            when = _condition(needed[1], choices) if needed else []
            if when is None:
                return None
            asked = needed[2] if needed else text
            choices.append(Choice.model_construct(id=f"q{len(choices) + 1}", ask=asked, options=(), when=tuple(when)))
    found = [
        {
            "id": choice.id,
            "ask": choice.ask,
            "options": [{"id": option.id, "label": option.label} for option in choice.options],
            **({"when": list(choice.when)} if choice.when else {}),
        }
        for choice in choices
    ]
    return found, items


def as_choices(content: Sequence[Mapping[str, Any]]) -> list[Choice]:
    """Choices of a content, for reading conditions."""
    return [
        Choice.model_construct(
            id=choice["id"], ask=choice["ask"], options=tuple(Option.model_construct(**option) for option in choice["options"]), when=()
        )
        for choice in content
    ]


def _with_condition(entry: dict[str, Any], name: str, text: str | None, choices: Sequence[Choice]) -> dict[str, Any] | None:
    if text is None:
        return entry
    condition = _condition(text, choices)
    return {**entry, name: condition} if condition is not None else None


def _condition(text: str, choices: Sequence[Choice]) -> list[dict[str, list[str]]] | None:
    """A condition out of the words `render.condition_text` has for it; None when there is no reading, or more than one."""
    said: dict[str, tuple[str, list[str]]] = {}
    for choice in choices:
        guide = Guide.model_construct(choices=(choice,))
        for size in range(1, len(choice.options) + 1):
            for options in combinations([option.id for option in choice.options], size):
                words = condition_text(guide, ({choice.id: options},)).removeprefix("〔").removesuffix("〕")
                said.setdefault(words, (choice.id, list(options)))
    readings = []
    for number, reading in enumerate(_readings(text, said)):
        if number >= _MOST_READINGS:
            return None
        readings.append(reading)
    return readings[0] if len(readings) == 1 else None


def _readings(text: str, said: Mapping[str, tuple[str, list[str]]]) -> Iterator[list[dict[str, list[str]]]]:
    for words, (choice, options) in said.items():
        if text == words:
            yield [{choice: options}]
        elif text.startswith(f"{words}；或"):
            for rest in _readings(text[len(words) + 2 :], said):
                yield [{choice: options}, *rest]
        elif text.startswith(f"{words}，"):
            for first, *rest in _readings(text[len(words) + 1 :], said):
                if choice not in first:
                    yield [{choice: options, **first}, *rest]
