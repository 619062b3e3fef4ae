"""Forms with their blank and their sample, links, and what is not filled in yet.

Source: 2020年度“一窗受理、集成服务”实施方案: 对于需要填报的材料，必须提供参考样本.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from banshi.knowledge.lint.amounts import visits_of
from banshi.knowledge.lint.content import is_filled, put, text_of
from banshi.knowledge.lint.context import Draft
from banshi.knowledge.lint.finding import Found, Rule
from banshi.knowledge.lint.slips import mended

_FORM = re.compile("(?:申请|登记|申报|审批|申领|报名|变更|备案|认定|确认|注册)(?:书|表|单)(?:$|[（(、])")
_LINK_FIELDS = ("online_handle_url", "mobile_terminal_url", "result_sample", "url")
_OPTIONAL_LINKS = ("online_handle_url", "mobile_terminal_url", "url")
_MATERIAL_LINKS = ("form_guid", "example_guid")
_LINK = re.compile(
    r"(?P<scheme>[a-z][a-z0-9+]{1,9}://)(?P<rest>[^\s，。；、（）()“”\"'<>《》]+)"
    r"|(?<![@a-z0-9.-])(?P<bare>(?:[a-z0-9-]+\.)+(?:com|cn|net|org|gov|edu|info|top|cc|vip|xyz|shop|club|site|online|link|app|io|me|tv|wang|work|co)"
    r"(?![a-z0-9-])(?:[/:?#][^\s，。；、（）()“”\"'<>《》]*)?)",
    re.IGNORECASE,
)
_TOLD_FIELDS = {
    "link_way": "咨询方式",
    "supervise_way": "监督投诉方式",
    "transact_addr": "办理地址",
    "transact_time": "办理时间",
    "result_name": "结果名称",
    "result_sample": "结果样本",
    "online_handle_url": "网上办理地址",
    "reconsideration": "行政复议",
    "litigation": "行政诉讼",
}


def _is_form(row: Mapping[str, Any]) -> bool:
    return _FORM.search(mended(text_of(row.get("material_name")))) is not None


def _must_have_blank(row: Mapping[str, Any]) -> bool:
    """Typed as a form, or a form by its name in a list that carries the fields for blanks."""
    return row.get("material_type") == "申请表格文书" or (_is_form(row) and any(name in row for name in _MATERIAL_LINKS))


def _no_blank(draft: Draft) -> Iterator[Found]:
    for path, row in draft.rows("materials"):
        lacking = [word for name, word in (("form_guid", "空白表格"), ("example_guid", "示例样表")) if not is_filled(row.get(name))]
        if _must_have_blank(row) and lacking:
            name = text_of(row.get("material_name"))
            field = "form_guid" if lacking[0] == "空白表格" else "example_guid"
            yield Found(f"{path}.{field}", f"“{name}”要群众填写，还缺{'和'.join(lacking)}", name)


def _no_example(draft: Draft) -> Iterator[Found]:
    for path, row in draft.rows("materials"):
        if _is_form(row) and not _must_have_blank(row):
            name = text_of(row.get("material_name"))
            yield Found(f"{path}.example_guid", f"“{name}”可以附上空白表格和填好的示例样表，群众照着填", name)


def host_of(link: re.Match[str]) -> str:
    """The host a link leads to: what stands before an @ is a disguise, not a host."""
    rest = link["rest"] or link["bare"]
    return re.split(r"[/?#\\]", rest, maxsplit=1)[0].rpartition("@")[2].partition(":")[0].strip(".").lower()


def _outside(draft: Draft) -> Iterator[Found]:
    seen = list(draft.formal)
    seen += [(name, draft.text(name)) for name in _LINK_FIELDS]
    seen += [(f"{path}.{name}", text_of(row.get(name))) for path, row in draft.rows("materials") for name in _MATERIAL_LINKS]
    for path, text in seen:
        for link in _LINK.finditer(text):
            host = host_of(link)
            if not any(host == domain or host.endswith(f".{domain}") for domain in draft.context.domains):
                message = f"链接“{link[0]}”不在允许的网站之内。可用：{'、'.join(draft.context.domains)}"
                yield Found(path, message, link[0], "删去这个链接" if path in _OPTIONAL_LINKS else None)
                break


def _drop_link(draft: Draft, path: str) -> None:
    put(draft.content, path, None)


def _no_aliases(draft: Draft) -> Iterator[Found]:
    if not any(text.strip() for _, text in draft.lines("aliases")):
        yield Found("aliases", "还没有日常用语。群众很少说事项的正式名称，写上他们平常怎么叫")


def _permit_without_qa(draft: Draft) -> Iterator[Found]:
    asked = draft.context.items_with_qa
    if draft.label("task_type") == "行政许可" and asked is not None and draft.key not in asked:
        yield Found("", "行政许可事项还没有一条答问，群众常问的指南里不一定写得下，请补上")


def _unfilled(draft: Draft) -> Iterator[Found]:
    lacking = [word for name, word in _TOLD_FIELDS.items() if not is_filled(draft.content.get(name))]
    visits = visits_of(draft.content)
    if visits is not None and visits[0] > 0 and not is_filled(draft.content.get("limit_scene_explain")):
        lacking.append("到现场原因")
    if lacking:
        yield Found("", f"还没有填：{'、'.join(lacking)}")


RULES = (
    Rule("form-no-blank", "warning", ("guide",), _no_blank),
    Rule("permit-no-qa", "warning", ("guide",), _permit_without_qa),
    Rule("link-outside", "warning", ("guide", "qa", "policy"), _outside, _drop_link),
    Rule("example-missing", "advice", ("guide",), _no_example),
    Rule("aliases-missing", "advice", ("guide",), _no_aliases),
    Rule("unfilled", "advice", ("guide",), _unfilled),
)
