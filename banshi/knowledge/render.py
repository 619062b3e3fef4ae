"""Answers from fields: every document, number and condition of the guide, said once, with what is not certain marked.

Nothing here writes text of its own about an item; the words are the guide's, the frame is fixed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from banshi.knowledge.elements import Element
from banshi.knowledge.fields import FIELD_LABELS
from banshi.knowledge.guide import Certainty, Condition, Fact, Guide, Material, Retirement, Situation
from banshi.knowledge.policies import Passage, Policy
from banshi.knowledge.qa import QuestionAnswer
from banshi.knowledge.situations import Case

CONFIRM = "以上内容以当地公布为准，办理前可拨打12345核实。"
LOCAL = "带*的内容各地可能不同，以当地公布为准，拿不准可打12345问。"
_WITH_MATERIALS = {Element.MATERIALS, Element.PROCESS, Element.OVERVIEW}
_EXEMPT = {"yes": "可用电子证照免交", "no": "", "local": "部分地方可用电子证照免交"}


@dataclass
class Rendering:
    """An answer's text and its structured blocks."""

    text: str
    blocks: list[dict[str, Any]] = field(default_factory=list)


@dataclass(frozen=True)
class LocalWords:
    """What a region below the province changed in a guide."""

    place: str
    fields: tuple[str, ...]

    def sentence(self, elements: Iterable[Element]) -> str | None:
        """What an answer on these elements says of it; None when nothing in it differs."""
        asked = set(elements)
        fields = [name for name, told in _LOCAL_FIELDS if name in self.fields and (Element.OVERVIEW in asked or told & asked)]
        labels = [FIELD_LABELS["guide"][name].label for name in fields]
        return f"其中{'、'.join(labels)}按{self.place}自己的规定，其余全省统一。" if labels else None


def render_retired(name: str, retired: Retirement) -> Rendering:
    """What stands instead of an answer that is out of use: that it is, since when, and what takes its place."""
    lines = [f"【{name}】已停用（{retired.since:%Y年%-m月%-d日}起）", retired.told]
    if retired.instead:
        lines.append(f"现在这样办：{retired.instead}")
    return Rendering("\n".join(lines), [{"type": "retired", "since": retired.since.isoformat()}])


def render_guide(guide: Guide, element: Element, *, place: str | None = None) -> Rendering:
    """Render one element of a guide.

    Args:
        guide: the guide.
        element: what was asked; `overview` tells everything once (一次告知).
        place: the citizen's place when it is below the guide's own region: for what differs by place it is then said that the
            local rule is not held, instead of guessing it.
    """
    return render_elements(guide, (element,), place=place)


def render_elements(guide: Guide, elements: Sequence[Element], *, place: str | None = None, local: LocalWords | None = None) -> Rendering:
    """Render the elements of a guide that were asked for together, each under its heading, remarks once at the end.

    Args:
        guide: the guide, with the changes of the citizen's region laid over it.
        elements: what was asked.
        place: as of `render_guide`.
        local: what the citizen's region changed, to be told.
    """
    lines: list[str] = []
    blocks: list[dict[str, Any]] = [{"type": "guide", "item": guide.id, "element": elements[0].value}]
    for element in elements:
        parts, more = _SECTIONS[element](guide)
        lines += [f"【{guide.task_name}】{_TITLES[element]}", *(line for line in parts if line not in lines)]
        blocks += [block for block in more if block not in blocks]
    if guide.choices and _WITH_MATERIALS & set(elements):
        lines.append("材料看情形而定，回答几个小问题，就能列出您要带的准确清单。")
        blocks.append({"type": "situation", "item": guide.id})
    if local is not None and (sentence := local.sentence(elements)):
        lines.append(sentence)
        blocks.append({"type": "local", "place": local.place, "fields": list(local.fields)})
    return _finished(guide, lines, blocks, elements, place)


