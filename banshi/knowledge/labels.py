"""Value lists by label: what a field with a fixed choice may say, and what people write instead.

Number codes differ from vendor to vendor (办件类型 1 means 即办件 in one system and 承诺件 in another), so everything is read, kept and
shown by label. A label that is not known is an error that names the known ones; it is never guessed silently.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

from pypinyin import lazy_pinyin

LABELS: dict[str, tuple[str, ...]] = {
    "task_type": ("行政许可", "行政给付", "行政确认", "行政奖励", "行政裁决", "其他行政权力", "公共服务"),
    "task_state": ("在用", "暂停", "取消"),
    "use_level": ("国家级", "省级", "市级", "县级", "镇(乡、街道)级", "村(社区)级"),
    "power_source": ("法定本级行使", "上级下放", "上级授权", "同级授权", "上级委托", "同级委托"),
    "server_type": ("自然人", "法人", "企业法人", "事业法人", "社会组织法人", "非法人企业", "行政机关", "其他组织"),
    "project_type": ("即办件", "承诺件", "上报件", "联办件"),
    "handle_type": ("窗口办理", "网上办理", "快递申请", "自助办理"),
    "day_type": ("工作日", "自然日"),
    "is_need": ("必要", "非必要", "容缺后补"),
    "material_type": ("证件证书证明", "申请表格文书", "其他"),
    "material_format": ("纸质", "电子化", "纸质/电子化"),
    "form": ("原件", "复印件", "原件及复印件", "电子", "电子或纸质", "原件或电子", "电子或复印件"),
    "source_type": ("申请人自备", "政府部门核发", "其他"),
    "result_type": ("证照", "批文", "其他", "无"),
    "handle_area": ("全国", "跨省", "全省(跨市)", "全市(跨县)", "全县", "无"),
    "handle_area_mode": ("全程网办", "异地代收代办", "多地联办"),
    "online_handle_depth": ("I", "II", "III", "IV"),
    "appeal_type": ("咨询", "求助", "投诉", "举报", "建议"),
    "rating": ("非常满意", "满意", "基本满意", "不满意", "非常不满意"),
    "rating_indicator": ("办事效率", "办事指南精确度", "办事便捷度", "平台操作性"),
    "stage": ("收件", "受理", "补齐补正", "特别程序", "挂起", "审核", "决定", "办结", "领取"),
    "resolution": ("解决", "部分解决", "未解决", "退单"),
    "certainty": ("national", "local", "unsure"),
    "e_license_exempt": ("yes", "no", "local"),
    "review_priority": ("high", "medium", "low"),
    "flag": ("是", "否"),
}
"""Field → labels, in the order in which they are shown. 法人 stands beside its kinds because guides that do not tell them apart use it."""

NOT_COUNTED_STAGES = ("补齐补正", "特别程序", "挂起")
"""办件环节 that working-day counts leave out."""


_SAID: dict[str, dict[str, str]] = {
    "task_type": {"行政许可": "许可 行政审批", "行政给付": "给付", "行政确认": "确认", "其他行政权力": "其他权力"},
    "task_state": {"在用": "启用 有效", "暂停": "停用", "取消": "废止 撤销"},
    "use_level": {
        "国家级": "国家",
        "省级": "省",
        "市级": "市 地市级",
        "县级": "县 区县级",
        "镇(乡、街道)级": "乡镇级 街道级",
        "村(社区)级": "村级 社区级",
    },
    "server_type": {
        "自然人": "个人 公民 群众",
        "企业法人": "企业",
        "事业法人": "事业单位",
        "社会组织法人": "社会组织",
        "行政机关": "机关",
    },
    "project_type": {"即办件": "即办 当场办结件", "承诺件": "承诺 限时办结件", "上报件": "上报", "联办件": "联办"},
    "handle_type": {
        "窗口办理": "现场办理 大厅办理",
        "网上办理": "在线办理",
        "快递申请": "邮递申请",
        "自助办理": "自助机办理",
    },
    "day_type": {"工作日": "个工作日 工作天", "自然日": "日 天 日历日 自然天"},
    "is_need": {"必要": "必须 必需 必备", "非必要": "可选 非必须", "容缺后补": "容缺 可容缺"},
    "material_type": {"证件证书证明": "证照 证件 证明", "申请表格文书": "表格 申请表 文书"},
    "material_format": {
        "纸质": "纸质版 纸质件",
        "电子化": "电子 电子版 电子件",
        "纸质/电子化": "纸质或电子化 纸质和电子化 纸质电子化",
    },
    "form": {"原件": "正本", "复印件": "复印 影印件", "电子": "电子件 电子版", "原件及复印件": "原件和复印件 原件加复印件"},
    "source_type": {"申请人自备": "自备 申请人提供 申请人自行准备", "政府部门核发": "政府核发 政府部门出具"},
    "result_type": {"证照": "证件 证书", "批文": "批复 文件", "无": "没有"},
    "handle_area": {"全省(跨市)": "全省", "全市(跨县)": "全市", "全县": "县内"},
    "certainty": {"national": "全国 国家 全国统一", "local": "地方 各地 当地", "unsure": "不确定 待核实"},
    "e_license_exempt": {"yes": "是 可 可以", "no": "否 不可 不可以", "local": "各地 部分"},
    "review_priority": {"high": "高", "medium": "中", "low": "低"},
    "flag": {"是": "有 可以 支持 y", "否": "无 没有 不可以 不支持 n"},
}
"""Field → label → what people and other systems write for it. An import may read it as the label; a record should hold the label."""

_CARRIER = "(?:原件|复印件|电子(?:版|票据|证照|材料)?|纸质|承诺)"
_ACCEPTED: dict[str, re.Pattern[str]] = {
    # Guides name the way as it is offered at the place: 银行网点, 登记服务站, 社区代办.
    "handle_type": re.compile(
        ".{0,8}(?:窗口|网上|线上|自助|邮寄|快递|银行|热线|电话|社区|学校|单位|机构|企业|服务站|服务中心|上门|代办).{0,14}"
    ),
    "form": re.compile(f"{_CARRIER}(?:[及和或、/]{_CARRIER})*"),
    # A fact tells its scope in words; whatever names one of the circles is understood.
    "handle_area": re.compile(
        ".*(?:全国|跨省|全省|省内|跨市|全市|市内|市域|跨县|全县|县内|县区|区内|户籍地|居住地|所在地|本地|不通办).*", re.DOTALL
    ),
}
"""Wordings that may stand in a record beside the labels, because no label says the same."""


def known_labels(name: str) -> tuple[str, ...]:
    """The labels of a value list; empty for a field without one."""
    return LABELS.get(name, ())


def is_known(name: str, value: str) -> bool:
    """Whether a record may say this: a label, or a wording accepted beside the labels."""
    if value in LABELS[name]:
        return True
    # One slip away from a label is a slip, even where the pattern of accepted wordings would let it through.
    pattern = _ACCEPTED.get(name)
    return pattern is not None and pattern.fullmatch(value) is not None and _one_slip(name, value) is None


@lru_cache(maxsize=4096)
def nearest_label(name: str, value: str) -> str | None:
    """The label a wording stands for: another wording of it, a slip of one character, or the same sound; None when none or several fit.

    Args:
        name: the value list.
        value: what stands in the record or in the imported cell.
    """
    labels = LABELS[name]
    plain = _plain(value)
    means = {said: label for label, wordings in _SAID.get(name, {}).items() for said in wordings.split()}
    same = {_plain(label): label for label in labels}
    if plain in same:
        return same[plain]
    if plain in means:
        return means[plain]
    if (slip := _one_slip(name, value)) is not None:
        return slip
    sound = tuple(lazy_pinyin(plain))
    return _only(label for label in labels if len(label) > 1 and tuple(lazy_pinyin(_plain(label))) == sound)


def _plain(text: str) -> str:
    """Width, case, brackets and blanks made equal; words that only name the kind of value left out."""
    text = unicodedata.normalize("NFKC", text).casefold()
    text = re.sub(r"[\s()\[\]〔〕【】<>《》、，,。.;；:：\"'“”‘’·\-_/]", "", text)
    return re.sub(r"(?:事项|类事项|类型)$", "", text) or text


def _one_slip(name: str, value: str) -> str | None:
    plain = _plain(value)
    long = ((label, _plain(label)) for label in LABELS[name])
    return _only(label for label, other in long if len(other) >= 3 and other != plain and within_one(plain, other))


def _only(labels: Iterable[str]) -> str | None:
    found = list(labels)
    return found[0] if len(found) == 1 else None


def within_one(first: str, second: str) -> bool:
    """One character put in, left out, replaced or exchanged with its neighbour (restricted Damerau-Levenshtein distance ≤ 1)."""
    if abs(len(first) - len(second)) > 1:
        return False
    start = 0
    while start < min(len(first), len(second)) and first[start] == second[start]:
        start += 1
    rest, other = first[start:], second[start:]
    if not rest or not other:
        return True
    exchanged = rest[1::-1] + rest[2:] == other if len(rest) > 1 else False
    return exchanged or rest[1:] == other[1:] or rest[1:] == other or rest == other[1:]
