"""What can be refused, one class for each way HTTP answers."""

from __future__ import annotations

from datetime import datetime


class StaffError(Exception):
    """Root of this package's errors.

    Args:
        detail: what happened and what to do, in Chinese, for the person at the screen.
        english: the same for the command line, where it can happen there.
    """

    def __init__(self, detail: str, english: str = "") -> None:
        super().__init__(detail)
        self.detail, self.english = detail, english or detail


class NotSignedInError(StaffError):
    """Nobody is signed in, or the name or password is wrong (401)."""


class NotAllowedError(StaffError):
    """Somebody is signed in, but this is not theirs to do (403)."""


class UnknownAccountError(StaffError):
    """An administrator named an account that does not exist (404)."""


class ConflictError(StaffError):
    """The change does not fit what is there, such as a name already taken (409)."""


class InvalidError(StaffError):
    """A value is not allowed (422)."""


class WeakPasswordError(InvalidError):
    """A new password breaks a rule (422)."""


class LockedError(StaffError):
    """Too many wrong passwords for one account name (423).

    Args:
        detail: the sentence.
        until: when the next attempt is looked at.
    """

    def __init__(self, detail: str, until: datetime) -> None:
        super().__init__(detail)
        self.until = until


class TooManyAttemptsError(StaffError):
    """Too many failures from one address (429)."""


class ProviderError(StaffError):
    """The identity provider cannot be reached or answers what it should not (502, 503)."""


class NoProviderError(StaffError):
    """Sign-in with an outside identity was asked for, and none is set up."""
