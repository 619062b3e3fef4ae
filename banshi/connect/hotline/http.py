"""The 12345 system over HTTP, as `docs/contracts/hotline.json` has it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

from pydantic import BaseModel

from banshi.connect.hotline.port import OutsideStatus
from banshi.connect.resilience.errors import SystemUnavailableError
from banshi.connect.resilience.http import HttpSystem
from banshi.connect.resilience.labels import UnknownLabelError, load_labels

LABELS = load_labels("hotline", Path(__file__).with_name("labels.yml"))
_LONGEST_NUMBER = 60


class _Created(BaseModel):
    orderNo: str


class _Status(BaseModel):
    orderNo: str
    status: int
    content: str


class HttpHotline:
    """`Hotline` over HTTP.

    Args:
        system: the way to it.
    """

    def __init__(self, system: HttpSystem) -> None:
        self._system = system

    def create(self, ticket: Mapping[str, Any], key: str) -> str:
        """See `Hotline.create`."""
        made = self._system.post("/orders", _Created, _theirs(ticket, key), key=key).orderNo
        if not made.strip() or len(made) > _LONGEST_NUMBER:
            raise SystemUnavailableError(f"{self._system.system} gave a ticket no number that can be kept.")
        return made

    def status(self, number: str) -> OutsideStatus | None:
        """See `Hotline.status`."""
        if not number:
            return None
        found = self._system.find(f"/orders/{quote(number, safe='')}", _Status)
        return None if found is None else OutsideStatus(found.orderNo, LABELS["state"].read(found.status), found.content)


def _theirs(ticket: Mapping[str, Any], key: str) -> dict[str, Any]:
    topics = [str(one) for one in ticket.get("分类") or ()]
    try:
        channel = LABELS["channel"].write(str(ticket.get("渠道") or "web"))
    except UnknownLabelError:  # ways to us that they do not tell apart
        channel = LABELS["channel"].write("web")
    return {
        "sourceNo": str(ticket.get("工单编号") or key),
        "channel": int(channel),
        "kind": int(LABELS["kind"].write(str(ticket.get("诉求类型") or ""))),
        "topics": topics,
        "area": str(ticket.get("地区") or ""),
        "address": str(ticket.get("地址") or ""),
        "title": str(ticket.get("标题") or ""),
        "content": str(ticket.get("描述") or ""),
        "contactName": str(ticket.get("反映人") or ""),
        "contactPhone": str(ticket.get("来电号码") or ""),
        "confidential": bool(ticket.get("保密")),
        "urgency": int(LABELS["urgency"].write(str(ticket.get("紧急程度") or "一般"))),
        "department": str(ticket.get("主责部门") or ""),
        "acceptTime": ticket.get("受理时间"),
        "dueDate": ticket.get("期限") or None,
    }
