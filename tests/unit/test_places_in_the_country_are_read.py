"""Places of the whole country in a sentence, and which is where the citizen is."""

from __future__ import annotations

from pathlib import Path

import pytest

from banshi.desk.crossing.asking import asks_to_cross, matter_of, pair_of
from banshi.knowledge.cross_province import Mode, cross_province_or_none, load_cross_province
from banshi.knowledge.errors import KnowledgeError
from banshi.knowledge.library import Knowledge, load_knowledge
from banshi.knowledge.places import PROVINCES, Atlas
from banshi.settings import Settings


@pytest.fixture(scope="module")
def knowledge() -> Knowledge:
    return load_knowledge(Settings().knowledge_dir)


@pytest.fixture(scope="module")
def atlas(knowledge: Knowledge) -> Atlas:
    return Atlas(knowledge.regions, knowledge.elsewhere)


def test_every_province_has_its_code_and_no_two_share_one(atlas: Atlas) -> None:
    assert len(PROVINCES) == len(set(PROVINCES.values())) == 31
    for name, code in PROVINCES.items():
        place = atlas.of(name)
        assert place is not None and (place.code, place.province) == (code, name)
        assert atlas.of(code) == place or name == "吉林"


@pytest.mark.parametrize(
    ("words", "code", "name"),
    [
        ("吉林市", "220200", "吉林市"),
        ("吉林", "220000", "吉林省"),
        ("吉林省", "220000", "吉林省"),
        ("长春", "220100", "长春市"),
        ("220100", "220100", "长春市"),
        ("哈尔滨", "230000", "哈尔滨"),
        ("310115", "310000", "上海"),
        ("朝阳区望京", "110000", "朝阳区望京"),
        ("北京市", "110000", "北京市"),
    ],
)
def test_a_name_or_a_code_means_one_place(atlas: Atlas, words: str, code: str, name: str) -> None:
    place = atlas.of(words)
    assert place is not None and (place.code, place.name) == (code, name)


@pytest.mark.parametrize("said", ["长春的药店想成为医保定点", "下周口岸办护照，长春的", "长春桂林路的派出所，户口在长春"])
def test_names_inside_other_words_make_no_second_place(atlas: Atlas, said: str) -> None:
    assert [named.place.name for named in atlas.named(said)] == ["长春市"]
    assert pair_of(said, atlas) is None


@pytest.mark.parametrize("words", ["火星", "", "990000", "北京和上海", "220"])
def test_what_is_no_one_place_is_none(atlas: Atlas, words: str) -> None:
    assert atlas.of(words) is None


def test_a_zone_without_a_code_stands_for_what_it_lies_in(atlas: Atlas, knowledge: Knowledge) -> None:
    zone = next(region for region in knowledge.regions.regions if region.startswith("JL-"))
    place = atlas.of_code(zone)
    assert place is not None and place.region == zone and place.code.isdigit()


@pytest.mark.parametrize(
    ("said", "here", "belongs", "sure"),
    [
        ("我在北京打工，户口在长春，能在北京补社保卡吗", "北京", "长春市", True),
        ("人在沈阳，吉林的社保卡能不能在这边补", "沈阳", "吉林省", True),
        ("我户口是延吉的，现在在上海上班，公积金提取不回去能办吗", "上海", "延边朝鲜族自治州延吉市", True),
        ("北京人在长春能办结婚登记吗", "长春市", "北京", True),
        ("长春的公积金在深圳能提吗", "深圳", "长春市", True),
        ("我在广州，老家是四平，新生儿入户能在广州办吗", "广州", "四平市", True),
        ("社保在四平，人在白山，能在白山补社保卡吗", "白山市", "四平市", True),
        ("把户口从北京迁到长春怎么办", "北京", "长春市", False),
    ],
)
def test_it_is_read_who_is_where(atlas: Atlas, said: str, here: str, belongs: str, sure: bool) -> None:
    pair = pair_of(said, atlas)
    assert pair is not None and (pair.here.name, pair.belongs.name, pair.sure) == (here, belongs, sure)
    assert asks_to_cross(said)


@pytest.mark.parametrize("said", ["在外地能办吗", "我在北京，能办吗", "北京、上海、长春哪儿能办", ""])
def test_fewer_or_more_than_two_places_are_no_pair(atlas: Atlas, said: str) -> None:
    assert pair_of(said, atlas) is None


@pytest.mark.parametrize("said", ["我在北京，长春的社保卡补办要带什么材料", "北京到长春多少钱", "从长春到北京补社保卡能几天办完"])
def test_other_questions_between_two_places_are_not_this_one(said: str) -> None:
    assert not asks_to_cross(said)


def test_the_matter_is_what_is_left_without_the_places(atlas: Atlas) -> None:
    assert matter_of("我在北京打工，户口在长春，社保卡丢了能在北京补吗", atlas) == "社保卡丢了能补吗"
    assert matter_of("社保卡能补吗", atlas) == "社保卡能补吗"
    assert matter_of("把户口从北京迁到长春怎么办", atlas) == "把户口迁怎么办"
    assert matter_of("户口现在在长春，社保卡能在北京补吗", atlas) == "社保卡能补吗"


def test_the_file_fits_the_guides_and_invents_no_name(knowledge: Knowledge) -> None:
    catalogue = load_cross_province(Settings().knowledge_dir / "cross_province.yml", knowledge.guides)
    assert catalogue.count == 140 and [batch.count for batch in catalogue.batches] == [58, 74, 8]
    assert len(catalogue.items) == 33 and all(item.source for item in catalogue.items.values())
    assert all(one.items is None for one in catalogue.agreements)
    assert {item.mode for item in catalogue.items.values()} == set(Mode)


ITEM = "- {{name: 甲乙, year: 2020, mode: {mode}, guide: {guide}, source: 出处}}\n"
BATCH = "batches: [{name: 第一批, year: 2020, until: 年底, count: 1}]\nitems:\n"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (BATCH + ITEM.format(mode="全程网办", guide="sb-card-apply"), "网办深度是“III级"),
        (BATCH + ITEM.format(mode="多地联办", guide="no-such"), "没有办事指南 no-such"),
        (BATCH + ITEM.format(mode="多地联办", guide="sb-card-apply") * 2, "写了两次"),
        (BATCH + ITEM.format(mode="别的", guide="sb-card-apply"), "items.0.mode"),
        (BATCH + "- {name: 甲乙, year: 2020, mode: 多地联办}\n", "items.0.source"),
        (BATCH + ITEM.format(mode="多地联办", guide="sb-card-apply").replace("2020", "2021"), "没有 2021 这个批次"),
        (
            BATCH
            + ITEM.format(mode="多地联办", guide="sb-card-apply")
            + ITEM.format(mode="多地联办", guide="hz-newborn").replace("甲乙", "丙丁"),
            "共 1 项，写了 2 个",
        ),
    ],
)
def test_a_mistake_in_the_file_is_told_and_takes_the_file_away_alone(knowledge: Knowledge, tmp_path: Path, text: str, told: str) -> None:
    (tmp_path / "cross_province.yml").write_text(text, encoding="utf-8")
    with pytest.raises(KnowledgeError, match=told):
        load_cross_province(tmp_path / "cross_province.yml", knowledge.guides)
    assert cross_province_or_none(tmp_path, knowledge.guides).items == {}
