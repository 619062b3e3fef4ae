"""Going there or not: 网办深度, 到办事现场次数 and its reason must tell the same.

Source: 吉政办发〔2021〕14号 (IV级 全程网办, III级 网上申请、至多跑一次).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from banshi.knowledge.lint.amounts import DEPTHS, depth_of, visits_of
from banshi.knowledge.lint.content import path_of_text, write_text
from banshi.knowledge.lint.context import Draft
from banshi.knowledge.lint.finding import Found, Rule

_NO_REASON = re.compile(r"\s*(?:无|没有|不需要|不用|无需(?:到现场)?|不用到现场|[-—/]|0)?[。.]?\s*")
CHANNEL_FIELDS = ("limit_scene_explain", "is_online", "transact_addr", "transact_time", "is_schedule", "is_express")
"""A guide that carries any of these tells its channel in fields, so the reason must be among them."""


def _reason(draft: Draft) -> str:
    text = draft.text("limit_scene_explain")
    return "" if _NO_REASON.fullmatch(text) else text


def _online(draft: Draft) -> Iterator[Found]:
    visits = visits_of(draft.content)
    if depth_of(draft.content) == 4 and visits is not None and visits[1] > 0:
        told = draft.text("online_handle_depth")
        lower = DEPTHS[_depth_for(visits[1])]
        message = f"网办深度是{told}（全程网办），到办事现场次数却是{visits[1]:g}次。全程网办应当是0次"
        yield Found(path_of_text(draft.content, "online_handle_depth"), message, told, f"网办深度改为{lower}")


def _depth_for(visits: float) -> int:
    return 3 if visits <= 1 else 2


def _lower(draft: Draft, _: str) -> None:
    visits = visits_of(draft.content)
    assert visits is not None
    write_text(draft.content, "online_handle_depth", DEPTHS[_depth_for(visits[1])])


def _no_reason(draft: Draft) -> Iterator[Found]:
    visits = visits_of(draft.content)
    carries = any(name in draft.content for name in CHANNEL_FIELDS)
    if carries and visits is not None and visits[0] > 0 and not _reason(draft):
        yield Found("limit_scene_explain", f"要到现场{visits[0]:g}次，没有写为什么必须到现场")


def _needless_reason(draft: Draft) -> Iterator[Found]:
    visits = visits_of(draft.content)
    if visits == (0, 0) and (reason := _reason(draft)):
        yield Found("limit_scene_explain", "到办事现场次数是0，却写了到现场的原因，两处有一处不对", reason, "删去到现场的原因")


def _drop_reason(draft: Draft, _: str) -> None:
    draft.content["limit_scene_explain"] = None


RULES = (
    Rule("online-but-visits", "error", ("guide",), _online, _lower),
    Rule("visits-no-reason", "error", ("guide",), _no_reason),
    Rule("reason-no-visits", "error", ("guide",), _needless_reason, _drop_reason),
)
