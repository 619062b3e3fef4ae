"""Certificates of invented people, for demonstrations, development and tests."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta

from banshi.connect.certificates.port import Certificate
from banshi.connect.identity.demo_people import IN_CORRECTION_PERSON, IN_REVIEW_PERSON, demo_identity

_YEAR = 365
_POLICE, _TRAFFIC, _LABOUR, _CIVIL = "示例公安局", "示例公安局交警支队", "示例人力资源和社会保障局", "示例民政局"


class DemoCertificates:
    """`Certificates` of two invented people; everybody else holds nothing. Last days are told from the day it is.

    Example:
        >>> DemoCertificates(now=china_now).of_person(demo_identity("示例甲"))[0].kind
        '居民身份证'
    """

    def __init__(self, *, now: Callable[[], datetime]) -> None:
        """Take the clock, in China time."""
        self._now = now

    def of_person(self, identity: str) -> tuple[Certificate, ...]:
        """See `Certificates.of_person`."""
        return _held(self._now().date()).get(identity, ())


def _held(today: date) -> dict[str, tuple[Certificate, ...]]:
    def after(years: float) -> date:
        return today + timedelta(days=round(years * _YEAR))

    return {
        demo_identity(IN_REVIEW_PERSON): (
            Certificate("居民身份证", _POLICE, after(6), "有效"),
            Certificate("居民户口簿", _POLICE, None, "有效"),
            Certificate("机动车驾驶证", _TRAFFIC, after(-0.2), "有效"),
            Certificate("社会保障卡", _LABOUR, after(3), "有效"),
            Certificate("居住证", _POLICE, after(0.5), "挂失"),
        ),
        demo_identity(IN_CORRECTION_PERSON): (
            Certificate("居民身份证", _POLICE, after(-0.1), "过期"),
            Certificate("结婚证", _CIVIL, None, "有效"),
        ),
    }