def render_case(guide: Guide, case: Case, *, place: str | None = None) -> Rendering:
    """The exact list for answers that fix it: the handling item, its materials, the remarks that apply.

    Raises:
        ValueError: a question is still open.
    """
    if case.next is not None or case.handle_item is None:
        raise ValueError(f"{guide.id}: “{case.next.ask if case.next else ''}”还没有回答，清单定不下来")
    labels = {choice.id: {option.id: option.label for option in choice.options} for choice in guide.choices}
    answered = "、".join(labels[choice][option] for choice, option in case.answers.items())
    lines = [f"【{case.handle_item.name}】您要带的材料", *([f"您的情形：{answered}"] if answered else [])]
    lines += _numbered(material_line(material) for material in case.materials) or ["不用提交材料。"]
    if case.situations:
        lines += ["还要知道：", *_bullets(map(_situation_line, case.situations))]
    lines.append(_next_step(guide))
    block: dict[str, Any] = {
        "type": "materials",
        "handle_item": case.handle_item.id,
        "answers": case.answers,
        "items": [material.model_dump(mode="json", exclude_none=True) for material in case.materials],
    }
    blocks: list[dict[str, Any]] = [{"type": "guide", "item": guide.id, "element": Element.MATERIALS.value}, block]
    return _finished(guide, lines, blocks, (Element.MATERIALS,), place)


def _finished(guide: Guide, lines: list[str], blocks: list[dict[str, Any]], elements: Sequence[Element], place: str | None) -> Rendering:
    """What is added to every answer: what must be confirmed, what differs by place."""
    told = "\n".join(lines)
    if Element.LOCATION in elements and place is None:
        lines.append("想知道离您最近的大厅，告诉我您在哪个市县。")
    if any(map(guide.needs_confirmation, elements)) or "（未核实" in told:
        lines.append(CONFIRM)
    if "*" in told:
        lines.append(LOCAL if place is None else f"带*的内容{place}可能有自己的规定，这里没有收录，以当地公布为准，可打12345问。")
    return Rendering("\n".join(lines), blocks)


def render_qa(record: QuestionAnswer) -> Rendering:
    """A Q&A answer; anything not national is marked as in a guide."""
    text = record.answer
    if record.certainty is Certainty.UNSURE:
        text += f"\n{CONFIRM}"
    elif record.certainty is Certainty.LOCAL and "为准" not in text:
        text += "\n各地做法可能不同，以当地公布为准，拿不准可打12345问。"
    return Rendering(text, [{"type": "qa", "id": record.id}])


def render_passage(policy: Policy, passage: Passage) -> Rendering:
    """A policy passage, quoted, with where it is published."""
    number = f"（{policy.document_number}）" if policy.document_number else ""
    quote = passage.text if len(passage.text) <= 400 else passage.text[:400] + "……"
    where = f"\n原文：{policy.url}" if policy.url else ""
    block = {"type": "passage", "policy": policy.id, "number": passage.number, **({"url": policy.url} if policy.url else {})}
    return Rendering(f"《{policy.title}》{number}{passage.number}、{passage.heading}：\n“{quote}”{where}", [block])


def _mark(text: str, certainty: Certainty) -> str:
    text = text.rstrip("。；;")
    if certainty is Certainty.LOCAL:
        return f"{text}*"
    return f"{text}（未核实，以当地公布为准）" if certainty is Certainty.UNSURE else text


def _fact(fact: Fact) -> str:
    return _mark(fact.text, fact.certainty)


def _bullets(texts: Iterable[str]) -> list[str]:
    return [f"· {text}" for text in texts]


def _numbered(texts: Iterable[str]) -> list[str]:
    return [f"{number}. {text}" for number, text in enumerate(texts, 1)]


def condition_text(guide: Guide, condition: Condition) -> str:
    """A condition in the words of the questions it depends on: "〔托人去〕"; empty when it always holds."""
    choices = {choice.id: choice for choice in guide.choices}

    def named(choice_id: str, option_ids: Sequence[str]) -> str:
        choice = choices[choice_id]
        label = "或".join(option.label for option in choice.options if option.id in option_ids)
        # "是" or "都不是" says nothing without its question.
        return label if len(label) >= 4 and label[0] not in "是否不没有都别" else f"{choice.ask.rstrip('？')}：{label}"

    alternatives = ["，".join(named(choice, options) for choice, options in conjunction.items()) for conjunction in condition]
    return f"〔{'；或'.join(alternatives)}〕" if alternatives else ""


def material_line(material: Material, guide: Guide | None = None) -> str:
    """One material in one line: name, form, copies, whether it may be left at home, note, and, with a guide, when it is needed."""
    needed = condition_text(guide, material.when) if guide is not None else ""
    line = f"{needed and needed + '才要：'}{material.material_name}（{material.form}{material.copies}份）"
    extra = "；".join(part for part in (material.note or "", _EXEMPT[material.e_license_exempt]) if part)
    # A whole line is marked once, whether the document or its exemption differs by place.
    differs = Certainty.LOCAL if material.e_license_exempt == "local" and material.certainty is Certainty.NATIONAL else material.certainty
    return _mark(f"{line}：{extra}" if extra else line, differs)


