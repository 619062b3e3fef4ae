"""Several items as one: one list of documents without repetitions, the order, every fee, and how long each stage takes at most.

Nothing is left out and nothing is added: a document of any item stands in the list once, with the items that use it. A document that
depends on a question nobody has answered yet stays, with its condition.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from banshi.knowledge.guide import Certainty, Fee, Guide, Material
from banshi.knowledge.library import Knowledge
from banshi.knowledge.render import condition_text
from banshi.knowledge.situations import SituationTree
from banshi.knowledge.themes import Before, Member, Theme
from banshi.text.normalise import normalise

_NOT_IN_NAMES = re.compile(r"[\s，、；;,（）()《》“”\"·]+")
_HANDED_OVER = re.compile(r"照片|合影|相片")
_DAYS = re.compile(r"(?:\d+(?:\.\d+)?\s*[至到~—-]\s*)?(\d+)\s*个?\s*(工作日|日|天)")
_AT_ONCE = re.compile(r"当场|即时|立等|当日|当天")
_FREE = re.compile(r"(不收费|免费)(（|$|。)")
_WEEK = 7 / 5


@dataclass(frozen=True)
class Use:
    """One item's need of a document; `when_text` is empty where it is always needed."""

    item: str
    name: str
    copies: int
    exempt: str
    needed: bool
    when_text: str
    note: str | None
    certainty: Certainty


@dataclass(frozen=True)
class MergedMaterial:
    """One document of the list.

    Attributes:
        copies: what all need together. A document that is shown (原件, 电子) is shown again; copies and photographs are handed over.
        exempt: yes only where every item lets it stay at home, no where any does not, else local.
        certainty: national only where every item has it so; unsure where any does.
        uses: by which items, in their order.
    """

    name: str
    form: str
    copies: int
    exempt: str
    certainty: Certainty
    uses: tuple[Use, ...]

    @property
    def needed(self) -> bool:
        """Whether any item needs it in any case."""
        return any(use.needed and not use.when_text for use in self.uses)


@dataclass(frozen=True)
class BundleItem:
    """One item in its place."""

    guide: Guide
    after: tuple[Before, ...]


@dataclass(frozen=True)
class Stage:
    """Items that can be done at the same time.

    Attributes:
        items: of the stage.
        longest: the one whose promise is longest; None when no promise has a number.
        unknown: names of those whose promise has none.
    """

    items: tuple[BundleItem, ...]
    longest: Guide | None
    unknown: tuple[str, ...]


@dataclass(frozen=True)
class Bundle:
    """The whole.

    Attributes:
        theme: what it is.
        materials: the list.
        stages: the order.
        fees: every fee of every item.
        free: names of the items that cost nothing.
        unavailable: items that have no guide in force; told instead of done without.
    """

    theme: Theme
    materials: tuple[MergedMaterial, ...]
    stages: tuple[Stage, ...]
    fees: tuple[tuple[Guide, Fee], ...]
    free: tuple[str, ...]
    unavailable: tuple[str, ...]


class UnknownItemError(ValueError):
    """An item was asked for that the theme does not have."""


def bundle(
    theme: Theme, knowledge: Knowledge, *, region: str | None = None, day: date | None = None, items: Collection[str] | None = None
) -> Bundle:
    """Merge the items of a theme as they read in a region.

    Args:
        theme: the theme.
        knowledge: the knowledge in use.
        region: code of the place; None, or one that is not known, is the province.
        day: the day whose editions count; None takes the newest.
        items: those that are wanted; None wants all.

    Raises:
        UnknownItemError: an item is not of this theme.
    """
    if items is not None and (strange := set(items) - set(theme.items)):
        raise UnknownItemError(f"“{theme.name}”里没有 {'、'.join(sorted(strange))}（有：{'、'.join(theme.items)}）")
    guides: dict[str, Guide] = {}
    unavailable = []
    for member in theme.members:
        if items is not None and member.item not in items:
            continue
        try:
            guide = knowledge.guide_at(member.item, region, day).guide
        except KeyError:
            unavailable.append(member.item)
            continue
        if guide.retired is not None and (day is None or guide.retired_on(day)):
            unavailable.append(guide.task_name)
        else:
            guides[member.item] = guide
    wanted = [[member for member in stage if member.item in guides] for stage in theme.stages()]
    return Bundle(
        theme=theme,
        materials=_merged([(member, guides[member.item]) for stage in wanted for member in stage]),
        stages=tuple(_stage(stage, guides) for stage in wanted if stage),
        fees=tuple((guides[member.item], fee) for stage in wanted for member in stage for fee in guides[member.item].fees),
        free=tuple(guide.task_name for guide in guides.values() if all(is_free(fee) for fee in guide.fees)),
        unavailable=tuple(unavailable),
    )


