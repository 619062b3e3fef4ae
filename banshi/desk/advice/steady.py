"""Suggestions that hold still: while somebody speaks, what is shown stays in its place; changes are few and have a reason.

An operator reads while the words come in. So what is shown is only added to, or replaced where it stands, and what takes its place must
be clearly better: a partial sentence finds one thing now and another a syllable later.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

MOST = 3
CLEARLY = 0.15
"""So much more confidence takes the place of what is shown while somebody speaks; at the end of the sentence any more does."""


@dataclass(frozen=True)
class Found:
    """What fits the words so far.

    Attributes:
        key: of the suggestion, "guide:ID:ELEMENT", "qa:ID" or "policy:ID".
        title: for reasons.
        element: Chinese name of what is asked of a guide; "" for what is no guide.
        confidence: 0 to 1.
        plainly: the words themselves say which element is asked for.
    """

    key: str
    title: str
    element: str
    confidence: float
    plainly: bool = False

    @property
    def owner(self) -> str:
        """The key without the element."""
        return owner_of(self.key)


@dataclass(frozen=True)
class Held:
    """What is shown now.

    Attributes:
        keys: in order.
        changes: key that is gone or replaced, and why.
    """

    keys: tuple[str, ...]
    changes: tuple[tuple[str, str], ...]


def owner_of(key: str) -> str:
    """A key without its element: "guide:hz-idcard-reissue"."""
    return ":".join(key.split(":", 2)[:2])


def hold(shown: Sequence[str], found: Sequence[Found], *, partial: bool, fleeting: Collection[str] = ()) -> Held:
    """Bring what is shown and what is found together.

    Args:
        shown: keys shown now, in order.
        found: what fits, best first.
        partial: the words are not said to the end. Then nothing goes away without something in its place.
        fleeting: keys that are shown since these very words began. They go when the whole sentence finds nothing.
    """
    slots = list(dict.fromkeys(shown))[:MOST]
    by_key = {one.key: one for one in found}
    changes: list[tuple[str, str]] = []
    for place, key in enumerate(slots):
        same = next((one for one in found if one.owner == owner_of(key)), None)
        if key in by_key or same is None or same.key in slots or not (same.plainly or not partial):
            continue
        changes.append((key, f"听清了，问的是{same.element}" if same.element else "听清了，问的是这个"))
        slots[place] = same.key
    if not partial and found:
        # Before anything new is looked at: what the whole sentence is not about keeps no place from what it may be about.
        fitting = {one.owner for one in found}
        changes += [(key, "听完整句，说的不是这一件") for key in slots if owner_of(key) not in fitting]
        slots = [key if owner_of(key) in fitting else "" for key in slots]
    owners = {owner_of(key) for key in slots}
    confidence = {one.owner: one.confidence for one in found}
    for newcomer in found:
        if newcomer.owner in owners:
            continue
        if "" in slots:
            slots[slots.index("")] = newcomer.key
        elif len(slots) < MOST:
            slots.append(newcomer.key)
        else:
            place = min(range(len(slots)), key=lambda number: (confidence.get(owner_of(slots[number]), 0.0), number))
            if newcomer.confidence <= confidence.get(owner_of(slots[place]), 0.0) + (CLEARLY if partial else 0.0):
                continue
            changes.append((slots[place], f"更像是“{newcomer.title}”"))
            owners.discard(owner_of(slots[place]))
            slots[place] = newcomer.key
        owners.add(newcomer.owner)
    slots = [key for key in slots if key]
    if not partial and not found:
        changes += [(key, "听完整句，没有合适的") for key in slots if key in fleeting]
        slots = [key for key in slots if key not in fleeting]
    return Held(tuple(slots), tuple(changes))
