"""The office guide (办事指南): the structured record every answer on an item is rendered from.

Field names follow the implementation-list (实施清单) exchange tables read in public systems. Their Chinese element names, and the layer
each belongs to, stand in `fields`. Everything below a line "not every guide has" may be left out.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from banshi.knowledge.elements import Element


class Certainty(StrEnum):
    """What kind of fact it is. Not a statement that somebody verified it."""

    NATIONAL = "national"
    """A law, administrative regulation or ministry rule says so."""
    LOCAL = "local"
    """Usual practice; cities and counties differ."""
    UNSURE = "unsure"
    """Not verified or recently changed; told only with 以当地公布为准."""


class Record(BaseModel):
    """Base of all knowledge records: unknown fields are an error, records do not change."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Fact(Record):
    """One statement with its certainty and, where it has one, its legal basis."""

    text: str = Field(min_length=1)
    certainty: Certainty
    basis: str | None = None
    basis_checked: bool | None = None
    """True: the wording of the basis was seen when writing. False: the number is from memory and must be checked."""
    plain_version: str | None = None
    """白话版: the same statement in everyday words, with every number, document and condition of it."""


class Retirement(Record):
    """停用: from a day on an answer says so, and never the old steps."""

    since: date
    told: str = Field(min_length=4)
    """what people are told, in whole sentences"""
    instead: str | None = None
    """what takes its place, in words"""


class Dated(Record):
    """A record with a time in force, and perhaps an end after which it is still asked for."""

    valid_from: date
    valid_to: date | None = None
    retired: Retirement | None = None

    def retired_on(self, day: date) -> bool:
        """Whether it is out of use on a day."""
        return self.retired is not None and self.retired.since <= day


def _as_alternatives(raw: Any) -> Any:
    """One conjunction may be written without the list around it; an empty one means always."""
    if isinstance(raw, dict):
        return (raw,) if raw else ()
    return raw


Conjunction = dict[str, tuple[str, ...]]
"""Choice id → the options any of which fits; all choices must fit."""
Condition = Annotated[tuple[Conjunction, ...], BeforeValidator(_as_alternatives)]
"""Conjunctions of which one must hold; empty means always."""


class Option(Record):
    """One answer to a choice."""

    id: str = Field(pattern=r"^[a-z0-9_]+$")
    label: str = Field(min_length=1, max_length=16)
    words: tuple[str, ...] = ()
    """Spoken cues by which the option is recognised in a citizen's words."""


class Choice(Record):
    """情形引导: one question that decides the handling item or the list of materials. Its options exclude each other."""

    id: str = Field(pattern=r"^[a-z0-9_]+$")
    ask: str
    options: tuple[Option, ...] = Field(min_length=2, max_length=6)
    when: Condition = ()
    """In which answers to earlier choices the question arises at all."""


class HandleItem(Record):
    """业务办理项: what is really applied for; exactly one fits each complete set of answers."""

    id: str
    name: str
    when: Condition = ()


class Material(Record):
    """申请材料: one document to bring."""

    material_name: str = Field(min_length=1)
    form: str
    """材料形式 in words: 原件, 复印件, 原件及复印件, 电子, …"""
    copies: int = Field(ge=1, le=20)
    e_license_exempt: Literal["yes", "no", "local"]
    """可否用电子证照或数据共享免交: yes, no, or depending on the place."""
    certainty: Certainty
    note: str | None = None
    when: Condition = ()
    """情形 in which it is needed."""

    # Not every guide has:
    is_need: Literal["必要", "非必要", "容缺后补"] | None = None
    lacking_deadline: str | None = None
    """容缺期限: by when a document that is missing at first must be handed in."""
    material_type: Literal["证件证书证明", "申请表格文书", "其他"] | None = None
    material_format: Literal["纸质", "电子化", "纸质/电子化"] | None = None
    page_num_y: int | None = Field(default=None, ge=0, le=50)
    page_num_f: int | None = Field(default=None, ge=0, le=50)
    form_guid: str | None = None
    """空白表格: id or link of the file."""
    example_guid: str | None = None
    """示例样表: id or link of the file."""
    source_type: Literal["申请人自备", "政府部门核发", "其他"] | None = None
    issuing_unit: str | None = None
    accept_stand: str | None = None
    by_law: str | None = None
    sharing_department: str | None = None
    """Who gives the data when the document may stay at home."""
    plain_version: str | None = None
    """白话版 of name, copies and note."""


