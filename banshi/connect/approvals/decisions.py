"""What the OA sends back, with its codes read by label."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from banshi.connect.resilience.labels import load_labels

LABELS = load_labels("approvals", Path(__file__).with_name("labels.yml"))
_EARLIEST, _LATEST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)


class DecisionCallback(BaseModel):
    """审批结果。"""

    model_config = ConfigDict(extra="forbid")

    event: str = Field(pattern=r"^[!-~]{1,80}$", description="事件编号：同一次审批重发时不变")
    changeId: str = Field(pattern=r"^[!-~]{1,80}$", description="送审时给出的变更编号")
    userId: str = Field(min_length=1, max_length=120, description="审批人在 OA 的账号")
    decision: str = Field(min_length=1, max_length=20, description="审批结果：0 同意，1 不同意")
    opinion: str = Field(default="", max_length=500, description="审批意见")
    decidedAt: AwareDatetime = Field(ge=_EARLIEST, lt=_LATEST, description="审批时间，带时区")

    def label(self) -> str:
        """同意 or 不同意.

        Raises:
            UnknownLabelError: the code is neither.
        """
        return LABELS["decision"].read(self.decision)
