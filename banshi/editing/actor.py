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
ITEM_LIBRARY = Actor("system:items", "事项库")
DOCUMENT_LIBRARY = Actor("system:documents", "文件资料库")


def is_person(account: str) -> bool:
    """Whether an account is somebody's; accounts of people hold no colon. What a program wrote, somebody must have taken up before
    another person approves it."""
    return ":" not in account and account not in (SYSTEM.account, SEED.account, "command")