class Fee(Record):
    """收费: one charge."""

    fee_name: str
    fee_stand: str
    """收费标准, with its unit, as told to people."""
    certainty: Certainty
    fee_basis: str | None = None
    basis_checked: bool | None = None
    is_desc: bool | None = None
    """可否减免"""


class Situation(Record):
    """情形: a circumstance that changes materials, time, fee or way."""

    when: str
    effect: str
    certainty: Certainty
    applies: Condition = ()
    """The answers it belongs to; empty where no answer decides it."""


class PlainAnswer(Record):
    """白话要点: what an editor says about one element in one breath."""

    element: Element
    text: str
    certainty: Certainty


class SpecialProcedure(Record):
    """特别程序: 现场勘验, 听证, 招标, 检验, 鉴定, 公示 …, each with its own basis and time limit."""

    name: str
    basis: str | None = None
    time_limit: str | None = None


DayType = Literal["工作日", "自然日"]


class Step(Record):
    """办件环节 with the days it takes at most."""

    name: str
    days: int | None = Field(default=None, ge=0)
    day_type: DayType = "工作日"


class Redress(Record):
    """Where one objects: 行政复议 or 行政诉讼."""

    dept: str
    addr: str | None = None
    phone: str | None = None


class OpenPoint(Record):
    """A point that a department must still confirm; `elements` empty means the whole item."""

    text: str
    elements: tuple[Element, ...] = ()


def _check_condition(condition: Condition, known: dict[str, set[str]], where: str) -> None:
    for conjunction in condition:
        for choice, options in conjunction.items():
            if choice not in known:
                raise ValueError(f"{where}：没有选择题“{choice}”，或它排在后面（已有：{'、'.join(known) or '无'}）")
            if unknown := set(options) - known[choice]:
                raise ValueError(
                    f"{where}：选择题“{choice}”没有选项 {'、'.join(sorted(unknown))}（有：{'、'.join(sorted(known[choice]))}）"
                )


