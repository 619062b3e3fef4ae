"""An OA that needs no network: it takes every change, and nobody there decides anything."""

from __future__ import annotations

import hashlib

from banshi.connect.approvals.port import HandOver
from banshi.connect.resilience.errors import SystemRefusedError


class DemoApprovals:
    """`Approvals` that keeps nothing: the number follows from the key.

    Example:
        >>> DemoApprovals().submit(change, "approval:7.1")
        'DEMO-OA-5ddfe1d1'
    """

    def submit(self, change: HandOver, key: str) -> str:
        """See `Approvals.submit`."""
        if not change.title.strip():
            raise SystemRefusedError("送审事项缺少标题。")
        return f"DEMO-OA-{hashlib.sha256(key.encode()).hexdigest()[:8]}"
