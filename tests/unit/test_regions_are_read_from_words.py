"""Places are read out of what people say, the nearest one they mean, and not out of words that only look like places."""

from __future__ import annotations

import pytest

from banshi.knowledge.errors import KnowledgeError
from banshi.knowledge.library import Knowledge
from banshi.knowledge.regions import Region, RegionTree


def named(knowledge: Knowledge, text: str) -> list[str]:
    return [region.id for region in knowledge.regions.find(text)]


@pytest.mark.parametrize(
    ("text", "region"),
    [
        ("我在延吉", "222401"),
        ("延边延吉的社保局在哪", "222401"),
        ("延边朝鲜族自治州延吉市", "222401"),
        ("延吉延边都行", "222401"),
        ("延边州怎么办", "222400"),
        ("人在长白山", "JL-CBS"),
        ("长白山池北区", "JL-CBS-CB"),
        ("我是长白县的", "220623"),
        ("长白朝鲜族自治县", "220623"),
        ("通化咋办", "220500"),
        ("通化市", "220500"),
        ("通化县", "220521"),
        ("在吉林市补", "220200"),
        ("吉林省长春市朝阳区", "220104"),
        ("长春新区的企业", "JL-CC-XQ"),
        ("中韩示范区", "JL-CC-ZH"),
        ("梅河口", "220581"),
        ("公主岭现在归谁管", "220184"),
        ("辽源西安区", "220403"),
        ("省会", "220100"),
        ("前郭县", "220721"),
        ("연길에서 어떻게 합니까", "222401"),
    ],
)
def test_the_place_that_is_meant(knowledge: Knowledge, text: str, region: str) -> None:
    assert named(knowledge, text) == [region]


@pytest.mark.parametrize(
    "text",
    [
        "身份证丢了咋整",
        "吉林的身份证",
        "吉林省内",
        "户口在西安市",
        "陕西西安",
        "我户口在西安，人在这边",
        "北京朝阳的房子",
        "朝阳产业扶持",
        "官司已经开庭了还能申请法律援助吗",
        "已经开了证明",
        "买了游船营运证去哪办",
        "高新技术企业怎么认定",
        "高新企业认定啥时候申报",
        "铁西瓜",
    ],
)
def test_words_that_are_no_place_here(knowledge: Knowledge, text: str) -> None:
    assert named(knowledge, text) == []


@pytest.mark.parametrize("text", ["房子在红旗", "新立那边", "前进大街", "团结", "光明", "建设"])
def test_a_town_is_not_read_out_of_an_everyday_word(knowledge: Knowledge, text: str) -> None:
    assert named(knowledge, text) == []


@pytest.mark.parametrize(("text", "name"), [("我住红旗街道", "红旗街道"), ("长白镇", "长白镇"), ("二道白河", "长白山保护开发区池北区")])
def test_a_town_is_known_by_its_full_name(knowledge: Knowledge, text: str, name: str) -> None:
    assert [region.name for region in knowledge.regions.find(text)] == [name]


def test_two_places_are_told_in_the_order_of_the_words(knowledge: Knowledge) -> None:
    assert named(knowledge, "户口在敦化，人在延吉") == ["222403", "222401"]
    assert named(knowledge, "人在延吉，户口在敦化") == ["222401", "222403"]


def test_a_place_named_twice_is_one_place(knowledge: Knowledge) -> None:
    assert named(knowledge, "延吉市，就是延吉") == ["222401"]


def test_a_county_is_told_with_its_prefecture(knowledge: Knowledge) -> None:
    assert knowledge.regions.name("222401") == "延边朝鲜族自治州延吉市"
    assert knowledge.regions.name("220100") == "长春市"
    assert knowledge.regions.name("220000") == "吉林省"


def test_a_region_inherits_from_those_above_it(knowledge: Knowledge) -> None:
    assert knowledge.regions.lineage("222401") == ["222401", "222400", "220000"]
    assert knowledge.regions.lineage("JL-CBS-CB") == ["JL-CBS-CB", "JL-CBS", "220000"]


@pytest.mark.parametrize(
    ("region", "told"),
    [
        (Region("220999", "某县", "county", "220900"), "220900"),
        (Region("220999", "某县", "district", None), "district"),
    ],
)
def test_a_broken_table_is_refused_with_what_is_wrong(region: Region, told: str) -> None:
    with pytest.raises(KnowledgeError, match=told):
        RegionTree({region.id: region})


def test_a_repeated_code_is_refused_with_the_code(tmp_path) -> None:
    table = tmp_path / "regions.csv"
    table.write_text("id,name,level,parent,aliases,note\n220000,甲,province,,,\n220000,乙,province,,,\n", encoding="utf-8")
    with pytest.raises(KnowledgeError, match=r"220000.*乙"):
        RegionTree.load(table)
