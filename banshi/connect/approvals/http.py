"""The OA over HTTP."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from banshi.connect.approvals.port import HandOver
from banshi.connect.resilience.http import HttpSystem


class _Taken(BaseModel):
    model_config = ConfigDict(extra="ignore")
    matterNo: str = Field(min_length=1, max_length=80)


class HttpApprovals:
    """`Approvals` over HTTP.

    Args:
        system: the way there.
    """

    def __init__(self, system: HttpSystem) -> None:
        self._system = system

    def submit(self, change: HandOver, key: str) -> str:
        """See `Approvals.submit`."""
        body = {
            "changeId": change.change,
            "title": change.title,
            "submitter": change.by,
            "submitterName": change.by_name,
            "reason": change.reason,
            "link": change.link,
            "submittedAt": change.at.isoformat(),
        }
        return self._system.post("/v1/matters", _Taken, body, key=key).matterNo
