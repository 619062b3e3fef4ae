"""Names of fields and columns that are no longer in use.

Source: 吉政办发〔2021〕14号 (办事服务 and the like become 政务服务), and the element names of the implementation list.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from banshi.knowledge.fields import FIELD_LABELS
from banshi.knowledge.lint.content import at, drop, put
from banshi.knowledge.lint.context import Draft
from banshi.knowledge.lint.finding import Found, Rule

_OLD_KEYS = {
    **{field.label: name for name, field in FIELD_LABELS["guide"].items() if "." not in name},
    **dict.fromkeys(("name", "title", "item_name"), "task_name"),
    **dict.fromkeys(("conditions", "审批条件", "申请条件", "许可条件"), "accept_condition"),
    **dict.fromkeys(("flow", "handle_flow", "办事流程", "审批流程"), "process"),
    **dict.fromkeys(("fee", "收费标准"), "fees"),
    **dict.fromkeys(("department", "dept"), "dept_name"),
    **dict.fromkeys(("法定期限", "法定时限"), "anticipate"),
    **dict.fromkeys(("承诺期限", "承诺时限"), "promise"),
    **dict.fromkeys(("申报材料", "所需材料"), "materials"),
    **dict.fromkeys(("联系电话", "咨询电话"), "link_way"),
    **dict.fromkeys(("监督电话", "投诉电话"), "supervise_way"),
    **{"type": "task_type", "basis": "by_law", "设定依据": "by_law", "实施主体": "implementing_agency"},
    **{"办公时间": "transact_time", "办公地址": "transact_addr", "审批结果": "result_name"},
}
_OLD_MATERIAL_KEYS = {"name": "material_name", "材料名称": "material_name", "材料形式": "form", "份数": "copies", "备注": "note"}
_OLD_HEADINGS = {
    **dict.fromkeys(("法定期限", "法定时限"), "法定办结时限"),
    **dict.fromkeys(("承诺期限", "承诺时限"), "承诺办结时限"),
    **dict.fromkeys(("申报材料", "报送材料", "所需材料"), "申请材料"),
    **dict.fromkeys(("审批条件", "申报条件", "准予条件", "许可条件"), "受理条件"),
    **dict.fromkeys(("审批流程", "审批程序", "办事流程", "办理程序"), "办理流程"),
    **dict.fromkeys(("审批对象", "办理对象"), "服务对象"),
    **dict.fromkeys(("监督电话", "举报电话"), "监督投诉方式"),
    **{"审批时限": "办结时限", "审批依据": "设定和实施依据", "审批部门": "实施机构", "联系电话": "咨询方式"},
    **{"办公地址": "办理地址", "办公时间": "办理时间", "审批结果": "办理结果", "审批证件": "结果名称"},
}
_HEADINGS = "|".join(_OLD_HEADINGS)
_HEADING = re.compile(rf"(?:^|(?<=[。；\n“（(]))(?:{_HEADINGS})(?=[：:])|(?:{_HEADINGS})(?=[”」]?(?:一栏|这一栏|栏目|栏|字段))")
_SERVICE = "(?:办事服务|网上办事|在线办事|在线服务|网上服务|网上审批)"
_COLUMN = re.compile(
    f"{_SERVICE}(?=[”」]?(?:一级)?(?:栏目|频道|板块|版块|主栏目|菜单|专栏|一栏|模块))|(?<=[“「]){_SERVICE}(?=[”」])"
    f"|(?:(?<=点击)|(?<=点开)|(?<=进入)|(?<=打开)|(?<=选择)|(?<=找到)){_SERVICE}"
)
_COLUMN_NOW = "政务服务"


def in_current_names(content: Mapping[str, Any]) -> dict[str, Any]:
    """A guide's content with old field names read as what they are now, where that is not there as well."""
    current = {_now(_OLD_KEYS, key, content): value for key, value in content.items()}
    rows = current.get("materials")
    if isinstance(rows, list):
        current["materials"] = [
            {_now(_OLD_MATERIAL_KEYS, key, row): value for key, value in row.items()} if isinstance(row, Mapping) else row for row in rows
        ]
    return current


def _now(old: Mapping[str, str], key: Any, content: Mapping[str, Any]) -> Any:
    new = old.get(key) if isinstance(key, str) and key not in FIELD_LABELS["guide"] else None
    return new if new is not None and new not in content else key


def _old_names(draft: Draft) -> Iterator[Found]:
    for path, text in draft.formal:
        if match := _HEADING.search(text):
            new = _OLD_HEADINGS[match[0]]
            yield Found(path, f"“{match[0]}”是旧的栏目名，现在叫“{new}”", match[0], f"改为“{new}”")
        elif match := _COLUMN.search(text):
            yield Found(path, f"“{match[0]}”是旧的栏目名，各网站已统一叫“{_COLUMN_NOW}”", match[0], f"改为“{_COLUMN_NOW}”")


def _old_keys(draft: Draft) -> Iterator[Found]:
    fields = FIELD_LABELS["guide"]
    for key in draft.content:
        if isinstance(key, str) and key in _OLD_KEYS and key not in fields:
            new = _OLD_KEYS[key]
            repair = f"改名为{new}" if new not in draft.content else None
            yield Found(key, f"“{key}”是旧的字段名，现在是 {new}（{fields[new].label}）", key, repair)
    for path, row in draft.rows("materials"):
        for key in row:
            if key in _OLD_MATERIAL_KEYS:
                new = _OLD_MATERIAL_KEYS[key]
                repair = f"改名为{new}" if new not in row else None
                yield Found(f"{path}.{key}", f"“{key}”是旧的字段名，现在是 {new}", key, repair)


def _rename_field(draft: Draft, path: str) -> None:
    above, _, key = path.rpartition(".")
    new = (_OLD_MATERIAL_KEYS if above else _OLD_KEYS)[key]
    value = at(draft.content, path)
    drop(draft.content, path)
    put(draft.content, f"{above}.{new}" if above else new, value)


def _rename(draft: Draft, path: str) -> None:
    text = _HEADING.sub(lambda match: _OLD_HEADINGS[match[0]], at(draft.content, path))
    put(draft.content, path, _COLUMN.sub(_COLUMN_NOW, text))


RULES = (
    Rule("old-field", "error", ("guide",), _old_keys, _rename_field),
    Rule("old-name", "warning", ("guide", "qa"), _old_names, _rename),
)
