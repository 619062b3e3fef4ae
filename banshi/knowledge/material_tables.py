"""What the documents of guides are elsewhere: kinds of certificates (`certificates.yml`), and data that departments share (`sharing.yml`).

Both stand beside the records and are no part of an index. A document that a table does not name is not guessed at.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TypeVar

from pydantic import Field

from banshi.knowledge.beside import read_list
from banshi.knowledge.errors import KnowledgeError
from banshi.knowledge.guide import Guide, Record


class DocumentEntry(Record):
    """What the two tables have in common: a name, and the documents of guides that it stands for."""

    name: str = Field(min_length=2, max_length=60)
    materials: tuple[str, ...] = ()


class CertificateKind(DocumentEntry):
    """证照类型. `shown`: the province lets 吉事办 show it to its holder."""

    shown: bool


class SharedData(DocumentEntry):
    """One row of 申请材料数据共享责任清单."""

    department: str = Field(min_length=2)
    """Who answers for the data."""
    regions: tuple[str, ...] = ()
    """Where it can be had; empty: in the whole province."""


_E = TypeVar("_E", bound=DocumentEntry)


def load_certificate_kinds(path: Path) -> tuple[CertificateKind, ...]:
    """Read `certificates.yml`; no file, none.

    Raises:
        KnowledgeError: it is malformed, or names a kind twice.
    """
    return _loaded(path, CertificateKind)


def load_shared_data(path: Path) -> tuple[SharedData, ...]:
    """Read `sharing.yml`; no file, none.

    Raises:
        KnowledgeError: it is malformed, names something twice, or one document under two names.
    """
    found = _loaded(path, SharedData)
    seen: dict[str, str] = {}
    for entry in found:
        for material in entry.materials:
            if other := seen.get(material):
                raise KnowledgeError(f"{path.name} {entry.name}：材料“{material}”已经归在“{other}”下面")
            seen[material] = entry.name
    return found


def _loaded(path: Path, kind: type[_E]) -> tuple[_E, ...]:
    entries: dict[str, _E] = {}
    for entry in read_list(path, kind):
        if entry.name in entries:
            raise KnowledgeError(f"{path.name}：{entry.name} 写了两次，请合成一处")
        if len(set(entry.materials)) < len(entry.materials):
            raise KnowledgeError(f"{path.name} {entry.name}：同一份材料写了两次")
        entries[entry.name] = entry
    return tuple(entries.values())


def by_material(entries: Iterable[_E]) -> dict[str, tuple[_E, ...]]:
    """The entries of each document, in their order."""
    found: dict[str, tuple[_E, ...]] = {}
    for entry in entries:
        for material in entry.materials:
            found[material] = (*found.get(material, ()), entry)
    return found


def users_of(guides: Mapping[str, Guide]) -> dict[str, list[tuple[Guide, str]]]:
    """Document → the guides that ask for it, each with 可否免交 (yes, no, local), by the guides' order."""
    found: dict[str, list[tuple[Guide, str]]] = {}
    for guide in guides.values():
        for name, exempt in dict.fromkeys((material.material_name, material.e_license_exempt) for material in guide.materials):
            found.setdefault(name, []).append((guide, exempt))
    return found


def names_without_guide(entries: Iterable[DocumentEntry], guides: Mapping[str, Guide]) -> list[str]:
    """Documents that a table names and no guide asks for, sorted: a slip, or a guide that was changed since."""
    known = users_of(guides)
    return sorted({material for entry in entries for material in entry.materials if material not in known})