class Guide(Dated):
    """办事指南 of one item (事项), as valid for one region and all regions below it."""

    id: str = Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)+$")
    version: int = Field(ge=1)
    region: str = "220000"
    task_name: str
    domain: str
    aliases: tuple[str, ...]
    dept_name: str
    implementing_agency: str
    task_type: Literal["行政许可", "行政给付", "行政确认", "行政奖励", "行政裁决", "其他行政权力", "公共服务"]
    server_type: tuple[str, ...]
    project_type: Literal["即办件", "承诺件", "上报件", "联办件"]
    accept_condition: tuple[Fact, ...]
    materials: tuple[Material, ...]
    handle_type: tuple[str, ...]
    process: tuple[str, ...]
    """办理流程，依次的环节"""
    anticipate: Fact
    promise: Fact
    fees: tuple[Fee, ...]
    transact_place: str
    """办理地点类型，不含门牌号"""
    handle_area: Fact
    online_handle_depth: Fact
    """网办深度 I–IV（吉政办发〔2021〕14号的口径）"""
    limit_scene_num: Fact
    by_law: tuple[str, ...]
    situations: tuple[Situation, ...]
    choices: tuple[Choice, ...] = ()
    """情形引导 questions, in the order in which they depend on each other."""
    handle_items: tuple[HandleItem, ...] = ()
    """业务办理项; empty: the guide is one."""
    plain: tuple[PlainAnswer, ...]
    review_priority: Literal["high", "medium", "low"]
    open_points: tuple[OpenPoint, ...] = ()
    confused_with: str | None = None
    """易混事项提示"""
    evidence: dict[str, str | None] = {}
    """What was looked at when the guide was written."""
    questions: dict[Element, tuple[str, ...]]
    """Stored phrasings (相似问) by element. The largest lever on finding the item."""
    also_asks: dict[Element, tuple[str, ...]] = {}
    """Phrasings that a fair reader could as well take for another element than the one they stand under."""
    korean: tuple[str, ...] = ()
    """Stored phrasings in Korean."""

    # Not every guide has. Identity and authority:
    catalog_code: str | None = None
    task_code: str | None = None
    task_handle_item: str | None = None
    task_version: str | None = None
    task_state: Literal["在用", "暂停", "取消"] | None = None
    parent: str | None = None
    power_source: Literal["法定本级行使", "上级下放", "上级授权", "同级授权", "上级委托", "同级委托"] | None = None
    use_level: Literal["国家级", "省级", "市级", "县级", "镇(乡、街道)级", "村(社区)级"] | None = None
    dept_code: str | None = None
    entrust_name: str | None = None
    other_dept: tuple[str, ...] = ()
    # Rules:
    age_min: int | None = Field(default=None, ge=0, le=150)
    """服务对象年龄下限, in full years (周岁)."""
    age_max: int | None = Field(default=None, ge=0, le=150)
    guardian_handling: bool | None = None
    """可否由监护人代办"""
    limit_explain: str | None = None
    special_procedure: tuple[SpecialProcedure, ...] = ()
    service_type: str | None = None
    # Time; the words stay in `anticipate` and `promise`:
    anticipate_day: int | None = Field(default=None, ge=0)
    anticipate_type: DayType | None = None
    promise_day: int | None = Field(default=None, ge=0)
    promise_type: DayType | None = None
    steps: tuple[Step, ...] = ()
    deliver_term: str | None = None
    # Channel:
    is_online: bool | None = None
    online_handle_url: str | None = None
    mobile_terminal_url: str | None = None
    limit_scene_explain: str | None = None
    """Why one must come; empty when nobody must."""
    is_entry_center: bool | None = None
    center_name: str | None = None
    transact_addr: str | None = None
    transact_time: str | None = None
    is_schedule: bool | None = None
    is_service_terminals: bool | None = None
    is_express: bool | None = None
    is_pay_online: bool | None = None
    # Fees, result, help:
    is_fee: bool | None = None
    result_type: Literal["证照", "批文", "其他", "无"] | None = None
    result_name: str | None = None
    result_sample: str | None = None
    link_way: str | None = None
    supervise_way: str | None = None
    reconsideration: Redress | None = None
    litigation: Redress | None = None

    @model_validator(mode="after")
    def _conditions_name_what_exists(self) -> Guide:
        known: dict[str, set[str]] = {}
        for choice in self.choices:
            _check_condition(choice.when, known, f"choices {choice.id}")
            if choice.id in known:
                raise ValueError(f"choices：{choice.id} 重复")
            known[choice.id] = {option.id for option in choice.options}
        for material in self.materials:
            _check_condition(material.when, known, f"材料“{material.material_name}”")
        for situation in self.situations:
            _check_condition(situation.applies, known, f"情形“{situation.when}”")
        for item in self.handle_items:
            _check_condition(item.when, known, f"业务办理项“{item.name}”")
        stored = {question for questions in self.questions.values() for question in questions}
        if strange := {question for questions in self.also_asks.values() for question in questions} - stored:
            raise ValueError(f"also_asks：不在 questions 里的问法“{min(strange)}”")
        return self

    def needs_confirmation(self, element: Element) -> bool:
        """Whether an answer on `element` must carry 以当地公布为准 and the 12345 pointer."""
        told = {element, *_ALSO_TOLD.get(element, ())}
        return self.review_priority == "high" or any(not point.elements or told & set(point.elements) for point in self.open_points)


_ALSO_TOLD = {
    Element.OVERVIEW: (Element.MATERIALS, Element.CONDITIONS, Element.TIME_LIMIT, Element.FEE),
    Element.ELIGIBILITY: (Element.CONDITIONS,),
    Element.PROCESS: (Element.MATERIALS, Element.TIME_LIMIT, Element.FEE),
}
"""Elements whose facts an answer on another element holds too."""
