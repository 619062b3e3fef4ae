"""What portals and departments call the fields of a guide: label → field. The names in `fields` are always known."""

from __future__ import annotations

import re
from functools import cache

from banshi.knowledge.exchange.cells import plain_digits
from banshi.knowledge.exchange.columns import layout
from banshi.knowledge.fields import FIELD_LABELS

_FIELDS: dict[str, str] = {
    "task_name": "事项名称 办理事项 办事事项 服务事项 服务事项名称 办理事项名称 指南名称 业务名称",
    "aliases": "日常用语 也叫 俗称",
    "domain": "领域",
    "task_type": "事项类型 事项性质 权力类型 事项类别",
    "dept_name": "主管部门 行业主管部门 业务主管部门 责任部门",
    "implementing_agency": "实施机构 实施主体 实施部门 实施单位 办理机构 受理机构 承办机构 办理单位 受理部门 办理部门 谁来办",
    "server_type": "服务对象 办理对象 面向对象 申请人类型 服务对象类型",
    "project_type": "办件类型 办理类型",
    "accept_condition": "受理条件 办理条件 申请条件 申办条件 申请人条件 准予批准的条件 能不能办",
    "materials": "申请材料 申报材料 办理材料 提交材料 所需材料 要带的材料 材料清单 申请材料目录 申请材料清单 需要提交的材料 办事材料",
    "handle_type": "办理形式 办理方式 申请方式 办理渠道",
    "process": "办理流程 办理程序 办事流程 申请流程 办理步骤 怎么办 流程",
    "anticipate": "法定办结时限 法定时限 法定期限 法定办理时限 法定办结期限 法定最长",
    "promise": "承诺办结时限 承诺时限 承诺期限 承诺办理时限 承诺办结期限 一般多久",
    "fees": "收费 收费标准 收费情况 收费项目 费用 收费信息 收费标准及依据 收费依据及标准",
    "is_fee": "是否收费",
    "transact_place": "办理地点 受理地点 办事地点 到哪办 办事窗口",
    "transact_addr": "办理地址 受理地址 窗口地址 办公地址 地址",
    "transact_time": "办理时间 工作时间 办公时间 受理时间 办事时间 窗口时间",
    "link_way": "咨询方式 咨询电话 咨询途径 咨询渠道 联系电话 咨询服务电话",
    "supervise_way": "监督投诉方式 监督电话 投诉电话 监督投诉电话 监督投诉渠道 投诉方式 监督方式",
    "by_law": "设定和实施依据 设定依据 法律依据 办理依据 实施依据 政策依据 法定依据 依据",
    "handle_area": "通办范围 通办区域",
    "online_handle_depth": "网办深度 网上办理深度 网上办事深度",
    "limit_scene_num": "到办事现场次数 到现场次数 到窗口次数 必须现场办理次数 最多跑动次数 要跑几趟",
    "limit_scene_explain": "到现场原因 必须现场办理原因 现场办理原因说明",
    "result_name": "结果名称 办理结果 审批结果 办理结果名称 审批结果名称",
    "result_type": "结果类型 审批结果类型 办理结果类型",
    "use_level": "行使层级",
    "power_source": "权力来源 权力来源方式",
    "is_online": "是否网办 是否网上办理 是否支持网上办理",
    "is_schedule": "是否可预约 是否支持预约办理 是否支持预约 预约办理",
    "is_express": "是否支持快递 是否支持物流快递 物流快递",
    "is_pay_online": "是否网上支付 是否支持网上支付 网上支付",
    "is_service_terminals": "是否可用自助终端 是否支持自助终端办理 是否支持自助办理 是否支持自助终端",
    "is_entry_center": "是否进驻大厅 是否进驻政务大厅 是否进驻政务服务大厅",
    "center_name": "进驻大厅名称 进驻大厅 政务大厅名称",
    "online_handle_url": "网上办理地址 在线办理地址 网上办理网址 网上申请网址",
    "other_dept": "联办机构",
    "limit_explain": "数量限制",
    "service_type": "中介服务",
    "situations": "不同情形 特殊情形",
    "choices": "情形引导",
    "plain": "白话要点",
    "open_points": "待核实事项",
    "special_procedure": "特别程序",
    "steps": "办件环节",
    "confused_with": "易混事项",
}
"""Field → its names, separated by spaces."""

SECTIONS = frozenset(
    (
        *("基本信息", "办理时限", "网上办理", "其他信息", "来源", "办理信息"),
        *("基本要素", "时限", "办结时限", "咨询监督", "办事指南", "下一步"),
        *("白话版", "说明", "结果信息", "收费信息"),
    )
)
"""Headings that only gather labelled lines."""

