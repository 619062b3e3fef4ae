"""What another province rules itself is not answered from Jilin's guides; who comes from there, or goes there, is served."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from banshi.desk.replies import Reply, replies_for, who_answers
from banshi.knowledge.elsewhere import Elsewhere
from banshi.knowledge.library import Knowledge
from banshi.search.engine import Engine
from banshi.search.jurisdiction import JurisdictionClassifier, Placed, PlaceReader
from banshi.search.result import PERHAPS_ELSEWHERE
from tests.unit.asking import EXAMPLE, REISSUE, ask

PLACES = Elsewhere(
    {"北京": ["海淀"], "江苏": ["南京", "苏州"], "黑龙江": ["哈尔滨"], "陕西": ["西安"], "四川": ["成都"], "辽宁": ["沈阳"], "香港": []}
)


def told(engine: Engine, text: str) -> Reply:
    (reply,) = replies_for(ask(engine, text))
    return reply


@pytest.fixture(scope="module")
def places(knowledge: Knowledge) -> PlaceReader:
    return PlaceReader(PLACES, knowledge.regions)


@pytest.mark.parametrize(
    ("text", "provinces"),
    [
        ("海淀的学校怎么报名", ["北京"]),
        ("社保从南京转到北京要多久", ["江苏", "北京"]),
        ("辽宁沈阳的电动车号牌丢了", ["辽宁", "辽宁"]),
        ("鲁B的车审车多少钱，川a12345呢", ["山东", "四川"]),
        ("粤app里咋登，新app呢", []),
        ("南京街派出所能补身份证吗，苏州路那个", []),
        ("身份证丢了咋整", []),
        ("", []),
        ("怕刷了脸签了字被人套去贷款，这东西安全吗", []),
        ("前年两个人各填一半，现在能改成都算我的吗", []),
    ],
)
def test_places_are_words_of_their_own(text: str, provinces: list[str]) -> None:
    assert [mention.province for mention in PLACES.named(text)] == provinces


def test_a_text_without_another_place_has_none_to_read(places: PlaceReader) -> None:
    assert places.read("长春的社保卡丢了，延吉能补吗") is None


def test_names_of_places_make_no_difference_but_whether_they_are_ours(places: PlaceReader) -> None:
    assert places.read("我在南京上班，社保卡丢了") == replace(placed(places, "我在哈尔滨上班，社保卡丢了"), province="江苏")
    assert placed(places, "从长春去南京").whole != placed(places, "从南京去长春").whole
    assert placed(places, "去香港").whole != placed(places, "去南京").whole, "our own documents lead there"


def test_the_place_of_the_last_clause_is_the_one_that_is_asked_about(places: PlaceReader) -> None:
    assert placed(places, "我从南京来，在北京住下了，孩子上学哪天报名").province == "北京"
    assert placed(places, "社保从南京转到北京要多久").province == "江苏"


def placed(places: PlaceReader, text: str) -> Placed:
    found = places.read(text)
    assert found is not None
    return found


_MATTERS = ("社保卡", "身份证", "驾照", "护照", "营业执照", "公积金", "居住证", "结婚证", "低保", "医保")
_CITIES = ("南京", "苏州", "哈尔滨", "西安", "成都", "沈阳")
_HOME = [f"我在{city}上班，{matter}丢了回来怎么补" for city in _CITIES for matter in _MATTERS]
_THERE = [f"{city}的{matter}怎么办" for city in _CITIES for matter in _MATTERS]


def test_what_tells_them_apart_is_learned_from_questions(places: PlaceReader) -> None:
    texts = [placed(places, text) for text in (*_HOME, *_THERE)]
    theirs = [False] * len(_HOME) + [True] * len(_THERE)
    learned = JurisdictionClassifier.fit(texts, theirs, None, np.ones(len(texts), np.float32))
    assert learned.theirs(placed(places, "海淀的学籍怎么办"), None) > 0.65
    assert learned.theirs(placed(places, "我在海淀上学，户口本丢了回来怎么补"), None) < 0.35


def test_who_has_learned_nothing_is_in_doubt(places: PlaceReader) -> None:
    few = [placed(places, text) for text in (*_HOME[:5], *_THERE[:5])]
    for classifier in (
        JurisdictionClassifier.unlearned(),
        JurisdictionClassifier.fit(few, [False] * 5 + [True] * 5, None, np.ones(10, np.float32)),
    ):
        assert classifier.theirs(few[0], None) == classifier.theirs(few[-1], None) == 0.5


def test_who_knows_no_other_places_redirects_nobody() -> None:
    assert Elsewhere().named("北京居住证怎么办") == []


def test_all_other_provinces_are_known(engine: Engine) -> None:
    """34 at province level, without Jilin and without 港澳台, to which our own travel documents lead."""
    north = "北京 天津 河北 山西 内蒙古 辽宁 黑龙江 陕西 甘肃 青海 宁夏 新疆 山东 河南"
    south = "上海 江苏 浙江 安徽 福建 江西 湖北 湖南 广东 广西 海南 重庆 四川 贵州 云南 西藏"
    provinces = [*north.split(), *south.split()]
    assert {engine.province_asked(f"{province}低保标准多少") for province in provinces} == set(provinces)


def test_no_place_of_jilin_is_taken_for_one_elsewhere(engine: Engine) -> None:
    taken = {region.name: engine.province_asked(f"{region.name}的低保标准多少") for region in engine.knowledge.regions.regions.values()}
    assert {name: province for name, province in taken.items() if province is not None} == {}


def test_where_it_is_in_doubt_both_are_offered(engine: Engine) -> None:
    result = ask(engine, EXAMPLE).model_copy(
        update={"decision": "clarify", "reason": f"{PERHAPS_ELSEWHERE}辽宁", "answer": None, "item": None, "sources": []}
    )
    (reply,) = replies_for(result)
    assert reply.custom["type"] == "clarify"
    assert "辽宁当地的12345" in reply.text and "在吉林办" in reply.text
    assert result.candidates[0].title in reply.text


@pytest.mark.parametrize(("place", "who"), [("辽宁", "辽宁当地的12345"), ("香港", "香港的主管部门"), ("国外", "当地的主管部门")])
def test_who_is_asked_instead_is_somebody_there_is(place: str, who: str) -> None:
    assert who_answers(place) == who


THEIRS = {
    "北京居住证怎么办": "北京",
    "上海落户积分怎么算": "上海",
    "广东育儿补贴怎么领": "广东",
    "深圳公积金提取条件": "广东",
    "沈阳公积金怎么提": "辽宁",
    "哈尔滨社保卡补办去哪": "黑龙江",
    "四川低保标准多少": "四川",
    "杭州人才补贴怎么申请": "浙江",
    "河北医保报销比例": "河北",
    "大连市开公司要什么材料": "辽宁",
    "成都的护照多少钱": "四川",
    "内蒙古的高龄津贴多少钱": "内蒙古",
    "西安落户要什么条件": "陕西",
    "山东那边结婚登记要什么材料": "山东",
    "天津积分落户": "天津",
    "黑龙江省老年人优待证去哪办": "黑龙江",
    "按江苏的规定，育儿补贴给多少": "江苏",
    "人在长春，按北京的标准能领多少": "北京",
    "天津那边的规定，灵活就业能交公积金吗": "天津",
}


@pytest.mark.parametrize(("text", "province"), THEIRS.items())
def test_another_provinces_own_rule_is_redirected(engine: Engine, words_engine: Engine, text: str, province: str) -> None:
    for each in (engine, words_engine):
        result = ask(each, text)
        assert (result.decision, result.answer, result.item, result.sources) == ("reject", None, None, [])
        reply = told(each, text)
        assert reply.custom["type"] == "redirect"
        assert province in reply.text and "12345" in reply.text, "whose rule it is, and whom to ask"
        assert "转人工" in [button.title for button in reply.buttons]


@pytest.mark.parametrize(
    "text",
    [
        # people and things from elsewhere, in Jilin
        "我户口在山东，在长春能补身份证吗",
        "我是河南人，在长春办居住证要啥",
        "老家四川的，人在吉林，能在这边换身份证吗",
        "我媳妇是黑龙江人，在延吉登记结婚要什么",
        "河北牌照的车能在长春年检吗",
        "河南的身份证到期了能在长春换不",
        "辽宁的驾照丢了在四平能补吗",
        "北京户口的孩子能在长春上学吗",
        "山东人在延吉开饭店要啥证",
        "我是北京人，想在长春开公司",
        "上海的朋友来延吉玩，要边境通行证吗",
        # what comes over from elsewhere
        "社保从北京转回来怎么办",
        "北京的公积金转到长春怎么转",
        "户口从沈阳迁到吉林怎么迁",
        "从辽宁迁户口到长春要什么材料",
        "我北京的社保想转回吉林咋转",
        # people of Jilin who are elsewhere
        "人在北京，长春的营业执照怎么注销",
        "人在广州，吉林的驾照到期了能在这换吗",
        "在北京工作，想把养老保险转回吉林",
        "我在天津上班，想取吉林的公积金",
        "我在深圳上班，打算回老家通化开个公司",
        # who goes there
        "去北京看病怎么备案",
        "要去上海看病，异地就医备案咋弄",
        "去北京玩身份证丢了怎么坐火车",
        "飞北京身份证丢了怎么登机",
        "去上海上学，户口要迁吗",
        "我去深圳打工，养老保险咋办",
        "到大连旅游要边境证吗",
        "往上海寄护照行吗",
        "坐车去北京，身份证过期了",
        "我从北京回来，社保咋接",
    ],
)
def test_who_comes_from_there_or_goes_there_is_not_sent_away(engine: Engine, text: str) -> None:
    assert engine.province_asked(text) is None
    assert told(engine, text).custom["type"] != "redirect"


@pytest.mark.parametrize(
    "text",
    [
        *("今天水费怎么交", "夏天水表坏了找谁"),  # 天水
        "房东营业执照不给我看咋办",  # 东营
        "工伤延长治疗期咋申请",  # 长治
        "公积金最新余额咋查",  # 新余
        "办事指南通知在哪看",  # 南通
        "高中卫生检查归谁管",  # 中卫
        *("吉林市怎么办护照", "长春市朝阳区怎么补身份证", "辽源西安区补身份证"),
    ],
)
def test_a_name_inside_other_words_is_no_place(engine: Engine, text: str) -> None:
    assert engine.province_asked(text) is None
    assert told(engine, text).custom["type"] != "redirect"


@pytest.mark.parametrize("before", ["", "我户口在山东，", "我刚从北京回来，", "我要去上海，"])
def test_a_matter_of_jilin_is_found_as_ever(engine: Engine, before: str) -> None:
    result = ask(engine, f"{before}{EXAMPLE}")
    assert result.decision != "reject" and result.candidates[0].id == REISSUE


def test_who_is_redirected_reads_how_to_ask_about_jilin_from_there(engine: Engine) -> None:
    reply = told(engine, "北京身份证丢了怎么补")
    assert "吉林" in reply.text and "跨省" in reply.text
    assert reply.custom["item"] is None and reply.custom["sources"] == []


def test_a_redirect_in_korean_is_told_in_both_languages(engine: Engine) -> None:
    (reply,) = replies_for(ask(engine, "北京居住证怎么办"), korean=True)
    assert reply.custom["type"] == "redirect"
    assert "北京" in reply.text and any("\uac00" <= char <= "\ud7a3" for char in reply.text)
