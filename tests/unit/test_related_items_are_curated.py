"""Related items: the curated file is whole and leads to nearly everything, and a wrong one is refused with a sentence."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path

import pytest
import yaml

from banshi.knowledge.errors import KnowledgeError
from banshi.knowledge.guide import Guide, Retirement
from banshi.knowledge.library import Knowledge
from banshi.knowledge.related import Related, load_related
from banshi.settings import Settings

FILE = Settings().knowledge_dir / "related.yml"
DAY = date(2026, 11, 1)


@pytest.fixture(scope="module")
def related(knowledge: Knowledge) -> Related:
    return load_related(FILE, knowledge.guides)


def test_every_guide_has_an_entry_of_at_most_three_others(related: Related, knowledge: Knowledge) -> None:
    assert set(related.by_guide) == set(knowledge.guides)
    for guide, others in related.by_guide.items():
        items = [other.item for other in others]
        assert set(items) <= set(knowledge.guides) - {guide}
        assert len(items) == len(set(items)) <= 3


def test_nearly_every_guide_is_led_to_by_another(related: Related) -> None:
    named = {other.item for others in related.by_guide.values() for other in others}
    assert len(named) >= 75, sorted(set(related.by_guide) - named)


def test_what_leads_on_has_another_name_than_where_it_stands(related: Related, knowledge: Knowledge) -> None:
    for guide, others in related.by_guide.items():
        names = [knowledge.guides[item].task_name for item in (guide, *(other.item for other in others))]
        assert len(names) == len(set(names))


WRONG = {
    "没有事项“hz-nothing”": [{"guide": "hz-newborn", "related": [{"item": "hz-nothing", "why": "接着办"}]}],
    "没有事项“hz-nowhere”": [{"guide": "hz-nowhere", "related": []}],
    "写了它自己": [{"guide": "hz-newborn", "related": [{"item": "hz-newborn", "why": "接着办"}]}],
    "同一个相关事项写了两次": [{"guide": "hz-newborn", "related": [{"item": "sb-card-apply", "why": why} for why in ("接着办", "再办")]}],
    "最多 3 个": [
        {
            "guide": "hz-newborn",
            "related": [{"item": item, "why": "接着办"} for item in ("sb-card-apply", "yb-register", "yb-ecode", "hz-idcard-first")],
        }
    ],
    "hz-newborn 写了两次": [{"guide": "hz-newborn", "related": []}] * 2,
    "第 1 个": [{"guide": "hz-newborn", "related": [{"item": "sb-card-apply"}]}],
    "应当是一个列表": {"hz-newborn": []},
}


@pytest.mark.parametrize("sentence", WRONG)
def test_a_wrong_file_is_refused_with_a_sentence(sentence: str, knowledge: Knowledge, tmp_path: Path) -> None:
    path = tmp_path / "related.yml"
    path.write_text(yaml.safe_dump(WRONG[sentence], allow_unicode=True), encoding="utf-8")
    with pytest.raises(KnowledgeError, match=r"related\.yml") as refused:
        load_related(path, knowledge.guides)
    assert sentence in str(refused.value)


def test_without_a_file_nothing_leads_on(knowledge: Knowledge, tmp_path: Path) -> None:
    assert not load_related(tmp_path / "related.yml", knowledge.guides).by_guide


def test_a_retired_or_missing_guide_is_left_out(related: Related, knowledge: Knowledge) -> None:
    def shown(guides: Mapping[str, Guide]) -> list[str]:
        return [guide.id for guide, _ in related.shown_under("hz-newborn", guides, DAY)]

    before = shown({**knowledge.guides})
    first = before[0]
    retired = Retirement.model_validate({"since": DAY, "told": "不再办理"})
    assert shown({**knowledge.guides, first: knowledge.guides[first].model_copy(update={"retired": retired})}) == before[1:]
    assert shown({key: guide for key, guide in knowledge.guides.items() if key != first}) == before[1:]
