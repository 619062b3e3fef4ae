"""Invented changes of the item library, for demonstrations and tests: entries of real items with codes that begin with DEMO.

By our names and labels. The demo tells them as they are; the stand-in turns the labels into the library's numbers.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

_MATERIALS = [
    {"material_name": "居民户口簿", "is_need": "必要", "material_type": "证件证书证明", "page_num_y": 1, "page_num_f": 0,
     "material_format": "纸质/电子化", "source_type": "政府部门核发", "sharing_department": "公安机关（演示）"},
    {"material_name": "补领申请表（演示）", "is_need": "容缺后补", "material_type": "申请表格文书", "page_num_y": 1, "page_num_f": 0,
     "material_format": "纸质", "source_type": "申请人自备"},
]  # fmt: skip
# Days before now, layer, code, parent, region, name, kind, fields.
_CHANGES: list[tuple[int, str, str, str | None, str | None, str, str, dict[str, Any]]] = [
    (60, "基本目录", "DEMO-JB-001", None, None, "居民身份证丢失补领", "新增", {"task_type": "行政确认", "dept_name": "公安机关"}),
    (60, "实施清单", "DEMO-SS-001", "DEMO-JB-001", None, "居民身份证丢失补领", "新增",
     {"task_type": "行政确认", "project_type": "承诺件", "promise_day": 20, "promise_type": "工作日", "handle_area": "全省(跨市)",
      "handle_items": ["居民身份证丢失补领"], "materials": _MATERIALS[:1]}),
    (59, "办事指南", "DEMO-ZN-001", "DEMO-SS-001", None, "居民身份证丢失补领", "新增", {"link_way": "0431-00000001（演示号码）"}),
    (45, "基本目录", "DEMO-JB-002", None, None, "社会保障卡挂失、补领、换领", "新增",
     {"task_type": "公共服务", "dept_name": "人力资源社会保障部门"}),
    (45, "实施清单", "DEMO-SS-002", "DEMO-JB-002", None, "社会保障卡挂失、补领、换领", "新增",
     {"task_type": "公共服务", "project_type": "即办件", "handle_area": "全市(跨县)",
      "handle_items": ["社会保障卡补领", "社会保障卡换领"]}),
    (20, "实施清单", "DEMO-SS-003", "DEMO-JB-002", "222400", "社会保障卡挂失、补领、换领", "新增",
     {"task_type": "公共服务", "project_type": "承诺件", "promise_day": 3, "promise_type": "工作日", "handle_area": "全县",
      "handle_items": ["社会保障卡补领"]}),
    (15, "实施清单", "DEMO-SS-001", "DEMO-JB-001", None, "居民身份证丢失补领", "修改",
     {"task_type": "行政确认", "project_type": "承诺件", "promise_day": 15, "promise_type": "工作日", "handle_area": "全国",
      "handle_items": ["居民身份证丢失补领"], "materials": _MATERIALS}),
    (14, "办事指南", "DEMO-ZN-001", "DEMO-SS-001", None, "居民身份证丢失补领", "修改",
     {"project_type": "承诺件", "promise_day": 15, "promise_type": "工作日", "handle_area": "全国",
      "link_way": "0431-00000001（演示号码）", "transact_time": "工作日 9:00-16:30（演示）", "materials": _MATERIALS}),
    (10, "基本目录", "DEMO-JB-001", None, None, "居民身份证丢失补领", "修改", {"task_type": "行政确认", "dept_name": "公安机关"}),
    (5, "基本目录", "DEMO-JB-003", None, None, "虚构事项：云朵养护登记（演示）", "新增",
     {"task_type": "公共服务", "dept_name": "虚构部门（演示）"}),
    (5, "实施清单", "DEMO-SS-004", "DEMO-JB-003", None, "虚构事项：云朵养护登记（演示）", "新增",
     {"task_type": "公共服务", "project_type": "即办件", "handle_area": "无", "handle_items": ["云朵养护登记（演示）"]}),
]  # fmt: skip


def invented_changes(now: datetime) -> list[dict[str, Any]]:
    """All of them, the oldest first.

    Args:
        now: the moment, aware; they are dated back from its day.

    Returns:
        Objects with id, layer, code, parent, region, name, kind, at and fields.
    """
    morning = now.replace(hour=9, minute=0, second=0, microsecond=0)
    names = ("layer", "code", "parent", "region", "name", "kind", "fields")
    return [
        {"id": f"DEMO-CHANGE-{number:03}", "at": morning - timedelta(days=ago), **dict(zip(names, rest, strict=True))}
        for number, (ago, *rest) in enumerate(_CHANGES, 1)
    ]
