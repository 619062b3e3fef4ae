"""Departments: the 责任部门 of a Q&A is one that people can find."""

from __future__ import annotations

import re
from collections.abc import Iterator

from banshi.knowledge.labels import within_one
from banshi.knowledge.lint.context import Draft
from banshi.knowledge.lint.finding import Found, Rule


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


_SYSTEMS = _words(
    """公安 交警 交通管理 派出所 出入境 移民 户政 民政 人力资源 人社 社会保险 社保 就业 人才 劳动 医疗保障 医保
    住房公积金 公积金 不动产 自然资源 规划 税务 市场监督 市场监管 药品监督 教育 学校 招生 考试院 留学 卫生健康
    卫健 疾病预防 疾控 医院 接种 血站 司法 公证 法律援助 法院 检察院 仲裁 住房城乡建设 住建 房产 城市管理 城管
    综合执法 环卫 市政 交通运输 运管 公交 铁路 航空 民航 邮政 通信 金融 人民银行 银行 财政 发展改革 发改 商务
    文化 旅游 文旅 体育 退役军人 武装部 残联 残疾人 妇联 共青团 共产主义青年团 工会 农业农村 林业 草原 水利
    生态环境 应急管理 消防 政务服务 数字化 政数 大数据 行政审批 便民服务 12345 热线 信访 纪检监察 监察 党委
    党的 组织部门 组织部 统战 民族 宗教 外事 侨务 台办 档案 气象 地震 国家安全 海关 人民政府 政府办公厅 街道
    乡镇 社区 村 物业 调解 供水 供电 供热 燃气 能源局 电网 电力 热力 行政机关 公共资源 交易平台 科技
    工业和信息化 工信 审计 统计 国有资产 国资 粮食 广播电视 新闻出版 烟草 盐务 密码 保密 机关事务 红十字 办理部门
    主管部门 经办机构 要求证明的部门 客户服务中心 房屋征收 中医 监狱 戒毒 口岸 编制 编办"""
)
"""Systems of government and public service, as stand in the names of departments everywhere."""
_VAGUE = re.compile(r"\s*(?:有关|相关|各|某|当地|上级|具体|其他)?(?:有关|相关)?(?:部门|单位|机构|机关|窗口|科室|领导|人员|办公室)\s*")


def _departments(draft: Draft) -> Iterator[Found]:
    name = draft.text("department")
    if not name.strip():
        return
    parts = [part for part in re.split("[、，,；;及和与]|以及", re.sub("[（(][^）)]*[）)]", "", name)) if part.strip()]
    # 和 and 及 also stand inside names, so the whole counts as well.
    for part in [part for part in parts if not _is_department(draft, part)]:
        if _is_department(draft, name) and not _VAGUE.fullmatch(part):
            continue
        right = _meant(draft, part)
        yield Found("department", f"责任部门“{part}”不在部门表里，群众不知道是哪家", name, f"改为“{right}”" if right else None)
        return


def _is_department(draft: Draft, name: str) -> bool:
    name = name.strip()
    if _VAGUE.fullmatch(name):
        return False
    return name in draft.context.departments or any(stem in name for stem in _SYSTEMS)


def _meant(draft: Draft, name: str) -> str | None:
    known = {*draft.context.departments}
    found = [other for other in sorted(known) if len(other) >= 3 and within_one(name.strip(), other)]
    return found[0] if len(found) == 1 else None


def _rename(draft: Draft, path: str) -> None:
    name = draft.text(path)
    for part in re.split("[、，,；;及和与]|以及", re.sub("[（(][^）)]*[）)]", "", name)):
        if part.strip() and not _is_department(draft, part) and (right := _meant(draft, part)):
            draft.content[path] = name.replace(part.strip(), right)
            return


RULES = (Rule("department-unknown", "warning", ("qa",), _departments, _rename),)
