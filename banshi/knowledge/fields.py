"""What each field of a record is called in Chinese, which layer it belongs to, and what kind of value it holds.

Three layers: 基本目录 (what the item is, the same in the whole province), 实施清单 (who does it in a region, and how), 办事指南 (what the
citizen reads). A region may not change the first.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from banshi.knowledge.elements import LABELS as ELEMENTS

Layer = Literal["catalog", "implementation", "guide"]
Type = Literal["text", "number", "flag", "date", "label", "texts", "labels", "fact", "record", "records", "condition", "map"]
"""text, number, flag (是/否), date; label and labels: of a value list; texts: a list of text; fact: a statement with its certainty;
record and records: an object with fields of its own; condition: options that decide; map: names with values."""
LAYERS: dict[Layer, str] = {"catalog": "基本目录", "implementation": "实施清单", "guide": "办事指南"}


@dataclass(frozen=True)
class Field:
    """One field: the Chinese element name with those of the fields it stands in, its layer and the kind of its value."""

    label: str
    layer: Layer
    type: Type


_Part = tuple[str, str, Type]

_FACT: tuple[_Part, ...] = (
    ("text", "内容", "text"), ("certainty", "确定程度", "label"), ("basis", "依据", "text"),
    ("basis_checked", "依据已核对", "flag"), ("plain_version", "白话版", "text"),
)  # fmt: skip
_PARTS: dict[str, tuple[_Part, ...]] = {
    "accept_condition": _FACT, "anticipate": _FACT, "promise": _FACT, "handle_area": _FACT,
    "online_handle_depth": _FACT, "limit_scene_num": _FACT,
    "materials": (
        ("material_name", "名称", "text"), ("form", "形式", "label"), ("copies", "份数", "number"),
        ("e_license_exempt", "电子证照免交", "label"), ("certainty", "确定程度", "label"), ("note", "说明", "text"),
        ("when", "需要的情形", "condition"), ("is_need", "必要性", "label"), ("lacking_deadline", "容缺期限", "text"),
        ("material_type", "类型", "label"), ("material_format", "材料形式", "label"), ("page_num_y", "原件份数", "number"),
        ("page_num_f", "复印件份数", "number"), ("form_guid", "空白表格", "text"), ("example_guid", "示例样表", "text"),
        ("source_type", "来源渠道", "label"), ("issuing_unit", "出具单位", "text"), ("accept_stand", "受理标准", "text"),
        ("by_law", "依据", "text"), ("sharing_department", "数据共享部门", "text"), ("plain_version", "白话版", "text"),
    ),
    "fees": (
        ("fee_name", "项目", "text"), ("fee_stand", "标准", "text"), ("certainty", "确定程度", "label"),
        ("fee_basis", "依据", "text"), ("basis_checked", "依据已核对", "flag"), ("is_desc", "可否减免", "flag"),
    ),
    "situations": (
        ("when", "情形", "text"), ("effect", "说明", "text"), ("certainty", "确定程度", "label"), ("applies", "适用选项", "condition"),
    ),
    "choices": (
        ("id", "编号", "text"), ("ask", "问题", "text"), ("options", "选项", "records"), ("options.id", "选项 编号", "text"),
        ("options.label", "选项 名称", "text"), ("options.words", "选项 口语说法", "texts"), ("when", "出现条件", "condition"),
    ),
    "handle_items": (("id", "编号", "text"), ("name", "名称", "text"), ("when", "适用选项", "condition")),
    "plain": (("element", "要素", "label"), ("text", "内容", "text"), ("certainty", "确定程度", "label")),
    "open_points": (("text", "内容", "text"), ("elements", "要素", "labels")),
    "special_procedure": (("name", "名称", "text"), ("basis", "依据", "text"), ("time_limit", "时限", "text")),
    "steps": (("name", "名称", "text"), ("days", "天数", "number"), ("day_type", "天数单位", "label")),
    "reconsideration": (("dept", "部门", "text"), ("addr", "地址", "text"), ("phone", "电话", "text")),
    "litigation": (("dept", "部门", "text"), ("addr", "地址", "text"), ("phone", "电话", "text")),
    "retired": (("since", "起始日期", "date"), ("told", "告知内容", "text"), ("instead", "替代事项", "text")),
}  # fmt: skip

_CATALOG: tuple[_Part, ...] = (
    ("id", "编号", "text"), ("catalog_code", "基本编码", "text"), ("task_name", "事项名称", "text"), ("task_type", "事项类型", "label"),
    ("domain", "领域", "text"), ("aliases", "日常用语", "texts"), ("dept_name", "主管部门", "text"), ("server_type", "服务对象", "labels"),
    ("by_law", "设定和实施依据", "texts"), ("parent", "所属主项", "text"),
)  # fmt: skip
_IMPLEMENTATION: tuple[_Part, ...] = (
    ("region", "地区", "text"), ("task_code", "实施编码", "text"), ("task_handle_item", "业务办理项编码", "text"),
    ("task_version", "事项版本", "text"), ("task_state", "事项状态", "label"), ("valid_from", "生效日期", "date"),
    ("valid_to", "失效日期", "date"), ("retired", "停用", "record"), ("implementing_agency", "实施机构", "text"),
    ("power_source", "权力来源", "label"), ("use_level", "行使层级", "label"), ("dept_code", "实施主体编码", "text"),
    ("entrust_name", "委托部门", "text"), ("other_dept", "联办机构", "texts"), ("project_type", "办件类型", "label"),
    ("accept_condition", "受理条件", "records"), ("age_min", "年龄下限", "number"), ("age_max", "年龄上限", "number"),
    ("guardian_handling", "可由监护人代办", "flag"), ("limit_explain", "数量限制", "text"), ("materials", "申请材料", "records"),
    ("special_procedure", "特别程序", "records"), ("service_type", "中介服务", "text"), ("anticipate", "法定办结时限", "fact"),
    ("anticipate_day", "法定办结时限天数", "number"), ("anticipate_type", "法定办结时限单位", "label"), ("promise", "承诺办结时限", "fact"),
    ("promise_day", "承诺办结时限天数", "number"), ("promise_type", "承诺办结时限单位", "label"), ("steps", "办件环节", "records"),
    ("deliver_term", "送达期限", "text"), ("process", "办理流程", "texts"), ("handle_type", "办理形式", "labels"),
    ("is_online", "是否网办", "flag"), ("online_handle_depth", "网办深度", "fact"), ("online_handle_url", "网上办理地址", "text"),
    ("mobile_terminal_url", "移动端办理地址", "text"), ("limit_scene_num", "到办事现场次数", "fact"),
    ("limit_scene_explain", "到现场原因", "text"), ("is_entry_center", "是否进驻大厅", "flag"), ("center_name", "进驻大厅名称", "text"),
    ("transact_place", "办理地点", "text"), ("transact_addr", "办理地址", "text"), ("transact_time", "办理时间", "text"),
    ("is_schedule", "是否可预约", "flag"), ("is_service_terminals", "是否可用自助终端", "flag"), ("is_express", "是否支持快递", "flag"),
    ("is_pay_online", "是否网上支付", "flag"), ("handle_area", "通办范围", "fact"), ("is_fee", "是否收费", "flag"),
    ("fees", "收费", "records"),
    ("result_type", "结果类型", "label"), ("result_name", "结果名称", "text"), ("result_sample", "结果样本", "text"),
    ("link_way", "咨询方式", "text"), ("supervise_way", "监督投诉方式", "text"), ("reconsideration", "行政复议", "record"),
    ("litigation", "行政诉讼", "record"),
)  # fmt: skip
_GUIDE: tuple[_Part, ...] = (
    ("version", "版本", "number"), ("situations", "情形", "records"), ("choices", "情形引导", "records"),
    ("handle_items", "业务办理项", "records"),
    ("plain", "白话要点", "records"), ("review_priority", "核实优先级", "label"), ("open_points", "待核实事项", "records"),
    ("confused_with", "易混事项", "text"), ("evidence", "核对记录", "map"), ("questions", "相似问", "map"),
    ("also_asks", "两可的问法", "map"),
    ("korean", "朝鲜语问法", "texts"),
)  # fmt: skip
_QA: tuple[_Part, ...] = (
    ("id", "编号", "text"), ("version", "版本", "number"), ("question", "标准问", "text"), ("similar", "相似问", "texts"),
    ("answer", "答案", "text"), ("topic", "主题", "text"), ("audience", "人群", "texts"), ("element", "要素", "label"),
    ("item", "所属事项", "text"), ("basis", "依据", "texts"), ("department", "责任部门", "text"), ("certainty", "确定程度", "label"),
    ("regions", "适用地区", "texts"), ("valid_from", "生效日期", "date"), ("valid_to", "失效日期", "date"), ("retired", "停用", "record"),
    ("korean", "朝鲜语问法", "texts"),
)  # fmt: skip
_POLICY: tuple[_Part, ...] = (
    ("id", "编号", "text"), ("title", "标题", "text"), ("document_number", "文号", "text"), ("organ", "发文机关", "text"),
    ("issued", "发文日期", "date"), ("region", "适用地区", "text"), ("passages", "条款", "records"),
    ("url", "公开地址", "text"), ("effective", "施行日期", "date"), ("expires", "失效日期", "date"),
    ("passages.number", "条款 编号", "text"),
    ("passages.heading", "条款 标题", "text"), ("passages.text", "条款 正文", "text"),
)  # fmt: skip


def _fields(layer: Layer, parts: tuple[_Part, ...]) -> dict[str, Field]:
    found: dict[str, Field] = {}
    for name, label, kind in parts:
        found[name] = Field(label, layer, kind)
        for part, part_label, part_kind in _PARTS.get(name, ()):
            found[f"{name}.{part}"] = Field(f"{label} {part_label}", layer, part_kind)
    return found


FIELD_LABELS: dict[str, dict[str, Field]] = {
    "guide": {**_fields("catalog", _CATALOG), **_fields("implementation", _IMPLEMENTATION), **_fields("guide", _GUIDE)},
    "qa": _fields("guide", _QA),
    "policy": _fields("guide", _POLICY),
    "lexicon": {"entries": Field("词条", "guide", "map")},
}
"""Kind of record → field → what it is. Fields of fields are named with a dot: `materials.material_name` → 申请材料 名称."""

CATALOG_FIELDS = frozenset(name for name, found in FIELD_LABELS["guide"].items() if found.layer == "catalog" and "." not in name)
"""Fields of a guide that a region may not change. `id` names the record."""


def label_of(kind: str, path: str) -> str:
    """A path in a record as people read it: `materials.2.material_name` → 申请材料 第3项 名称; 整条 for the record as a whole.

    A name that no field has is shown as it is.
    """
    fields = FIELD_LABELS.get(kind, {})
    words: list[str] = []
    known = ""
    told = ""
    for part in path.split(".") if path else []:
        if part.isascii() and part.isdigit():
            words.append(f"第{int(part[:9]) + 1}项")
            continue
        known = f"{known}.{part}" if known else part
        if known in fields:
            words.append(fields[known].label.removeprefix(told).strip())
            told = fields[known].label
        else:
            words.append(next((label for element, label in ELEMENTS.items() if element.value == part), part))
    return " ".join(words) or "整条"
