"""Who acts."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Actor:
    """A signed-in person, or the system itself."""

    account: str
    name: str


SYSTEM = Actor("system", "系统")
SEED = Actor("seed", "初始导入")
"""The files of the knowledge folder, when they were taken into the store."""