def _situation_line(situation: Situation) -> str:
    return f"{situation.when}：{_mark(situation.effect, situation.certainty)}"


def _plain(guide: Guide, *elements: Element) -> list[str]:
    return [_mark(answer.text, answer.certainty) for answer in guide.plain if answer.element in elements]


def _situations(guide: Guide) -> list[str]:
    return ["看您属于哪种情形：", *_bullets(map(_situation_line, guide.situations))] if guide.situations else []


def _next_step(guide: Guide) -> str:
    depth = guide.online_handle_depth.text
    if depth.startswith("IV"):
        return f"下一步：可在吉事办搜“{guide.task_name}”网上办；去现场的话到{guide.transact_place}。"
    if depth.startswith("III"):
        return f"下一步：可先在吉事办搜“{guide.task_name}”网上申请，需要到场的到{guide.transact_place}。"
    return f"下一步：到{guide.transact_place}办理。"


_Section = tuple[list[str], list[dict[str, Any]]]


def _materials(guide: Guide) -> _Section:
    block = {
        "type": "materials",
        "items": [material.model_dump(mode="json", exclude_none=True) for material in guide.materials],
        "situations": [situation.model_dump(mode="json", exclude_none=True) for situation in guide.situations],
    }
    if not guide.materials:
        return ["不用提交材料。", *_situations(guide), _next_step(guide)], [block]
    lines = (material_line(material, guide) for material in guide.materials)
    return [*_numbered(lines), *_situations(guide), _next_step(guide)], [block]


def _conditions(guide: Guide) -> _Section:
    block = {"type": "conditions", "items": [fact.model_dump(mode="json", exclude_none=True) for fact in guide.accept_condition]}
    return [*_numbered(map(_fact, guide.accept_condition)), *_situations(guide), _next_step(guide)], [block]


def _eligibility(guide: Guide) -> _Section:
    parts, blocks = _conditions(guide)
    return [*_plain(guide, Element.ELIGIBILITY), "受理条件：", *parts], blocks


def _time_limit(guide: Guide) -> _Section:
    block = {
        "type": "time_limit",
        "anticipate": guide.anticipate.model_dump(mode="json", exclude_none=True),
        "promise": guide.promise.model_dump(mode="json", exclude_none=True),
    }
    basis = f"（{guide.anticipate.basis}）" if guide.anticipate.basis else ""
    parts = [f"· 一般多久：{_fact(guide.promise)}", f"· 法定最长：{_fact(guide.anticipate)}{basis}", f"· 办件类型：{guide.project_type}"]
    return [*parts, *_situations(guide)], [block]


def _fee(guide: Guide) -> _Section:
    block = {"type": "fee", "items": [fee.model_dump(mode="json", exclude_none=True) for fee in guide.fees]}
    if not guide.fees:
        return ["不收费。"], [block]
    lines = [
        f"{fee.fee_name}：{_mark(fee.fee_stand, fee.certainty)}" + (f"（依据：{fee.fee_basis}）" if fee.fee_basis else "")
        for fee in guide.fees
    ]
    return _bullets(lines), [block]


def _location(guide: Guide) -> _Section:
    block = {"type": "location", "place": guide.transact_place, "area": guide.handle_area.model_dump(mode="json", exclude_none=True)}
    parts = [
        f"· 到哪办：{guide.transact_place}",
        f"· 谁来办：{guide.implementing_agency}",
        f"· 通办范围：{_fact(guide.handle_area)}",
        f"· 办理方式：{'、'.join(guide.handle_type)}",
    ]
    return parts, [block]


def _process(guide: Guide) -> _Section:
    # "身份证丢了咋整" asks how, and needs to know in the same breath what to bring, how much and how long.
    block = {"type": "process", "steps": list(guide.process)}
    bring = "、".join(f"{m.material_name}{condition_text(guide, m.when)}" for m in guide.materials) or "不用材料"
    cost = "；".join(f"{fee.fee_name}{_mark(fee.fee_stand, fee.certainty)}" for fee in guide.fees) or "不收费"
    brief = [f"要带：{bring}（想看细目请问“要什么材料”）", f"费用：{cost}", f"时限：{_fact(guide.promise)}"]
    return [*_numbered(guide.process), *brief, *_situations(guide), _next_step(guide)], [block]


