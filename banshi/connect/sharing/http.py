"""The platform over HTTP, in its own codes."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from pathlib import Path

from pydantic import BaseModel, Field

from banshi.connect.resilience.http import HttpSystem
from banshi.connect.resilience.labels import load_labels
from banshi.connect.sharing.port import Obtainable

LABELS = load_labels("sharing", Path(__file__).with_name("labels.yml"))
"""By field of its answers."""
MOUNTED = "已挂载"
"""The one state in which data can be had."""


class _Resource(BaseModel):
    materialName: str
    departmentCode: str
    resourceState: int


class _Answer(BaseModel):
    resources: list[_Resource] = Field(max_length=1000)


class HttpSharing:
    """`Sharing` over HTTP.

    Args:
        system: the way there.
    """

    def __init__(self, system: HttpSystem) -> None:
        self._system = system

    def obtainable(self, materials: Sequence[str], region: str) -> tuple[Obtainable, ...]:
        """See `Sharing.obtainable`."""
        if not materials:
            return ()
        body = {"regionCode": region, "materialNames": list(materials)}
        found = self._system.post("/resources/query", _Answer, body, key=secrets.token_hex(16))  # a question, so that it may be tried twice
        # Every code is read, also where nothing can be had: one that nobody knows is a mistake to be told.
        read = [(one.materialName, *_read(one)) for one in found.resources]
        ready = {name: department for name, department, state in read if state == MOUNTED}
        return tuple(Obtainable(name, ready[name]) for name in materials if name in ready)


def _read(resource: _Resource) -> tuple[str, str]:
    return LABELS["departmentCode"].read(resource.departmentCode), LABELS["resourceState"].read(resource.resourceState)
