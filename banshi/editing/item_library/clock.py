"""The month within which a guide follows its 实施清单."""

from __future__ import annotations

import calendar
from datetime import date


def month_after(day: date) -> date:
    """The same day of the next month, or its last day where it has none such.

    Example:
        >>> month_after(date(2026, 1, 31))
        datetime.date(2026, 2, 28)
    """
    year, month = (day.year + 1, 1) if day.month == 12 else (day.year, day.month + 1)
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))