def _online(guide: Guide) -> _Section:
    block = {
        "type": "online",
        "depth": guide.online_handle_depth.model_dump(mode="json", exclude_none=True),
        "visits": guide.limit_scene_num.model_dump(mode="json", exclude_none=True),
        "ways": list(guide.handle_type),
    }
    parts = [
        *_plain(guide, Element.ONLINE),
        f"· 网办深度：{_fact(guide.online_handle_depth)}",
        f"· 要跑几趟：{_fact(guide.limit_scene_num)}次",
        f"· 办理方式：{'、'.join(guide.handle_type)}",
        _next_step(guide),
    ]
    return parts, [block]


def _result(guide: Guide) -> _Section:
    return [*_plain(guide, Element.RESULT, Element.OTHER), *_situations(guide)], []


def _basis(guide: Guide) -> _Section:
    return _bullets(guide.by_law), [{"type": "basis", "items": list(guide.by_law)}]


def _scope(guide: Guide) -> _Section:
    block = {"type": "scope", "area": guide.handle_area.model_dump(mode="json", exclude_none=True)}
    basis = f"（{guide.handle_area.basis}）" if guide.handle_area.basis else ""
    return [
        f"· 通办范围：{_fact(guide.handle_area)}{basis}",
        f"· 到哪办：{guide.transact_place}",
        *_plain(guide, Element.LOCATION),
        *_situations(guide),
    ], [block]


def _other(guide: Guide) -> _Section:
    parts = [*_plain(guide, Element.OTHER, Element.ELIGIBILITY), *_situations(guide), _next_step(guide)]
    return parts, []


def _overview(guide: Guide) -> _Section:
    materials, conditions, time_limit, fee = _materials(guide), _conditions(guide), _time_limit(guide), _fee(guide)
    situations = _situations(guide)
    drop = {*situations, _next_step(guide)}
    parts = [
        "一、能不能办（受理条件）",
        *(line for line in conditions[0] if line not in drop),
        "二、要带的材料",
        *(line for line in materials[0] if line not in drop),
        "三、时限",
        *(line for line in time_limit[0] if line not in drop),
        "四、费用",
        *fee[0],
        "五、怎么办",
        *_numbered(guide.process),
        *situations,
        _next_step(guide),
    ]
    return parts, [*conditions[1], *materials[1], *time_limit[1], *fee[1]]


_LOCAL_FIELDS: tuple[tuple[str, frozenset[Element]], ...] = (
    ("implementing_agency", frozenset({Element.LOCATION})),
    ("accept_condition", frozenset({Element.CONDITIONS, Element.ELIGIBILITY})),
    ("materials", frozenset({Element.MATERIALS, Element.PROCESS})),
    ("handle_type", frozenset({Element.LOCATION, Element.ONLINE})),
    ("process", frozenset({Element.PROCESS})),
    ("anticipate", frozenset({Element.TIME_LIMIT})),
    ("promise", frozenset({Element.TIME_LIMIT, Element.PROCESS})),
    ("project_type", frozenset({Element.TIME_LIMIT})),
    ("fees", frozenset({Element.FEE, Element.PROCESS})),
    ("transact_place", frozenset({Element.LOCATION, Element.SCOPE})),
    ("handle_area", frozenset({Element.LOCATION, Element.SCOPE})),
    ("online_handle_depth", frozenset({Element.ONLINE})),
    ("limit_scene_num", frozenset({Element.ONLINE})),
    ("situations", frozenset({Element.MATERIALS, Element.CONDITIONS, Element.PROCESS})),
)
"""Field that a region may change, and the elements whose answers tell it."""

_SECTIONS = {
    Element.OVERVIEW: _overview,
    Element.MATERIALS: _materials,
    Element.CONDITIONS: _conditions,
    Element.ELIGIBILITY: _eligibility,
    Element.TIME_LIMIT: _time_limit,
    Element.FEE: _fee,
    Element.LOCATION: _location,
    Element.PROCESS: _process,
    Element.ONLINE: _online,
    Element.RESULT: _result,
    Element.BASIS: _basis,
    Element.SCOPE: _scope,
    Element.OTHER: _other,
}
_TITLES = {
    Element.OVERVIEW: "一次说全",
    Element.MATERIALS: "要带的材料",
    Element.CONDITIONS: "受理条件",
    Element.ELIGIBILITY: "谁能办",
    Element.TIME_LIMIT: "多久能办好",
    Element.FEE: "费用",
    Element.LOCATION: "在哪办",
    Element.PROCESS: "办理流程",
    Element.ONLINE: "能不能网上办",
    Element.RESULT: "办成后",
    Element.BASIS: "办理依据",
    Element.SCOPE: "外地能不能办",
    Element.OTHER: "补充说明",
}
