"""The port to the OA: a change that was handed in is handed over for approval. What is decided comes back as a callback."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

AGREED, DISAGREED = "同意", "不同意"


@dataclass(frozen=True)
class HandOver:
    """A change that waits for approval.

    Attributes:
        change: our id of it; the decision names it.
        title: what is changed.
        by: account of who handed it in.
        by_name: their name.
        reason: why.
        link: where it can be read.
        at: when it was handed in.
    """

    change: str
    title: str
    by: str
    by_name: str
    reason: str
    link: str
    at: datetime


class Approvals(Protocol):
    """The OA. Calls block."""

    def submit(self, change: HandOver, key: str) -> str:
        """Hand a change over.

        Args:
            change: it.
            key: the same for the same change; sent again with it, nothing new comes into being.

        Returns:
            The OA's own number of the matter, the same for the same key.

        Raises:
            SystemUnavailableError: try again later.
            SystemRefusedError: do not.
        """
        ...
