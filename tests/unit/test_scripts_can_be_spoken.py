"""Every script can be read out in a minute, says what the record says and nothing else, and is as sure as the record."""

from __future__ import annotations

import re
from functools import cache
from itertools import islice

import pytest

from banshi.desk.advice.cautions import MOST as MOST_CAUTIONS
from banshi.desk.advice.cautions import guide_cautions, qa_cautions
from banshi.desk.advice.reading_aloud import MOST_CHARS, Script, aloud
from banshi.desk.advice.spoken import guide_script, passage_script, qa_script, retired_script
from banshi.knowledge.elements import Element
from banshi.knowledge.guide import Certainty, Guide, Retirement
from banshi.knowledge.library import load_knowledge
from banshi.knowledge.situations import Case, SituationTree
from banshi.settings import Settings

KNOWLEDGE = load_knowledge(Settings().knowledge_dir)
GUIDES = sorted(KNOWLEDGE.guides)
SPEAKABLE = re.compile(r"[\u4e00-\u9fff0-9A-Za-z，。；：、？！“”《》%. \-]+")
# What the frame says; everything else must stand in the record.
_WORDS = """
您问的 接着说 一共 样 条 项 步 第 办理条件 收费 办理流程 办理时间 法定时限 办理地点 通办范围 办理方式 网上办理 跑几趟 费用 要带 的材料
按您的情形 不管哪种情形都要带的 看情形还可能要 我先问您一句 可用电子证照免交 部分地方可用电子证照免交 这一点还没有核实 依据是 不收费 这件事
这些还没跟当地核对完 以当地公布为准 各地可能不一样 可能有自己的规定 还没说完 我接着给您念 还有 不用到现场 要到现场 最多 次 不用带材料
不用提交材料 可以全程网上办 可以网上申请 需要到场的再去一趟 可以网上预约 要到现场办 网上只能查办事信息 份 一 两 二 三 四 五 六 七 八 九 十
"""
SAID_AROUND = tuple(_WORDS.split())


def cases(guide: Guide) -> list[Case]:
    tree = SituationTree(guide)
    return [tree.case({}), *islice(tree.leaves(), 6)]


def parts(script: Script) -> list[str]:
    return [script.text, *script.rest]


@cache
def recorded(identifier: str) -> str:
    """All words of a guide, as they are spoken, in one text without marks."""
    found: list[str] = []

    def gather(value: object) -> None:
        if isinstance(value, dict):
            for inner in value.values():
                gather(inner)
        elif isinstance(value, list):
            for inner in value:
                gather(inner)
        elif value is not None:
            found.append(bare(aloud(str(value))))

    guide = KNOWLEDGE.guides[identifier]
    gather(guide.model_dump(mode="json", exclude={"questions", "also_asks", "korean"}))
    return "\n".join(found)


def bare(text: str) -> str:
    return re.sub(r"[，。；：、？！“”《》 ]", "", text)


def invented(identifier: str, text: str) -> list[str]:
    """Stretches between marks that are not made of words of the frame and at most two of the guide's own."""
    held = recorded(identifier)
    return [stretch for stretch in map(bare, re.split(r"[，。；：、？！“”《》]", text)) if stretch and not is_made_of(stretch, held)]


def is_made_of(stretch: str, held: str) -> bool:
    fewest: dict[int, int] = {0: 0}  # place reached → least number of the guide's words used up to there
    for start in range(len(stretch)):
        if start not in fewest:
            continue
        used = fewest[start]
        ends = {start + len(phrase): used for phrase in SAID_AROUND if stretch.startswith(phrase, start)}
        if used < 2:
            for end in range(start + 1, len(stretch) + 1):
                if stretch[start:end] not in held:
                    break
                ends.setdefault(end, used + 1)
        for end, count in ends.items():
            fewest[end] = min(count, fewest.get(end, count))
    return len(stretch) in fewest


