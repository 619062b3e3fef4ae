"""Who may do what, where: one table of actions, and scopes of departments and regions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Final

from banshi.store.staff import Staff

ROLES_OF: Final[Mapping[str, frozenset[str]]] = MappingProxyType(
    {
        "desk.work": frozenset({"operator"}),
        "desk.supervise": frozenset({"admin"}),
        "notices.manage": frozenset({"reviewer", "admin"}),
        "work-items.close": frozenset({"editor", "reviewer", "admin"}),
        "studio.read": frozenset({"editor", "reviewer", "admin"}),
        "knowledge.edit": frozenset({"editor", "reviewer"}),
        "knowledge.review": frozenset({"reviewer"}),
        "knowledge.publish": frozenset({"reviewer"}),
        "knowledge.roll-back": frozenset({"reviewer", "admin"}),
        "audit.read": frozenset({"reviewer", "admin"}),
        "staff.manage": frozenset({"admin"}),
    }
)
"""Action → roles, any of which suffices. An administrator does not edit: who hands out rights and who writes answers are two people,
or one person with both roles. That nobody approves their own text is decided where texts are approved."""

Parents = Callable[[str], str | None]
"""Region code → code of the region above, None at the top or when unknown. Codes do not tell it: a functional zone's code stands under
one city while another governs it."""

_MOST_LEVELS = 12


def no_parents(_: str) -> str | None:
    """Every region stands alone."""
    return None


def may(staff: Staff, action: str, *, department: str | None = None, region: str | None = None, parents: Parents = no_parents) -> bool:
    """Whether somebody may do something.

    Args:
        staff: who.
        action: a key of `ROLES_OF`.
        department: department the thing belongs to; "" for a thing of no department, which only people without a scope may touch;
            None when the action concerns no particular thing.
        region: region code of the thing, likewise.
        parents: the tree of regions.

    Raises:
        KeyError: no such action.
    """
    if staff.disabled or not ROLES_OF[action] & set(staff.roles):
        return False
    if department is not None and staff.departments and department not in staff.departments:
        return False
    return region is None or not staff.regions or _is_within(region, staff.regions, parents)


def covers(staff: Staff, *, departments: Iterable[str], regions: Iterable[str], parents: Parents = no_parents) -> bool:
    """Whether a scope lies inside that of `staff`, so that an administrator of a city hands out nothing beyond the city."""
    departments, regions = set(departments), set(regions)
    if staff.departments and not (departments and departments <= set(staff.departments)):
        return False
    return not staff.regions or (bool(regions) and all(_is_within(region, staff.regions, parents) for region in regions))


def _is_within(region: str, scope: Iterable[str], parents: Parents) -> bool:
    allowed, here = set(scope), region or None
    for _ in range(_MOST_LEVELS):  # a damaged tree may hold a circle
        if here is None:
            return False
        if here in allowed:
            return True
        here = parents(here)
    return False
