"""The message system over HTTP: its contract is docs/contracts/messages.json."""

from __future__ import annotations

from pathlib import Path

from pydantic import BaseModel, Field

from banshi.connect.messages.port import Kind
from banshi.connect.resilience.errors import SystemRefusedError
from banshi.connect.resilience.http import HttpSystem
from banshi.connect.resilience.labels import load_labels

LABELS = load_labels("messages", Path(__file__).with_name("labels.yml"))
SHUT = "收件人已关闭通知"
"""What a state says of somebody who wants no messages from the platform at all."""


class _Answer(BaseModel):
    messageNo: str = Field(min_length=1, max_length=60)
    stateCode: int


class HttpMessages:
    """`Messages` over HTTP.

    Args:
        system: the way there.
    """

    def __init__(self, system: HttpSystem) -> None:
        self._system = system

    def send(self, recipient: str, kind: Kind, text: str, key: str) -> str:
        """See `Messages.send`."""
        body = {"recipient": recipient, "templateCode": int(LABELS["template"].write(kind)), "text": text}
        answer = self._system.post("/messages", _Answer, body, key=key)
        if LABELS["state"].read(answer.stateCode) == SHUT:
            raise SystemRefusedError("收件人在消息系统里关闭了通知。")
        return answer.messageNo
