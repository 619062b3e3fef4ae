"""Scripts: what an operator reads to a caller, in whole sentences, in a minute at most.

The words are the guide's, the frame is fixed, as in `banshi.knowledge.render`; what cannot be spoken (brackets, slashes, marks) is said
in words. A list that does not fit tells its length and that the rest is read on; the rest stands in `Script.rest`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from banshi.desk.advice.reading_aloud import Piece, Script, aloud, counted, hedged, least, list_of, packed, sentences
from banshi.knowledge.elements import Element
from banshi.knowledge.guide import Certainty, Fact, Fee, Guide, Material, Retirement, Situation
from banshi.knowledge.policies import Passage, Policy
from banshi.knowledge.qa import QuestionAnswer
from banshi.knowledge.render import LocalWords
from banshi.knowledge.situations import Case
from banshi.text.normalise import normalise

_LEVELS = {"IV": "可以全程网上办", "III": "可以网上申请，需要到场的再去一趟", "II": "可以网上预约，要到现场办", "I": "网上只能查办事信息"}
"""网办深度 as 吉政办发〔2021〕14号 has it, for people."""
_ALONG = {Element.MATERIALS, Element.CONDITIONS, Element.ELIGIBILITY, Element.PROCESS, Element.TIME_LIMIT, Element.ONLINE}
"""Elements to which the situations belong that the caller spoke of; to the others belong all."""
_WHOLE = {Element.RESULT, Element.OTHER, Element.SCOPE}
_MOST_SITUATIONS = 2


def guide_script(
    guide: Guide,
    elements: Sequence[Element],
    case: Case,
    *,
    text: str = "",
    place: str | None = None,
    local: LocalWords | None = None,
) -> Script:
    """The script for elements of a guide.

    Args:
        guide: the guide as it reads in the caller's region.
        elements: what was asked, in order.
        case: what the caller's answers to the situation questions fix.
        text: the caller's words: of the situations those are told that they speak of.
        place: the caller's place by name when its own rules are not held.
        local: what the caller's region changed.
    """
    pieces = [Piece(f"您问的{aloud(guide.task_name)}，")]
    for element in elements:
        pieces += [piece for piece in _said(guide, element, case) if piece not in pieces]
    pieces += [piece for piece in _situations(guide, elements, text, case) if piece not in pieces]
    if len(pieces) == 1:  # nothing is recorded on it alone
        pieces += _said(guide, Element.OVERVIEW, case)
    if local is not None and (sentence := local.sentence(elements)):
        pieces.append(Piece(f"{aloud(sentence)}。"))
    ask = f"我先问您一句，{aloud(case.next.ask).rstrip('？')}？" if case.next is not None and Element.MATERIALS in elements else ""
    return packed(pieces, confirm=any(map(guide.needs_confirmation, elements)), place=place, last=ask)


def qa_script(record: QuestionAnswer) -> Script:
    """The script of a Q&A: its answer."""
    certainty = Certainty.NATIONAL if "为准" in record.answer else record.certainty
    script = packed([Piece(sentence, certainty) for sentence in sentences(record.answer)])
    return replace(script, certainty=record.certainty)


def passage_script(policy: Policy, passage: Passage) -> Script:
    """The script of a policy passage: quoted."""
    number = f"，{aloud(policy.document_number)}" if policy.document_number else ""
    pieces = [Piece(f"《{aloud(policy.title)}》{number}，{aloud(passage.number)}是这样写的。")]
    return packed(pieces + [Piece(sentence) for sentence in sentences(passage.text)])


def retired_script(name: str, retired: Retirement) -> Script:
    """The script for what is out of use: that it is, since when, and what takes its place."""
    told = f"您问的{aloud(name)}，从{retired.since:%Y年%-m月%-d日}起已经停用了。{retired.told}"
    instead = f"现在这样办，{retired.instead}" if retired.instead else ""
    return packed([Piece(sentence) for sentence in (*sentences(told), *sentences(instead))])


def _said(guide: Guide, element: Element, case: Case) -> list[Piece]:
    """What a guide says on one element."""
    match element:
        case Element.MATERIALS:
            return _materials(guide, case)
        case Element.CONDITIONS:
            return _conditions(guide)
        case Element.ELIGIBILITY:
            return [*_plain(guide, Element.ELIGIBILITY), *_conditions(guide)]
        case Element.TIME_LIMIT:
            return _beside(guide, element, _time(guide))
        case Element.FEE:
            return _fees(guide)
        case Element.LOCATION:
            return _beside(guide, element, [_place(guide), _area(guide), _ways(guide)])
        case Element.ONLINE:
            return [*_plain(guide, element), _depth(guide), _visits(guide), _ways(guide)]
        case Element.PROCESS:
            return [*_steps(guide), _brief(case), *_costs(guide), *_time(guide)[:1], _place(guide)]
        case Element.BASIS:
            return [Piece(f"依据是{'；'.join(aloud(law) for law in guide.by_law)}。")]
        case Element.SCOPE:
            return [_area(guide), _place(guide), *_plain(guide, Element.LOCATION)]
        case Element.RESULT:
            return _plain(guide, Element.RESULT, Element.OTHER)
        case Element.OTHER:
            return _plain(guide, Element.OTHER, Element.ELIGIBILITY)
        case _:
            return [*_conditions(guide), _brief(case), *_time(guide)[:1], *_costs(guide), _place(guide)]


def _plain(guide: Guide, *elements: Element) -> list[Piece]:
    return [Piece(f"{aloud(answer.text)}。", answer.certainty) for answer in guide.plain if answer.element in elements]


def _beside(guide: Guide, element: Element, facts: list[Piece]) -> list[Piece]:
    """The editor's one breath, and of the facts those that it does not tell."""
    plain = _plain(guide, element)
    if not plain:
        return facts
    told = "".join(piece.text for piece in plain)
    covered = [fact for fact in facts if _covers(told, fact.text)]
    certainty = least(plain[0].certainty, *(fact.certainty for fact in covered))
    return [replace(plain[0], certainty=certainty), *plain[1:], *(fact for fact in facts if fact not in covered)]


