"""What a citizen agrees to, and what a reminder says. A lock screen is read by others: no name, no whole number, no outcome."""

from __future__ import annotations

from banshi.connect.applications.port import Application, Correction, masked_number
from banshi.connect.booking.port import Booked
from banshi.connect.certificates.port import Certificate
from banshi.connect.messages.port import Kind

VERSION = "2026-11-1"
"""Of the words below; who agreed to others is asked again."""
CONSENT = (
    "打开以后，吉事办会按您选的内容，把提醒发到您在平台登记的手机上。为此系统会定期查看您名下的办件、证照和预约，"
    "只保存您的身份散列（不是证件号码）、选了哪几项和提醒内容。随时可以关，关了就不再查看，没发出的也不再发。"
)
EXPLAINED = {
    Kind.CORRECTION: "要补的材料快到期了",
    Kind.CLOSED: "办件办完了",
    Kind.CERTIFICATE: "名下证照一个月内到期",
    Kind.BOOKING: "预约的前一天",
}
"""What each kind is, for the switch."""


def correction_text(application: Application, correction: Correction) -> str:
    """补正期限."""
    day = f"{correction.due.month}月{correction.due.day}日"
    return (
        f"【吉事办】办件{masked_number(application.application_no)}（{application.task_name}）还缺“{correction.material}”，最晚{day}交。"
        "详情请登录吉事办看“我的办件”，或拨打12345。"
    )


def closed_text(application: Application) -> str:
    """办结."""
    return f"【吉事办】办件{masked_number(application.application_no)}（{application.task_name}）已办结，结果请登录吉事办看“我的办件”。"


def certificate_text(certificate: Certificate) -> str:
    """证照到期."""
    assert certificate.valid_until is not None
    day = certificate.valid_until
    told = f"{day.year}年{day.month}月{day.day}日"
    return f"【吉事办】您名下的{certificate.kind}到{told}到期，还要用的请提前换领。怎么办可以问吉事办智能助手，或拨打12345。"


def booking_text(booked: Booked) -> str:
    """预约."""
    begins = f"{booked.begins.month}月{booked.begins.day}日{booked.begins:%H:%M}"
    return f"【吉事办】您预约了{begins}到{booked.hall_name}（{booked.window}）办{booked.item_name}，来不了请提前取消。"