def material_key(material: Material) -> tuple[str, str]:
    """Name and form by which two documents are the same."""
    return _NOT_IN_NAMES.sub("", normalise(material.material_name)), _NOT_IN_NAMES.sub("", normalise(material.form))


def is_free(fee: Fee) -> bool:
    """Whether a fee is said to be none."""
    return _FREE.match(fee.fee_stand) is not None


def longest_days(guide: Guide) -> float | None:
    """The promise in calendar days, at its upper end, to compare it with others; 0 for at once; None where it names no number."""
    if guide.promise_day is not None:
        return guide.promise_day * (_WEEK if guide.promise_type != "自然日" else 1.0)
    named = [int(number) * (_WEEK if unit == "工作日" else 1.0) for number, unit in _DAYS.findall(guide.promise.text)]
    return max(named) if named else 0.0 if _AT_ONCE.search(guide.promise.text) else None


def _merged(members: list[tuple[Member, Guide]]) -> tuple[MergedMaterial, ...]:
    found: dict[tuple[str, str], list[tuple[Material, Use]]] = {}
    for member, guide in members:
        # A region may have changed the guide's choices: an answer that no longer fits fixes nothing.
        known = {choice.id: {option.id for option in choice.options} for choice in guide.choices}
        answers = {choice: option for choice, option in member.answers.items() if option in known.get(choice, ())}
        case = SituationTree(guide).case(answers)
        for material in guide.materials:
            if material not in case.materials and material not in case.open_materials:
                continue
            use = Use(
                item=guide.id,
                name=guide.task_name,
                copies=material.copies,
                exempt=material.e_license_exempt,
                needed=material.is_need != "非必要",
                when_text="" if material in case.materials else condition_text(guide, material.when).strip("〔〕"),
                note=material.note,
                certainty=material.certainty,
            )
            found.setdefault(material_key(material), []).append((material, use))
    return tuple(_one([material for material, _ in same], tuple(use for _, use in same)) for same in found.values())


def _one(same: list[Material], uses: tuple[Use, ...]) -> MergedMaterial:
    first = same[0]
    by_item: dict[str, int] = {}
    for use in uses:  # what one item names twice, in two cases, it needs once
        by_item[use.item] = max(by_item.get(use.item, 0), use.copies)
    handed_over = first.form not in ("原件", "电子") or _HANDED_OVER.search(first.material_name)
    exempt = {use.exempt for use in uses}
    certainties = {use.certainty for use in uses}
    return MergedMaterial(
        name=first.material_name,
        form=first.form,
        copies=sum(by_item.values()) if handed_over else max(by_item.values()),
        exempt=next(one for one in ("no", "local", "yes") if one in exempt),
        certainty=next(one for one in (Certainty.UNSURE, Certainty.LOCAL, Certainty.NATIONAL) if one in certainties),
        uses=uses,
    )


def _stage(members: list[Member], guides: dict[str, Guide]) -> Stage:
    own = [guides[member.item] for member in members]
    known = [(days, guide) for guide in own if (days := longest_days(guide)) is not None]
    return Stage(
        items=tuple(BundleItem(guides[member.item], member.after) for member in members),
        longest=max(known, key=lambda pair: pair[0])[1] if known else None,
        unknown=tuple(guide.task_name for guide in own if longest_days(guide) is None),
    )
