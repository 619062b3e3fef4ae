"""The port to the platform on which departments share data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class Obtainable:
    """A document that need not be brought.

    Attributes:
        material: as it was asked for.
        department: who gives the data.
    """

    material: str
    department: str


class Sharing(Protocol):
    """The platform. Calls block."""

    def obtainable(self, materials: Sequence[str], region: str) -> tuple[Obtainable, ...]:
        """Which documents can be had by sharing now, in the order asked for.

        Args:
            materials: names as 申请材料数据共享责任清单 has them; what it does not know is not among the answers.
            region: code of the place where they are needed.

        Raises:
            SystemUnavailableError: it cannot be said now.
            SystemRefusedError: the platform does not say.
        """
        ...
