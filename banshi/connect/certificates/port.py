"""The port to the library of electronic certificates."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal, Protocol

State = Literal["有效", "过期", "注销", "挂失"]


@dataclass(frozen=True)
class Certificate:
    """One certificate, without its number.

    Attributes:
        kind: 证照类型, as `knowledge/certificates.yml` names it.
        organ: who issued it.
        valid_until: the last day; None: 长期.
        state: as the library has it.
    """

    kind: str
    organ: str
    valid_until: date | None
    state: State

    def holds_on(self, day: date) -> bool:
        """Whether it may be used on a day: the library calls it valid, and its last day is not over."""
        return self.state == "有效" and (self.valid_until is None or day <= self.valid_until)

    def expired_on(self, day: date) -> bool:
        """Whether it was valid once and its time is over; what was revoked or reported lost is not expired."""
        return self.state == "过期" or (self.state == "有效" and self.valid_until is not None and self.valid_until < day)


class Certificates(Protocol):
    """The library. Calls block."""

    def of_person(self, identity: str) -> tuple[Certificate, ...]:
        """Everything a person holds, by kind.

        Args:
            identity: the platform's keyed hash of the identity number (64 hex digits).

        Raises:
            SystemUnavailableError: it cannot be said now.
            SystemRefusedError: the library does not tell of this person.
        """
        ...