_MATERIALS: dict[str, str] = {
    "material_name": "材料名称 申请材料名称 名称 材料 申请材料 申报材料名称 申请材料目录 提交材料名称 要件名称",
    "form": "形式 材料形式 材料形态 提交形式 材料要求形式",
    "material_format": "介质 材料介质 材料格式 材料载体",
    "copies": "份数 数量 材料份数 提交份数 数量要求",
    "page_num_y": "原件份数 原件数量 原件",
    "page_num_f": "复印件份数 复印件数量 复印件",
    "both_copies": "原件/复印件份数 原件复印件份数 材料规格及份数 份数及规格 材料形式及份数 规格",
    "is_need": "必要性 材料必要性 是否必要 是否必需 是否必须 必要性及描述",
    "material_type": "类型 材料类型 材料分类",
    "source_type": "来源渠道 材料来源 来源 材料来源渠道",
    "issuing_unit": "出具单位 核发单位 来源机构 出具机构 材料出具单位",
    "note": "说明 备注 填报须知 材料说明 填写说明 其他要求 材料要求 备注说明",
    "accept_stand": "受理标准 审查要点 受理要求",
    "by_law": "依据 材料依据 设定依据 法定依据",
    "e_license_exempt": "电子证照免交 是否免提交 是否可用电子证照 电子证照",
    "lacking_deadline": "容缺期限 容缺时限",
    "sharing_department": "数据共享部门 共享部门",
    "plain_version": "白话版",
    "form_guid": "空白表格 空表",
    "example_guid": "示例样表 样表 示例",
    "": "序号 编号 操作",
}
_FEES: dict[str, str] = {
    "fee_name": "项目 收费项目 收费项目名称 收费名称 项目名称 名称",
    "fee_stand": "标准 收费标准 收费金额 金额",
    "fee_basis": "依据 收费依据",
    "is_desc": "可否减免 是否允许减免 是否可减免",
    "": "序号 收费方式",
}
_STEPS: dict[str, str] = {
    "name": "环节 办理环节 步骤 办理步骤 流程 名称 环节名称",
    "days": "天数 办理时限 时限 办结时限 环节时限 办理期限",
    "day_type": "天数单位 时限单位 单位",
    "": "序号",
}
_LAWS: dict[str, str] = {
    "name": "法律法规名称 依据名称 法规名称 名称 依据 设定依据",
    "number": "依据文号 文号 发文字号",
    "clause": "条款号 条款 条款编号",
    "": "序号",
}
_PROCEDURES: dict[str, str] = {"name": "名称 特别程序名称 程序名称", "basis": "依据 设定依据", "time_limit": "时限 办理时限", "": "序号"}

GRIDS: dict[str, dict[str, str]] = {
    "materials": _MATERIALS,
    "fees": _FEES,
    "process": _STEPS,
    "steps": _STEPS,
    "by_law": _LAWS,
    "special_procedure": _PROCEDURES,
}
"""Field whose entries may stand in a table → part → headings of its column. The part "" is passed over."""


def label_text(text: str) -> str:
    """A label without numbering, colon, brackets with remarks, and spaces: （二）受理 条件： → 受理条件."""
    text = re.sub(r"\s", "", plain_digits(text)).replace("·", "")
    text = re.sub(
        r"^(?:第?[一二三四五六七八九十]+[、.章节]|\([一二三四五六七八九十\d]+\)|\d{1,2}(?:\.\d{1,2})*[、.]?|[①-⑳■●◆▶►▪•*]+)", "", text
    )
    text = re.sub(r"\((?:必填|法定|依据.{0,6}|单位:?.{1,6})\)$", "", text)
    return text.strip(":：*【】[]「」<>《》")


@cache
def fields_by_label() -> dict[str, tuple[str, ...]]:
    """Label as `label_text` gives it → path of the field it names."""
    found: dict[str, tuple[str, ...]] = {}
    for column in layout("guide")[0].columns:
        found[label_text(column.header)] = column.path
    for name, entry in FIELD_LABELS["guide"].items():
        if "." not in name:
            found.setdefault(label_text(entry.label), (name,))
    for name, labels in _FIELDS.items():
        found.update(dict.fromkeys(labels.split(), (name,)))
    # 编号 alone in a portal's page may number anything; of a guide's own print it is read where that is recognised.
    return found


@cache
def parts_by_heading(name: str) -> dict[str, str]:
    """Column heading as `label_text` gives it → part of an entry, for a table of that field."""
    return {label_text(label): part for part, labels in GRIDS[name].items() for label in labels.split()}
