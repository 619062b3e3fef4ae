"""What an operator can be asked to check is what a guide or a Q&A says, and nothing else."""

from __future__ import annotations

from typing import Any

import pytest

from banshi.desk.people.holding import is_answer
from banshi.desk.replies import ReplyType, reply

LINK = {"title": "去吉事办办理", "url": "https://zwfw.jl.gov.cn/"}


@pytest.mark.parametrize(
    ("kind", "custom", "waits"),
    [
        ("answer", {"decision": "answer", "item": "hz-idcard-reissue", "sources": []}, True),
        ("link", {"item": "hz-idcard-reissue", "links": [LINK]}, True),
        ("link", {"item": None, "links": [LINK]}, False),
        ("link", {"item": "hz-idcard-reissue", "links": [], "sheet": {"what": "booking"}}, False),
        ("answer", {"small_talk": "cancel"}, False),
        ("answer", {"decision": "answer", "small_talk": "repeat"}, False),
        ("clarify", {"decision": "clarify", "item": None}, False),
        ("ask", {"slot": "situation", "item": "hz-idcard-reissue"}, False),
        ("reject", {"decision": "reject"}, False),
        ("status", {"found": True}, False),
        ("redirect", {"about": "emergency"}, False),
        ("handoff", {}, False),
        ("checking", {"seconds": 20}, False),
    ],
)
def test_only_answers_wait(kind: ReplyType, custom: dict[str, Any], waits: bool) -> None:
    assert is_answer(reply("一句话", kind, **custom)) is waits
