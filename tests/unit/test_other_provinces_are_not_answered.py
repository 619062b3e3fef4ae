"""What another province rules itself is not answered from Jilin's guides; who comes from there, or goes there, is served."""

from __future__ import annotations

import pytest

from banshi.desk.replies import Reply, replies_for
from banshi.knowledge.elsewhere import Elsewhere
from banshi.knowledge.library import Knowledge
from banshi.search.engine import Engine
from tests.unit.asking import EXAMPLE, REISSUE, ask

PLACES = Elsewhere({"北京": ["海淀"], "江苏": ["南京", "苏州"], "黑龙江": ["哈尔滨"], "陕西": ["西安"], "四川": ["成都"]})


def told(engine: Engine, text: str) -> Reply:
    (reply,) = replies_for(ask(engine, text))
    return reply


@pytest.mark.parametrize(
    ("text", "province"),
    [
        ("北京居住证怎么办", "北京"),
        ("海淀的学校怎么报名", "北京"),
        ("苏州公积金怎么提", "江苏"),
        ("江苏育儿补贴给多少", "江苏"),
        ("哈尔滨社保卡去哪补", "黑龙江"),
        ("北京和江苏的低保标准", "北京"),
        ("苏州大学生租房补贴怎么领", "江苏"),
    ],
)
def test_a_place_and_its_cities_stand_for_the_province(text: str, province: str) -> None:
    assert PLACES.rules_asked(text, here=False) == province


@pytest.mark.parametrize("text", ["身份证丢了咋整", "", "吉林省的低保标准", "去北京看病", "从南京回来", "来自苏州", "飞北京", "往江苏寄"])
def test_without_another_place_or_on_the_way_there_no_rule_is_asked(text: str) -> None:
    assert PLACES.rules_asked(text, here=False) is None


@pytest.mark.parametrize(
    "text",
    [
        "我舅在南京做手术自己垫的钱，报销都要啥单子",
        "俺搁哈尔滨买的车，往家开要贴啥牌",
        "我妹妹在苏州读研，爸妈的赡养扣除能都算我头上吗",
        "驾照南京的，到期了咋换",
        "我在苏州出差身份证丢了",
        "北京看病报销多少",
        "俺搁哈尔滨陪儿子过冬呢，高龄补贴手机上能整不",
        "异地办身份证可以吗我江苏的",
        "现在转养老关系还用回南京打缴费凭证不",
        "手机里这些证到了北京还管用吗",
        "南京领的结婚证丢了咋补",
        "苏州大学毕业证要公证，几天能取",
        "西安大路派出所能办身份证吗",
        "哈尔滨交的社保咋转",
        "我在苏州买的房子能不能提公积金",
        "闺女在南京生孩子能领津贴不",
    ],
)
def test_a_place_where_something_happened_makes_no_rule_of_that_place(text: str) -> None:
    assert PLACES.rules_asked(text, here=False) is None


@pytest.mark.parametrize("text", ["怕刷了脸签了字被人套去贷款，这东西安全吗", "前年两个人各填一半，现在能改成都算我的吗"])
def test_two_words_that_make_a_name_together_are_no_place(text: str) -> None:
    assert PLACES.rules_asked(text, here=False) is None


def test_the_way_between_two_other_provinces_is_not_ours() -> None:
    assert PLACES.rules_asked("社保从南京转到北京要多久", here=False) == "江苏"
    assert PLACES.rules_asked("南京和哈尔滨的社保都转过来，要多久", here=False) is None


def test_whether_a_rule_of_another_province_holds_here_is_asked_of_us() -> None:
    assert PLACES.rules_asked("网上看的江苏的政策，在吉林好使不", here=True) is None
    assert PLACES.rules_asked("按江苏的政策，在长春能给多少", here=True) == "江苏"


@pytest.mark.parametrize(
    "text", ["我爸在北京住，想在北京补一张老年卡，得去哪", "南京人才补贴给多少，我在那边上班", "我搬家了，苏州公积金怎么提"]
)
def test_a_place_in_what_is_asked_or_wished_is_a_rule_of_that_place(text: str) -> None:
    assert PLACES.rules_asked(text, here=False) is not None


def test_a_place_of_this_province_beside_it_makes_it_a_matter_of_here() -> None:
    assert PLACES.rules_asked("江苏的车怎么年检", here=False) == "江苏"
    assert PLACES.rules_asked("江苏的车怎么年检", here=True) is None


@pytest.mark.parametrize(
    "text", ["按江苏的规定能领多少", "按照江苏标准", "依江苏的政策", "江苏那边的规定是多少", "南京的标准是啥", "江苏条例"]
)
@pytest.mark.parametrize("here", [True, False])
def test_a_rule_named_as_such_is_theirs_wherever_one_is(text: str, here: bool) -> None:
    assert PLACES.rules_asked(text, here=here) == "江苏"


def test_who_knows_no_other_places_redirects_nobody() -> None:
    assert Elsewhere().rules_asked("北京居住证怎么办", here=False) is None


def test_all_other_provinces_are_known(knowledge: Knowledge) -> None:
    """34 at province level, without Jilin and without 港澳台, to which our own travel documents lead."""
    north = "北京 天津 河北 山西 内蒙古 辽宁 黑龙江 陕西 甘肃 青海 宁夏 新疆 山东 河南"
    south = "上海 江苏 浙江 安徽 福建 江西 湖北 湖南 广东 广西 海南 重庆 四川 贵州 云南 西藏"
    provinces = [*north.split(), *south.split()]
    assert {knowledge.province_asked(f"{province}低保标准多少") for province in provinces} == set(provinces)


def test_no_place_of_jilin_is_taken_for_one_elsewhere(knowledge: Knowledge) -> None:
    taken = {region.name: knowledge.province_asked(f"{region.name}的低保标准多少") for region in knowledge.regions.regions.values()}
    assert {name: province for name, province in taken.items() if province is not None} == {}


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
    assert engine.knowledge.province_asked(text) is None
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
    assert engine.knowledge.province_asked(text) is None
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
