"""When people answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from banshi.connect.workdays import is_workday

PHONE = "12345"
_FAR = 31


@dataclass(frozen=True)
class ServiceHours:
    """When people answer.

    Attributes:
        hours: of workdays, as "08:30-17:00".
    """

    hours: str

    @property
    def _span(self) -> tuple[time, time]:
        start, end = (time.fromisoformat(part) for part in self.hours.split("-"))
        return start, end

    def open_at(self, now: datetime) -> bool:
        """Whether people answer at a moment of China's time."""
        start, end = self._span
        return is_workday(now.date()) and start <= now.time() < end

    def text_at(self, now: datetime) -> str:
        """What the citizen reads."""
        start, end = self._span
        if self.open_at(now):
            return f"人工服务时间，今天到{end:%H:%M}"
        days = (now.date() + timedelta(days=ahead) for ahead in range(now.time() >= start, _FAR))
        day = next(filter(is_workday, days), None)
        when = "工作日" if day is None else "今天" if day == now.date() else f"{day.month}月{day.day}日"
        return f"现在不是人工服务时间，{when}{start:%H:%M}开始；着急请打{PHONE}"