@pytest.mark.parametrize("identifier", GUIDES)
def test_a_guides_scripts_fit_a_minute_and_invent_nothing(identifier: str) -> None:
    guide = KNOWLEDGE.guides[identifier]
    for case in cases(guide):
        for element in Element:
            script = guide_script(guide, (element,), case, text="我和家里人在外地，东西丢了咋办", place=None)
            assert script.text
            for part in parts(script):
                assert len(part) <= MOST_CHARS, (element, len(part))
                assert SPEAKABLE.fullmatch(part), (element, SPEAKABLE.sub("", part))
                assert part.endswith(("。", "？", "！")), (element, part[-10:])
                assert not re.search(r"[，；：、]{2}|。[，。；：、]", part), (element, part)
                assert not invented(identifier, part), (element, invented(identifier, part))


@pytest.mark.parametrize("identifier", GUIDES)
def test_what_is_asked_for_is_told_in_full(identifier: str) -> None:
    guide = KNOWLEDGE.guides[identifier]
    for case in cases(guide):
        materials = bare("".join(parts(guide_script(guide, (Element.MATERIALS,), case))))
        for material in (*case.materials, *case.open_materials):
            assert bare(aloud(material.material_name)) in materials
        for material in case.materials:
            assert bare(aloud(material.form)) + f"{material.copies}份" in materials
            assert bare(aloud(material.note or "")) in materials
        if case.next is not None:
            assert bare(aloud(case.next.ask)) in materials
    case = cases(guide)[0]
    fees = "".join(parts(guide_script(guide, (Element.FEE,), case)))
    for fee in guide.fees:
        assert set(re.findall(r"\d+", fee.fee_stand)) <= set(re.findall(r"\d+", fees)), fee
    times = "".join(parts(guide_script(guide, (Element.TIME_LIMIT,), case)))
    for fact in (guide.promise, guide.anticipate):
        assert set(re.findall(r"\d+", fact.text)) <= set(re.findall(r"\d+", times)), fact
    conditions = bare("".join(parts(guide_script(guide, (Element.CONDITIONS,), case))))
    assert all(bare(aloud(fact.text)) in conditions for fact in guide.accept_condition)


@pytest.mark.parametrize("identifier", GUIDES)
def test_what_does_not_fit_says_that_it_goes_on(identifier: str) -> None:
    guide = KNOWLEDGE.guides[identifier]
    for element in Element:
        told = parts(guide_script(guide, (element, Element.CONDITIONS), cases(guide)[0]))
        for number, part in enumerate(told):
            assert ("我接着给您念" in part) == (number < len(told) - 1)
            assert part.startswith("接着说，") == (number > 0)


def test_a_broken_off_list_tells_how_much_is_left() -> None:
    guide = max(KNOWLEDGE.guides.values(), key=lambda guide: sum(len(m.material_name + (m.note or "")) for m in guide.materials))
    broken = 0
    for case in SituationTree(guide).leaves():
        told = parts(guide_script(guide, (Element.MATERIALS,), case))
        for number, part in enumerate(told[:-1]):
            left = re.search(r"还有([一两三四五六七八九十]+)样，我接着给您念。$", part)
            if left is None:
                continue
            broken += 1
            count = "零一两三四五六七八九十".index(left[1])
            assert count == sum(len(re.findall(r"第[一二三四五六七八九十]+样，", later)) for later in told[number + 1 :])
    assert broken


@pytest.mark.parametrize("identifier", GUIDES)
def test_nothing_uncertain_is_told_as_certain(identifier: str) -> None:
    guide = KNOWLEDGE.guides[identifier]
    for case in cases(guide):
        for element in Element:
            script = guide_script(guide, (element,), case)
            if script.certainty is not Certainty.NATIONAL:
                assert "以当地公布为准" in "".join(parts(script)), element
            if guide.needs_confirmation(element):
                assert all("以当地公布为准" in part for part in parts(script)), element
    fees = "".join(parts(guide_script(guide, (Element.FEE,), cases(guide)[0])))
    if any(fee.certainty is not Certainty.NATIONAL for fee in guide.fees):
        assert "以当地公布为准" in fees
        assert any("价" in caution or "准数" in caution for caution in guide_cautions(guide, (Element.FEE,), cases(guide)[0]))
    if guide.promise.certainty is not Certainty.NATIONAL:
        assert any(aloud(guide.promise.text) in caution for caution in guide_cautions(guide, (Element.TIME_LIMIT,), cases(guide)[0]))


