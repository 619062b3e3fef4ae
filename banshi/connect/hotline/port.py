"""The port to the 12345 hotline's system: tickets go there, and it says how far they are.

The fields of a ticket are those of the tables that the hotlines exchange: 渠道, 诉求类型, 分类, 地区, 地址, 标题, 描述, 反映人, 来电号码,
保密, 紧急程度, 主责部门, 受理时间, 期限.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol


@dataclass(frozen=True)
class OutsideStatus:
    """How far the hotline's system is with a ticket.

    Attributes:
        number: its own number of the ticket.
        state: 待受理, 已受理, 办理中, 已答复, 已退回 or 已办结.
        text: what it says to it, may be empty; the answer for 已答复 and 已办结, the reason for 已退回.
    """

    number: str
    state: str
    text: str


class Hotline(Protocol):
    """The hotline's system. Calls block."""

    def create(self, ticket: Mapping[str, Any], key: str) -> str:
        """Hand a ticket over.

        Args:
            ticket: the fields by their Chinese names; personal numbers are masked.
            key: the same for the same ticket; sent again with it, nothing new comes into being.

        Returns:
            The system's own number of the ticket, the same for the same key.

        Raises:
            SystemUnavailableError: try again later.
            SystemRefusedError: do not.
        """
        ...

    def status(self, number: str) -> OutsideStatus | None:
        """How far a ticket is, by the system's own number; None when it knows none of this number.

        Raises:
            SystemUnavailableError: try again later.
        """
        ...