def _covers(told: str, fact: str) -> bool:
    """Whether a sentence tells another one's value: its words after the label, every number of them included."""
    value = fact.rstrip("。").partition("，")[2]
    numbers = re.findall(r"\d+", value)
    if numbers:
        bare = re.sub(r"\W", "", value)
        return set(numbers) <= set(re.findall(r"\d+", told)) and len(bare) <= 14
    return re.sub(r"\W", "", value) in re.sub(r"\W", "", told)


def _materials(guide: Guide, case: Case) -> list[Piece]:
    """What is needed for sure, one by one; what an open question decides by name, and the question."""
    sure = [_material(material) for material in case.materials]
    may = [aloud(material.material_name) for material in case.open_materials]
    if not sure and not may:
        return [Piece("按您的情形，不用提交材料。" if case.answers else "不用提交材料。")]
    lead = "按您的情形，要带的材料" if case.answers else "不管哪种情形都要带的" if may else "要带的材料"
    pieces = list_of(lead, sure, "样") if sure else []
    if may:
        pieces.append(Piece(f"看情形还可能要{counted(len(may))}样，{'，'.join(may)}。", _certainty(case.open_materials)))
    return pieces


def _certainty(materials: Iterable[Material]) -> Certainty:
    return least(*(material.certainty for material in materials))


def _material(material: Material) -> tuple[str, Certainty]:
    """One material: name, form, number, what is to be known of it."""
    exempt = {"yes": "可用电子证照免交", "no": "", "local": "部分地方可用电子证照免交"}[material.e_license_exempt]
    told = (f"{aloud(material.material_name)}，{aloud(material.form)}{material.copies}份", aloud(material.note or ""), exempt)
    certainty = least(material.certainty, Certainty.LOCAL if material.e_license_exempt == "local" else Certainty.NATIONAL)
    return hedged("，".join(part for part in told if part), material.certainty), certainty


def _conditions(guide: Guide) -> list[Piece]:
    if not guide.accept_condition:
        return []
    return list_of("办理条件", [(hedged(fact.text, fact.certainty), fact.certainty) for fact in guide.accept_condition], "条")


def _time(guide: Guide) -> list[Piece]:
    promise, longest = guide.promise, guide.anticipate
    pieces = [_fact("办理时间", promise)]
    return pieces if aloud(longest.text) == aloud(promise.text) else [*pieces, _fact("法定时限", longest)]


