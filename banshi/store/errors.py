"""What the store refuses. Each error carries what it found, so that callers can word it for whom it concerns."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from banshi.store.releases import Release
    from banshi.store.revisions import Revision


class StoreError(Exception):
    """Something the store refused."""


class StaleRevisionError(StoreError):
    """Somebody else saved first.

    Attributes:
        head: the newest revision as it is now (`number`, `author_name`, `created_at`); None when there is no such record.
    """

    def __init__(self, head: Revision | None) -> None:
        self.head = head
        found = "这条记录还不存在。" if head is None else f"{head.author_name}已先保存了第{head.number}版，请合并后再保存。"
        super().__init__(found)


class StateError(StoreError):
    """A revision or release is in another state than the caller took it to be in.

    Attributes:
        found: what was found.
        state: its state, "" when there is none of this id.
    """

    def __init__(self, found: Revision | Release | None) -> None:
        self.found = found
        self.state: str = "" if found is None else found.state
        super().__init__(
            "没有这一条。" if found is None else f"第{found.id}号现在的状态是“{found.state}”，与操作时看到的不同，请刷新后再试。"
        )


class ReleaseConflictError(StoreError):
    """Another release became active since this one was begun.

    Attributes:
        active: the release in use now.
    """

    def __init__(self, active: Release | None) -> None:
        self.active = active
        now = "现在没有生效的版本" if active is None else f"{active.author_name}的第{active.id}号发布已先生效"
        super().__init__(f"{now}，请重新评估影响后再发布。")


class AlreadyExistsError(StoreError):
    """The account, or the outside identity, is taken."""


class NotFoundError(StoreError):
    """There is no row of this id."""


class DatabaseVersionError(StoreError):
    """The database was made by a Banshi that this one does not know, or is no database of Banshi."""
