"""What can go wrong for an editor, in sentences they can act on. The web layer maps each to one status code."""

from __future__ import annotations

from typing import Any


class EditingError(Exception):
    """Something cannot be done as it is; the message says what and why. Status 422.

    Attributes:
        detail: the sentence.
        more: what the page shows beside it.
    """

    def __init__(self, detail: str, **more: Any) -> None:
        super().__init__(detail)
        self.detail, self.more = detail, more


class ConflictError(EditingError):
    """Somebody else was there first. Status 409."""


class ForbiddenError(EditingError):
    """Not for this person. Status 403."""


class NotFoundError(EditingError):
    """There is no such record. Status 404."""