def _fact(label: str, fact: Fact) -> Piece:
    return Piece(f"{label}，{hedged(fact.text, fact.certainty)}。", fact.certainty)


def _costs(guide: Guide) -> list[Piece]:
    """Fees in one sentence."""
    if not guide.fees:
        return [Piece("费用，不收费。")]
    return [Piece(f"费用，{'；'.join(map(_fee, guide.fees))}。", least(*(fee.certainty for fee in guide.fees)))]


def _fees(guide: Guide) -> list[Piece]:
    if not guide.fees:
        return _plain(guide, Element.FEE) or [Piece("这件事不收费。")]
    if len(guide.fees) > 1:
        return list_of("收费", [(_fee(fee), fee.certainty) for fee in guide.fees], "项")
    return _beside(guide, Element.FEE, [Piece(f"{_fee(guide.fees[0])}。", guide.fees[0].certainty)])


def _fee(fee: Fee) -> str:
    return f"{aloud(fee.fee_name)}，{hedged(fee.fee_stand, fee.certainty)}"


def _place(guide: Guide) -> Piece:
    return Piece(f"办理地点，{aloud(guide.transact_place)}。")


def _area(guide: Guide) -> Piece:
    return _fact("通办范围", guide.handle_area)


def _ways(guide: Guide) -> Piece:
    return Piece(f"办理方式，{'、'.join(map(aloud, guide.handle_type))}。")


def _depth(guide: Guide) -> Piece:
    fact = guide.online_handle_depth
    level = re.match(r"I{1,3}V?|IV|[ⅠⅡⅢⅣ]", fact.text)
    if level is None:
        return _fact("网上办理", fact)
    known = {"Ⅰ": "I", "Ⅱ": "II", "Ⅲ": "III", "Ⅳ": "IV"}.get(level[0], level[0])
    more = aloud(re.sub(r"^\S*?级", "", fact.text))
    return Piece(f"网上办理，{hedged(_LEVELS[known] + (f'，{more}' if more else ''), fact.certainty)}。", fact.certainty)


def _visits(guide: Guide) -> Piece:
    visits, fact = aloud(guide.limit_scene_num.text), guide.limit_scene_num
    told = "不用到现场" if visits == "0" else f"要到现场{visits}次".replace("0到", "最多") if re.fullmatch(r"[\d到]+", visits) else visits
    return Piece(f"跑几趟，{hedged(told, fact.certainty)}。", fact.certainty)


def _steps(guide: Guide) -> list[Piece]:
    return list_of("办理流程", [(aloud(step), Certainty.NATIONAL) for step in guide.process], "步") if guide.process else []


def _brief(case: Case) -> Piece:
    """The names of what to bring, in one sentence."""
    sure = "，".join(aloud(material.material_name) for material in case.materials)
    may = "，".join(aloud(material.material_name) for material in case.open_materials)
    told = "；".join([*([f"要带{sure}"] if sure else []), *([f"看情形还可能要{may}"] if may else [])])
    return Piece(f"{told or '不用带材料'}。", _certainty((*case.materials, *case.open_materials)))


def _situations(guide: Guide, elements: Sequence[Element], text: str, case: Case) -> list[Piece]:
    """The situations that the caller spoke of; where a question is about nothing else, all of them, those first."""
    common = {bigram for name in (guide.task_name, *guide.aliases) for bigram in _bigrams(name)}
    spoken = _bigrams(text) - common
    shared = [(len(spoken & (_bigrams(situation.when) - common)), situation) for situation in case.situations]
    shared.sort(key=lambda one: -one[0])
    if not _WHOLE & set(elements):
        shared = [one for one in shared if one[0] >= 2][:_MOST_SITUATIONS] if _ALONG & set(elements) else []
    return [_situation(situation) for _, situation in shared]


def _situation(situation: Situation) -> Piece:
    return Piece(f"{aloud(situation.when)}：{hedged(situation.effect, situation.certainty)}。", situation.certainty)


def _bigrams(text: str) -> set[str]:
    plain = re.sub(r"\W", "", normalise(text))
    return {plain[start : start + 2] for start in range(len(plain) - 1)}