@pytest.mark.parametrize("identifier", GUIDES)
def test_cautions_are_few_short_and_speak_of_what_is_open(identifier: str) -> None:
    guide = KNOWLEDGE.guides[identifier]
    for case in cases(guide):
        for element in Element:
            cautions = guide_cautions(guide, (element,), case, place="延吉市")
            assert len(cautions) <= MOST_CAUTIONS
            assert all(len(caution) <= 120 for caution in cautions), cautions
        asked = guide_cautions(guide, (Element.MATERIALS,), case)
        assert any("没问清" in caution for caution in asked) == (case.next is not None)
        assert any("肯定能办下来" in caution for caution in guide_cautions(guide, (Element.ELIGIBILITY,), case))


def test_a_place_whose_rules_are_not_held_is_named() -> None:
    guide = KNOWLEDGE.guides["hz-idcard-reissue"]
    case = SituationTree(guide).case({})
    assert "延吉市可能有自己的规定" in guide_script(guide, (Element.TIME_LIMIT,), case, place="延吉市").text
    cautions = guide_cautions(guide, (Element.TIME_LIMIT,), case, place="延吉市")
    assert "没有收录延吉市自己的规定，不要说延吉市就是这样办" in cautions
    # 40元 is the same in the whole country: nobody needs to be warned.
    assert guide_cautions(guide, (Element.FEE,), case, place="延吉市") == []
    assert guide_script(guide, (Element.FEE,), case, place="延吉市").text == "您问的居民身份证丢失补领，丢失补领每证40元。"


def test_the_callers_situation_is_told_before_others() -> None:
    guide = KNOWLEDGE.guides["hz-idcard-reissue"]
    case = SituationTree(guide).case({"where": "home"})
    with_words = guide_script(guide, (Element.MATERIALS,), case, text="补完了结果旧证又找到了").text
    assert "旧证已失效" in with_words
    assert "旧证已失效" not in guide_script(guide, (Element.MATERIALS,), case, text="补身份证要带啥").text
    assert "第二样，居民身份证申领登记表" in with_words and "按您的情形" in with_words


@pytest.mark.parametrize("identifier", sorted(KNOWLEDGE.qa))
def test_an_answers_script_is_the_answer(identifier: str) -> None:
    record = KNOWLEDGE.qa[identifier]
    script = qa_script(record)
    assert all(len(part) <= MOST_CHARS and SPEAKABLE.fullmatch(part) for part in parts(script))
    assert bare(aloud(record.answer)) in bare("".join(parts(script)))
    if record.certainty is not Certainty.NATIONAL:
        assert "为准" in "".join(parts(script)) and qa_cautions(record)


@pytest.mark.parametrize("identifier", sorted(KNOWLEDGE.policies))
def test_a_passage_is_quoted_to_its_end(identifier: str) -> None:
    policy = KNOWLEDGE.policies[identifier]
    for passage in policy.passages:
        script = passage_script(policy, passage)
        assert all(len(part) <= MOST_CHARS for part in parts(script))
        told = re.sub(r"接着说|还没说完，我接着给您念。", "", "".join(parts(script)))
        assert bare(aloud(passage.text))[-12:] in bare(told)


def test_what_is_out_of_use_says_so() -> None:
    from datetime import date

    script = retired_script(
        "居民身份证丢失补领", Retirement(since=date(2026, 11, 1), told="这件事并到“身份证一件事”了。", instead="到户政窗口办。")
    )
    assert script.text.startswith("您问的居民身份证丢失补领，从2026年11月1日起已经停用了。") and "到户政窗口办" in script.text


@pytest.mark.parametrize(
    ("written", "spoken"),
    [
        ("40元/证", "每证40元"),
        ("0-1", "0到1"),
        ("发改价格〔2003〕2322号", "发改价格2003年2322号"),
        ("60日（交通不便地区可再延长）", "60日，交通不便地区可再延长"),
        ("先到窗口→再缴费", "先到窗口，再缴费"),
        ("达到Ⅲ级", "达到三级"),
        ("1. 身份证\n2. 户口簿", "1.身份证。2.户口簿"),
        ("（部分地方）可网办", "部分地方，可网办"),
    ],
)
def test_signs_become_words(written: str, spoken: str) -> None:
    assert aloud(written) == spoken
