"""Entries of lists as portals write them: rows of tables and lines. What a row does not say is left out."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from banshi.knowledge.exchange.cells import CellError, Format, Type, plain_digits, value_of
from banshi.knowledge.exchange.columns import layout
from banshi.knowledge.fields import label_of
from banshi.knowledge.labels import LABELS, is_known, nearest_label

Refuse = Callable[[str], None]
"""Takes what could not be understood."""

_NOTHING = re.compile(r"[\s/\\—-]*|无|暂无|下载|查看|预览|点击下载|点击查看|空表下载|样表下载")
_NUMERALS = {"一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9, "十": 10}
_COUNT = re.compile(r"各?\s*(\d{1,3}|[一二两三四五六七八九十])\s*份?")
_FORM = "原件及复印件|原件和复印件|原件与复印件|原件、复印件|原件或复印件|复印件|原件"
_MATERIAL_LINE = re.compile(
    rf"(?P<name>.+?)[（(，, ]?(?:(?P<form>{_FORM})[，, ]?)?(?:各?(?P<copies>\d{{1,2}}|[一二两三四五六七八九十])份)?[)）]?[。；;]?"
)
_NUMBERED = re.compile(r"(?:^|(?<=[。；;\s]))(?:\d{1,2}[.、．](?!\d)|[（(]\d{1,2}[)）]|[（(][一二三四五六七八九十]{1,2}[)）]|[①-⑳])\s*")
_ARROWS = re.compile(r"\s*(?:→|➔|—>|-->|->|⇒|＞)\s*")
_BULLET = re.compile(r"^\s*(?:[·•●■◆▶►▪*]|[一二三四五六七八九十]+、)\s*")
_DAYS = re.compile(r"(\d{1,3}(?:\.\d)?)\s*个?\s*(工作日|自然日|日|天)?")


def split_items(text: str) -> list[str]:
    """Numbered items that stand in one line, steps with arrows between them; without numbers, bullets and the sign at the end."""
    parts = _ARROWS.split(text) if _ARROWS.search(text) else _NUMBERED.split(text)
    return [item for part in parts if (item := _BULLET.sub("", part).strip().rstrip("；;"))]


def material_line(text: str) -> dict[str, Any]:
    """A document named in a line: 居民户口簿（原件1份）."""
    match = _MATERIAL_LINE.fullmatch(text)
    found: dict[str, Any] = {"material_name": text.rstrip("。；;"), "certainty": "unsure"}
    if match is not None and (match["form"] or match["copies"]):
        found["material_name"] = match["name"].strip(" ，,")
        if match["form"]:
            found["form"] = nearest_label("form", match["form"]) or match["form"]
        if match["copies"]:
            found["copies"] = _number(match["copies"])
    return found


def material_entry(parts: dict[str, str], refuse: Refuse) -> dict[str, Any]:
    """A row of a table of materials."""
    formats = {column.path[0]: column.form for sheet in layout("guide") if sheet.field == "materials" for column in sheet.columns[1:]}
    found: dict[str, Any] = {}
    counts: dict[str, int] = {}
    for part, value in parts.items():
        text = value.replace("\n", "；")
        if part != "material_name" and _NOTHING.fullmatch(text):
            continue
        if part == "copies" and re.search("原件|复印件", text):
            found |= _both(text, counts, refuse)
        elif part in ("page_num_y", "page_num_f", "copies"):
            count = _COUNT.search(plain_digits(text))
            if count is None:
                refuse(f"{label_of('guide', f'materials.{part}')}：{value}")
            else:
                counts[part] = _number(count[1])
        elif part == "both_copies":
            found |= _both(text, counts, refuse)
        elif part == "form":
            _form(text, found, counts, refuse)
        elif formats[part].type is Type.LABEL:
            _label(part, formats[part], text, found, refuse)
        else:
            found[part] = text
    _copies(found, counts)
    return {**found, "certainty": "unsure"} if "material_name" in found else found


def _form(text: str, found: dict[str, Any], counts: dict[str, int], refuse: Refuse) -> None:
    """原件, 复印件 …; portals put 纸质 or 电子化 into a column of the same name."""
    words = re.sub(r"\s", "", text)
    if words in LABELS["material_format"]:
        found["material_format"] = words
    elif nearest_label("form", words) is not None or is_known("form", words):
        found["form"] = nearest_label("form", words) or words
    else:
        found |= _both(text, counts, refuse)


def _both(text: str, counts: dict[str, int], refuse: Refuse) -> dict[str, Any]:
    """原件1份、复印件2份; 原件及复印件各1份; 原件1份."""
    plain = plain_digits(text)
    original = re.search(rf"原件\s*[:：]?\s*{_COUNT.pattern}", plain)
    copy = re.search(rf"复印件\s*[:：]?\s*{_COUNT.pattern}", plain)
    pair = re.fullmatch(r"(\d{1,2})\s*/\s*(\d{1,2})", plain)
    if pair is not None:
        counts["page_num_y"], counts["page_num_f"] = int(pair[1]), int(pair[2])
    elif copy is not None and original is None and re.match(_FORM, plain) and "原件" in plain:
        counts["copies"] = _number(copy[1])
        return {"form": "原件及复印件"}
    elif original is None and copy is None:
        refuse(f"材料的形式和份数：{text}")
    else:
        if original is not None:
            counts["page_num_y"] = _number(original[1])
        if copy is not None:
            counts["page_num_f"] = _number(copy[1])
    return {}


def _copies(found: dict[str, Any], counts: dict[str, int]) -> None:
    """Form and copies from the numbers of originals and photocopies, where those leave no doubt."""
    originals, copies = counts.get("page_num_y"), counts.get("page_num_f")
    found.update({part: counts[part] for part in ("page_num_y", "page_num_f") if part in counts})
    if "copies" in counts:
        found["copies"] = counts["copies"]
    elif originals and copies:
        found.setdefault("form", "原件及复印件")
        if originals == copies:
            found["copies"] = copies
    elif originals or copies:
        found.setdefault("form", "原件" if originals else "复印件")
        found["copies"] = originals or copies


def _label(part: str, form: Format, text: str, found: dict[str, Any], refuse: Refuse) -> None:
    try:
        found[part] = value_of(form, text).value
    except CellError as error:
        near = nearest_label(part, re.split(r"[（(；]", text)[0]) if part in LABELS else None
        if near is None:
            refuse(f"{label_of('guide', f'materials.{part}')}：{error}")
        else:
            found[part] = near
            refuse(f"{label_of('guide', f'materials.{part}')}写的是“{text}”，按“{form_label(form, near)}”读入，请核对")


def form_label(form: Format, value: str) -> str:
    """A value by its label."""
    return next((label for label, known in form.labels.items() if known == value), value)


def fee_line(text: str) -> dict[str, Any]:
    """A charge named in a line: 工本费：40元/证（依据：…）."""
    basis = re.search(r"[（(]依据[:：](.*)[)）]$", text)
    name, colon, stand = (text[: basis.start()] if basis else text).replace(":", "：", 1).partition("：")
    named = {"fee_name": name.strip(), "fee_stand": stand.strip()} if colon and stand.strip() else {"fee_stand": name.strip()}
    return {**named, "certainty": "unsure", **({"fee_basis": basis[1]} if basis else {})}


def fee_entry(parts: dict[str, str], refuse: Refuse) -> dict[str, Any]:
    """A row of a table of charges."""
    found: dict[str, Any] = {}
    for part, value in parts.items():
        if part == "is_desc":
            flag = nearest_label("flag", value)
            if flag is None:
                refuse(f"{label_of('guide', 'fees.is_desc')}：{value}")
            else:
                found[part] = flag == "是"
        elif not _NOTHING.fullmatch(value):
            found[part] = value.replace("\n", "；")
    return {**found, "certainty": "unsure"} if found else found


def step_entry(parts: dict[str, str], refuse: Refuse) -> dict[str, Any]:
    """A row of a table of steps, with its days where they are a number."""
    found: dict[str, Any] = {"name": parts["name"].replace("\n", "")} if "name" in parts else {}
    days = parts.get("days", "")
    match = _DAYS.fullmatch(plain_digits(days))
    if match is not None:
        unit = nearest_label("day_type", match[2] or parts.get("day_type", ""))
        found |= {"days": float(match[1]) if "." in match[1] else int(match[1]), **({"day_type": unit} if unit else {})}
    elif days:
        refuse(f"{label_of('guide', 'steps.days')}：{days}")
    return found


def law_entry(parts: dict[str, str], refuse: Refuse) -> str:
    """A row of a table of legal bases as one line: 《…》（文号）第…条."""
    number = parts.get("number", "")
    bracketed = f"（{number.strip('（）()')}）" if number and not _NOTHING.fullmatch(number) else ""
    clause = parts.get("clause", "")
    return f"{parts.get('name', '')}{bracketed}{'' if _NOTHING.fullmatch(clause) else clause}".replace("\n", "")


def procedure_entry(parts: dict[str, str], refuse: Refuse) -> dict[str, Any]:
    """A row of a table of special procedures."""
    return {part: value for part, value in parts.items() if value}


def _number(text: str) -> int:
    return int(text) if text.isdigit() else _NUMERALS[text]
