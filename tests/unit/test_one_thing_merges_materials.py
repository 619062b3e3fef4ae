"""一件事: one list of documents for several items. Nothing is lost, nothing stands twice, and no order is invented.

What must be in a list is found out here in another way than there: by walking through every combination of answers.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from banshi.knowledge.bundle import Bundle, MergedMaterial, UnknownItemError, bundle, longest_days
from banshi.knowledge.errors import KnowledgeError
from banshi.knowledge.guide import Guide, Material
from banshi.knowledge.library import Knowledge, assemble
from banshi.knowledge.situations import SituationTree
from banshi.knowledge.sources import Address, read_sources
from banshi.knowledge.themes import Member, Theme, Themes, load_themes
from banshi.settings import Settings

FILE = Settings().knowledge_dir / "themes.yml"


@pytest.fixture(scope="module")
def themes(knowledge: Knowledge) -> Themes:
    return load_themes(FILE, knowledge)


def possible(guide: Guide, member: Member) -> list[Material]:
    """Documents that some citizen of this occasion needs: over every combination of answers, whatever the order of questions."""
    tree = SituationTree(guide)
    found = []
    for answers in tree.complete_answers():
        if all(answers[choice] == option for choice, option in member.answers.items()):
            found += [material for material in tree.case(answers).materials if material not in found]
    return found


def plain(text: str) -> str:
    return "".join(char for char in text if char.isalnum())


def mistakes(theme: Theme, merged: Bundle, knowledge: Knowledge, region: str | None) -> list[str]:
    """What is wrong with a list: a document that is missing, stands twice, belongs to nobody, or has other copies than are needed."""
    found = []
    heads = Counter((plain(one.name), plain(one.form)) for one in merged.materials)
    found += [f"{name} stands {count} times" for (name, _), count in heads.items() if count > 1]
    uses = Counter((plain(one.name), plain(one.form), use.item, use.note) for one in merged.materials for use in one.uses)
    expected: Counter[tuple[str, str, str, str | None]] = Counter()
    for member in theme.members:
        guide = knowledge.guide_at(member.item, region).guide
        for material in possible(guide, member):
            expected[plain(material.material_name), plain(material.form), member.item, material.note] += 1
    found += [f"{item} does not get {name}" for name, _, item, _ in expected - uses]
    found += [f"nobody needs {name} of {item}" for name, _, item, _ in uses - expected]
    for one in merged.materials:
        own: dict[str, int] = {}
        for use in one.uses:
            own[use.item] = max(own.get(use.item, 0), use.copies)
        shown = one.form in ("原件", "电子") and not any(word in one.name for word in ("照片", "合影", "相片"))
        if one.copies != (max(own.values()) if shown else sum(own.values())):
            found.append(f"{one.copies} copies of {one.name}")
        if (one.exempt == "yes") != all(use.exempt == "yes" for use in one.uses):
            found.append(f"{one.name} is exempt")
    return found


def test_every_document_of_every_item_is_there_exactly_once_in_every_region(knowledge: Knowledge, themes: Themes) -> None:
    assert len(themes.by_id) >= 7
    looked_through = 0
    for known in (knowledge, with_a_county_of_its_own(knowledge)):
        for theme in themes.by_id.values():
            # A list is made of the guides alone: where all of a theme read as in a region before, so does the list.
            readings = set()
            for region in (None, *known.regions.regions):
                reading = tuple(id(known.guide_at(item, region).guide) for item in theme.items)
                if reading not in readings:
                    readings.add(reading)
                    merged = bundle(theme, known, region=region)
                    assert mistakes(theme, merged, known, region) == []
                    assert merged.unavailable == ()
            looked_through += len(readings)
    assert looked_through == 2 * len(themes.by_id) + 1


def test_a_county_has_its_own_list(knowledge: Knowledge, themes: Themes) -> None:
    known = with_a_county_of_its_own(knowledge)
    names = [{one.name for one in bundle(themes.by_id["birth"], known, region=region).materials} for region in ("222401", "222402")]
    assert names[0] - names[1] == {"朝鲜文姓名说明"}


def with_a_county_of_its_own(knowledge: Knowledge) -> Knowledge:
    """The same, with one document more for one item in 延吉市."""
    sources = read_sources(Settings().knowledge_dir)
    content = sources.records[Address("guide", "hz-newborn")][0]
    own = {
        "material_name": "朝鲜文姓名说明",
        "form": "原件",
        "copies": 1,
        "e_license_exempt": "no",
        "certainty": "local",
    }
    change = {"id": "hz-newborn", "region": "222401", "version": 1, "valid_from": "2026-01-01", "materials": [*content["materials"], own]}
    return assemble(sources.replaced({Address("guide", "hz-newborn", "222401"): (change,)}))


def test_the_check_itself_finds_every_fault(knowledge: Knowledge, themes: Themes) -> None:
    for theme in themes.by_id.values():
        whole = bundle(theme, knowledge)

        def wrong(materials: list[MergedMaterial], theme: Theme = theme, whole: Bundle = whole) -> list[str]:
            return mistakes(theme, replace(whole, materials=tuple(materials)), knowledge, None)

        for index, one in enumerate(whole.materials):
            rest = [other for other in whole.materials if other is not one]
            assert wrong(rest), f"{theme.id} without {one.name}"
            assert wrong([*whole.materials, one]), f"{theme.id} with {one.name} twice"
            assert wrong([*rest, replace(one, copies=one.copies + 1)]), f"{theme.id} with another copy of {one.name}"
            for use in one.uses:
                fewer = replace(one, uses=tuple(other for other in one.uses if other is not use))
                assert wrong([*rest, fewer] if fewer.uses else rest), f"{theme.id}: {use.item} forgotten at {one.name} ({index})"


def test_what_several_items_need_says_which(knowledge: Knowledge, themes: Themes) -> None:
    birth = {(one.name, one.form): one for one in bundle(themes.by_id["birth"], knowledge).materials}
    certificate = birth["出生医学证明", "原件"]
    assert [use.item for use in birth["出生医学证明", "电子"].uses] == ["yb-maternity"], "another form is another document"
    assert [use.item for use in certificate.uses] == ["hz-newborn", "sb-card-apply"]
    assert (certificate.copies, certificate.exempt, certificate.needed) == (1, "local", True)
    assert [use.when_text for use in certificate.uses] == ["国内生，有或能补", ""]
    with_photos = bundle(themes.by_id["marriage"], knowledge).materials
    assert next(one for one in with_photos if "合影" in one.name).copies == 3


def test_exemption_is_kept_only_where_every_item_exempts(knowledge: Knowledge, themes: Themes) -> None:
    merged = {one.name: one for theme in themes.by_id.values() for one in bundle(theme, knowledge).materials}
    wedding = merged["结婚证"]
    assert sorted(use.exempt for use in wedding.uses) == ["local", "yes"]
    assert wedding.exempt == "local"
    property_certificate = next(one for one in bundle(themes.by_id["house"], knowledge).materials if one.name == "不动产权证书")
    assert sorted(use.exempt for use in property_certificate.uses) == ["no", "yes"]
    assert property_certificate.exempt == "no"


def test_the_order_is_the_guides_own(knowledge: Knowledge, themes: Themes) -> None:
    for theme in themes.by_id.values():
        stages = [[one.guide.id for one in stage.items] for stage in bundle(theme, knowledge).stages]
        assert sorted(item for stage in stages for item in stage) == sorted(theme.items)
        place = {item: number for number, stage in enumerate(stages) for item in stage}
        for member in theme.members:
            for before in member.after:
                assert place[before.item] < place[member.item]
                assert before.says in knowledge.guides[member.item].model_dump_json().replace("\\n", "\n")


def test_a_stage_takes_as_long_as_its_longest_item(knowledge: Knowledge, themes: Themes) -> None:
    food = bundle(themes.by_id["restaurant"], knowledge)
    assert [stage.longest.id if stage.longest else None for stage in food.stages] == ["sc-geti-open", "sc-food"]
    house = bundle(themes.by_id["house"], knowledge)
    assert house.stages[1].unknown == ("燃气用气报装与过户",)
    assert longest_days(knowledge.guides["sc-food"]) == pytest.approx(9.8)  # 多数5至7个工作日
    assert longest_days(knowledge.guides["rs-loan"]) == 30
    assert longest_days(knowledge.guides["mz-marriage"]) == 0
    assert longest_days(knowledge.guides["gy-gas"]) is None  # 居民零散户几个工作日


def test_every_fee_is_told(knowledge: Knowledge, themes: Themes) -> None:
    for theme in themes.by_id.values():
        merged = bundle(theme, knowledge)
        assert len(merged.fees) == sum(len(knowledge.guides[item].fees) for item in theme.items)
    assert "居民身份证申领" not in bundle(themes.by_id["birth"], knowledge).free
    assert "新生儿入户（出生登记）" in bundle(themes.by_id["birth"], knowledge).free
    assert "不动产转移登记（房屋过户）" not in bundle(themes.by_id["house"], knowledge).free


def test_some_items_alone(knowledge: Knowledge, themes: Themes) -> None:
    birth = themes.by_id["birth"]
    some = bundle(birth, knowledge, items=["hz-newborn", "sb-card-apply"])
    assert {use.item for one in some.materials for use in one.uses} == {"hz-newborn", "sb-card-apply"}
    assert sum(len(stage.items) for stage in some.stages) == 2
    with pytest.raises(UnknownItemError, match="mz-marriage"):
        bundle(birth, knowledge, items=["hz-newborn", "mz-marriage"])


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda raw: raw[0]["members"].append({"item": "hz-no-such"}), "hz-no-such"),
        (lambda raw: raw[0]["members"].append({"item": "hz-newborn"}), "两次"),
        (lambda raw: raw[0]["members"][1]["after"].append({"item": "mz-marriage", "says": "结婚证"}), "mz-marriage"),
        (lambda raw: raw[0]["members"][1]["after"][0].update(says="先领出生证再来"), "没有出处"),
        (lambda raw: raw[0]["members"][0].update(after=[{"item": "hz-newborn", "says": "新生儿父母有效身份证件"}]), "互相等着"),
        (lambda raw: raw[0]["members"][0].update(answers={"kind": "no_such"}), "no_such"),
        (lambda raw: raw[0]["offered_by"].append("sc-company"), "一处最多一个"),
        (lambda raw: raw[0]["offered_by"].append("qa-no-such"), "qa-no-such"),
        (lambda raw: raw[1].update(id="birth"), "重复"),
        (lambda raw: raw[0].update(order="any"), "order"),
    ],
)
def test_a_theme_that_does_not_fit_the_guides_is_refused(knowledge: Knowledge, tmp_path: Path, change: object, told: str) -> None:
    raw = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    change(raw)  # type: ignore[operator]
    path = tmp_path / "themes.yml"
    path.write_text(yaml.safe_dump(raw, allow_unicode=True), encoding="utf-8")
    with pytest.raises(KnowledgeError, match=told):
        load_themes(path, knowledge)


def test_an_item_that_is_gone_is_named_and_the_others_stay(knowledge: Knowledge, themes: Themes) -> None:
    birth = themes.by_id["birth"]
    guides = {item: guide for item, guide in knowledge.guides.items() if item != "sb-card-apply"}
    merged = bundle(birth, replace(knowledge, guides=guides))
    assert merged.unavailable == ("sb-card-apply",)
    assert len([one for stage in merged.stages for one in stage.items]) == len(birth.members) - 1
