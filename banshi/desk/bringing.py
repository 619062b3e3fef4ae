"""What a citizen need not bring: documents of which they hold the electronic certificate, and those that departments share.

Nothing is guessed: a document is marked when a table names it, its guide lets it stay at home, and the system says so today. Of what a
system tells of a person nothing is kept.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Literal

from banshi.connect.certificates.port import Certificate, Certificates
from banshi.connect.sharing.port import Sharing
from banshi.knowledge.errors import KnowledgeError
from banshi.knowledge.guide import Guide
from banshi.knowledge.library import Knowledge
from banshi.knowledge.material_tables import (
    CertificateKind,
    SharedData,
    by_material,
    load_certificate_kinds,
    load_shared_data,
    names_without_guide,
    users_of,
)
from banshi.knowledge.regions import PROVINCE

log = logging.getLogger(__name__)

MarkKind = Literal["held", "held_local", "expired", "shared"]


@dataclass(frozen=True)
class Mark:
    """What stands beside one document of a guide.

    Attributes:
        material: as the guide calls it.
        kind: held: the electronic certificate does; held_local: where the place accepts it; expired: it is there and over;
            shared: a department gives the data.
        text: what people read.
        department: who gives the data; empty for certificates.
    """

    material: str
    kind: MarkKind
    text: str
    department: str = ""


class Bringing:
    """Marks documents. Its methods that ask a system block; call them in a worker thread.

    Args:
        certificates: 电子证照库.
        sharing: 数据共享平台.
        knowledge_dir: folder with certificates.yml and sharing.yml. A mistake in one takes its marks away and nothing else.
    """

    def __init__(self, certificates: Certificates, sharing: Sharing, knowledge_dir: Path) -> None:
        self._certificates, self._sharing = certificates, sharing
        self.kinds: tuple[CertificateKind, ...] = ()
        self.shared_data: tuple[SharedData, ...] = ()
        try:
            self.kinds = load_certificate_kinds(knowledge_dir / "certificates.yml")
            self.shared_data = load_shared_data(knowledge_dir / "sharing.yml")
        except KnowledgeError as error:
            log.error("Bringing are not marked: %s", error)
        self._kinds_of, self._data_of = by_material(self.kinds), by_material(self.shared_data)

    def shown(self, identity: str) -> list[Certificate]:
        """What a person holds of the kinds that may be shown, in the order of the table.

        Raises:
            SystemUnavailableError: it cannot be said now.
            SystemRefusedError: the library does not say.
        """
        order = [kind.name for kind in self.kinds if kind.shown]
        held = [one for one in self._certificates.of_person(identity) if one.kind in order]
        return sorted(held, key=lambda one: order.index(one.kind))

    def own_marks(self, guide: Guide, identity: str, day: date) -> list[Mark]:
        """Which of a guide's documents a person holds as electronic certificates, or has held. Raises as `shown` does."""
        wanted = [
            material for material in guide.materials if material.e_license_exempt != "no" and material.material_name in self._kinds_of
        ]
        if not wanted:
            return []
        held = self.shown(identity)
        marks: dict[str, Mark] = {}
        for material in wanted:
            kinds = {kind.name for kind in self._kinds_of[material.material_name]}
            own = [one for one in held if one.kind in kinds]
            if any(one.holds_on(day) for one in own):
                mark = _held(material.material_name, local=material.e_license_exempt == "local")
            elif any(one.expired_on(day) for one in own):
                mark = Mark(material.material_name, "expired", "您名下的已过期")
            else:
                continue
            marks.setdefault(material.material_name, mark)
        return list(marks.values())

    def shared_marks(self, guide: Guide, region: str | None) -> list[Mark]:
        """Which of a guide's documents departments get from each other in a region; None is the province.

        Raises:
            SystemUnavailableError: it cannot be said now.
            SystemRefusedError: the platform does not say.
        """
        allowed = ("yes", "local") if region is not None else ("yes",)  # what the place decides, it decides for the place
        names = {
            material.material_name: self._data_of[material.material_name][0].name
            for material in guide.materials
            if material.e_license_exempt in allowed and material.material_name in self._data_of
        }
        if not names:
            return []
        found = self._sharing.obtainable(tuple(dict.fromkeys(names.values())), region or PROVINCE)
        givers = {one.material: one.department for one in found}
        return [
            Mark(material, "shared", f"可由部门共享取得，不用带（{givers[name]}）", givers[name])
            for material, name in names.items()
            if name in givers
        ]

    def unmapped(self, knowledge: Knowledge) -> dict[str, Any]:
        """For editors: documents that guides let stay at home and that the list of shared data does not name, the most used first."""
        rows = []
        users = users_of(knowledge.guides)
        exempt = {name: [(guide, how) for guide, how in uses if how != "no"] for name, uses in users.items()}
        exempt = {name: uses for name, uses in exempt.items() if uses}
        for name, uses in exempt.items():
            if name not in self._data_of:
                items = [{"id": guide.id, "name": guide.task_name, "exempt": how} for guide, how in uses]
                rows.append({"material": name, "items": items, "certificates": [kind.name for kind in self._kinds_of.get(name, ())]})
        rows.sort(key=lambda row: -len(row["items"]))
        unknown = names_without_guide((*self.kinds, *self.shared_data), knowledge.guides)
        return {"rows": rows, "mapped": len(exempt) - len(rows), "total": len(exempt), "unknown": unknown}

    def overview(self, knowledge: Knowledge) -> dict[str, Any]:
        """For editors: every 证照类型 with whether it is shown, its documents, and the items that use it (用证事项清单)."""
        users = users_of(knowledge.guides)
        rows = [
            {"name": kind.name, "shown": kind.shown, "materials": list(kind.materials), "items": _items(kind.materials, users)}
            for kind in self.kinds
        ]
        shown = sum(kind.shown for kind in self.kinds)
        return {"rows": rows, "shown": shown, "total": len(rows), "percent": round(100 * shown / len(rows)) if rows else 0}


def _held(material: str, *, local: bool) -> Mark:
    if local:
        return Mark(material, "held_local", "您名下有电子证照，能不能免交以当地公布为准")
    return Mark(material, "held", "电子证照可免交（您名下有）")


def _items(materials: Iterable[str], users: dict[str, list[tuple[Guide, str]]]) -> list[dict[str, str]]:
    found = {guide.id: guide.task_name for material in materials for guide, exempt in users.get(material, ()) if exempt != "no"}
    return [{"id": item, "name": name} for item, name in found.items()]
