"""The knowledge is whole: enough phrasings for every guide, enough Q&A, every region reachable, and golden questions nobody has seen.

The golden questions are read by program only; a failure names their ids, never their words.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from pathlib import Path

import pytest
import yaml

from banshi.knowledge.elements import Element
from banshi.knowledge.library import Knowledge
from banshi.search.entries import owners_and_entries
from banshi.search.golden import GoldenQuestion, load_golden
from banshi.settings import ROOT, Settings
from banshi.text.normalise import normalise

FOLDER = Settings().knowledge_dir
GUIDES = sorted(path.stem for path in (FOLDER / "guides").glob("*.yml"))
PREFECTURES = ("长春市", "吉林市", "四平市", "辽源市", "通化市", "白山市", "松原市", "白城市", "延边朝鲜族自治州")
ZONES = ("长白山保护开发区", "长春新区", "中韩（长春）国际合作示范区")
ENTITY = re.compile(r"\[([^\]]+)\](?:\([^)]*\)|\{[^}]*\})")


def test_every_guide_file_is_loaded(knowledge: Knowledge) -> None:
    assert sorted(knowledge.guides) == GUIDES and GUIDES


@pytest.mark.parametrize("guide", GUIDES)
def test_a_guide_can_be_asked_for_in_many_ways(knowledge: Knowledge, guide: str) -> None:
    questions = knowledge.guides[guide].questions
    distinct = {normalise(text) for texts in questions.values() for text in texts}
    assert len(distinct) >= 30
    assert sum(1 for texts in questions.values() if texts) >= 6


@pytest.mark.parametrize("guide", GUIDES)
def test_a_guide_tells_each_thing_people_ask_for(knowledge: Knowledge, guide: str) -> None:
    record = knowledge.guides[guide]
    assert record.accept_condition and record.process and record.by_law and record.aliases
    assert record.transact_place and record.implementing_agency
    assert record.fees, "even a free item says so in a fee, with its certainty"


def test_ids_are_unique_over_all_kinds(knowledge: Knowledge) -> None:
    ids = [owner.id for owner in owners_and_entries(knowledge)[0]]
    assert [identifier for identifier, count in Counter(ids).items() if count > 1] == []


def test_two_guides_do_not_share_a_name(knowledge: Knowledge) -> None:
    names = Counter(normalise(guide.task_name) for guide in knowledge.guides.values())
    assert [name for name, count in names.items() if count > 1] == []


def test_there_is_enough_qa(knowledge: Knowledge) -> None:
    assert len(knowledge.qa) >= 300
    assert [record.id for record in knowledge.qa.values() if len({normalise(text) for text in record.similar}) < 8] == []


def test_no_phrasing_leads_to_two_guides(knowledge: Knowledge) -> None:
    owners = defaultdict(set)
    for entry in owners_and_entries(knowledge)[1]:
        if entry.kind == "guide" and entry.is_question:
            owners[normalise(entry.text)].add(entry.owner)
    assert {text: ids for text, ids in owners.items() if len(ids) > 1} == {}


def test_every_sample_hall_is_marked(knowledge: Knowledge) -> None:
    assert knowledge.halls
    for hall in knowledge.halls:
        assert hall.sample == ("示例" in hall.address + hall.name), hall.id


def test_windows_name_guides_that_exist(knowledge: Knowledge) -> None:
    domains = {guide.domain for guide in knowledge.guides.values()}
    for hall in knowledge.halls:
        for window in hall.windows:
            assert set(window.items) <= set(knowledge.guides), (hall.id, window.name)
            assert set(window.domains) <= domains, (hall.id, window.name)


@pytest.mark.parametrize("prefecture", PREFECTURES)
def test_every_prefecture_has_a_hall(knowledge: Knowledge, prefecture: str) -> None:
    (region,) = [region for region in knowledge.regions.regions.values() if region.name == prefecture and region.level == "prefecture"]
    assert any(hall.region == region.id for hall in knowledge.halls)


@pytest.mark.parametrize("zone", ZONES)
def test_functional_zones_are_regions(knowledge: Knowledge, zone: str) -> None:
    (region,) = [region for region in knowledge.regions.regions.values() if region.name == zone]
    assert region.level == "functional"


def test_every_region_leads_up_to_the_province(knowledge: Knowledge) -> None:
    tree = knowledge.regions
    assert sum(region.level == "prefecture" for region in tree.regions.values()) == 9
    assert sum(region.level == "county" for region in tree.regions.values()) == 60
    assert all(tree.lineage(region)[-1] == "220000" for region in tree.regions)


@pytest.fixture(scope="module")
def halves() -> tuple[list[GoldenQuestion], list[GoldenQuestion]]:
    return load_golden(FOLDER / "golden" / "dev.jsonl"), load_golden(FOLDER / "golden" / "test.jsonl")


def test_there_are_enough_golden_questions(halves: tuple[list[GoldenQuestion], list[GoldenQuestion]], knowledge: Knowledge) -> None:
    questions = halves[0] + halves[1]
    assert sum(question.decision == "answer" for question in questions) >= 300
    assert sum(question.decision == "reject" for question in questions) >= 100
    assert sum(question.lang == "ko" for question in questions) >= 40
    assert {item for question in questions for item in question.items} >= set(knowledge.guides)
    assert all(question.element in Element for question in questions if question.decision == "answer")


def test_the_golden_halves_share_nothing(halves: tuple[list[GoldenQuestion], list[GoldenQuestion]]) -> None:
    """An item is asked for in one half only; what is asked back about (clarify), or answers as well, may be of both."""
    first, second = ({q.items[0] for q in half if q.decision == "answer"} for half in halves)
    assert first & second == set()
    assert {question.id for question in halves[0]} & {question.id for question in halves[1]} == set()
    seen = {normalise(question.text) for question in halves[0]}
    assert [question.id for question in halves[1] if normalise(question.text) in seen] == []


@pytest.fixture(scope="module")
def seen_texts(knowledge: Knowledge) -> set[str]:
    """Everything that is indexed or trained on."""
    texts = {normalise(entry.text) for entry in owners_and_entries(knowledge)[1]}
    for path in sorted((ROOT / "data" / "nlu").glob("*.yml")):
        texts |= {normalise(text) for text in training_examples(path)}
    return texts


def training_examples(path: Path) -> list[str]:
    blocks = yaml.safe_load(path.read_text(encoding="utf-8"))["nlu"]
    lines = [line for block in blocks for line in block.get("examples", "").splitlines()]
    return [ENTITY.sub(r"\1", line[2:]) for line in lines if line.startswith("- ")]


def test_no_golden_question_has_been_seen(halves: tuple[list[GoldenQuestion], list[GoldenQuestion]], seen_texts: set[str]) -> None:
    assert [question.id for half in halves for question in half if normalise(question.text) in seen_texts] == []


def bigrams(text: str) -> frozenset[str]:
    letters = re.sub(r"\W", "", text)
    return frozenset(letters[i : i + 2] for i in range(len(letters) - 1))


def test_no_golden_question_is_nearly_one_that_has_been_seen(
    halves: tuple[list[GoldenQuestion], list[GoldenQuestion]], seen_texts: set[str]
) -> None:
    sets = [bigrams(text) for text in seen_texts]
    holders = defaultdict(list)
    for number, grams in enumerate(sets):
        for gram in grams:
            holders[gram].append(number)
    near = {}
    for question in (question for half in halves for question in half):
        grams = bigrams(normalise(question.text))
        shared = Counter(number for gram in grams for number in holders.get(gram, ()))
        likeness = max((count / (len(grams) + len(sets[number]) - count) for number, count in shared.items()), default=0.0)
        if likeness > 0.9:
            near[question.id] = round(likeness, 2)
    assert near == {}
