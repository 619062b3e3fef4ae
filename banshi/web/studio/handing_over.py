"""Changes of the outbox on their way to the OA."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from banshi.connect.approvals.port import Approvals
from banshi.desk.outbox.handler import OutboxHandler
from banshi.editing.approvals.handing_over import SYSTEM, read_posting
from banshi.store.audit import AuditLedger
from banshi.store.outbox import Posting


class ApprovalHandler(OutboxHandler):
    """Hands changes over.

    Args:
        approvals: the OA, guarded.
    """

    system = SYSTEM
    name = "OA"

    def __init__(self, approvals: Approvals) -> None:
        self._approvals = approvals

    def send(self, posting: Posting) -> Mapping[str, Any]:
        """See `OutboxHandler.send`."""
        return {"matter": self._approvals.submit(read_posting(posting), posting.key)}

    def arrived(self, connection: sa.Connection, posting: Posting, answer: Mapping[str, Any], now: datetime) -> None:
        """See `OutboxHandler.arrived`."""
        self._note(connection, "approvals.handed-over", posting, {"matter": answer["matter"]}, now)

    def gave_up(self, connection: sa.Connection, posting: Posting, told: str, now: datetime) -> None:
        """See `OutboxHandler.gave_up`. The change still waits for a reviewer in the studio."""
        self._note(connection, "approvals.hand-over-failed", posting, {"reason": told}, now)

    def _note(self, connection: sa.Connection, action: str, posting: Posting, detail: dict[str, Any], now: datetime) -> None:
        AuditLedger(connection).append(
            actor="system:approvals", action=action, target=f"change/{posting.payload['change']}", detail=detail, now=now
        )
