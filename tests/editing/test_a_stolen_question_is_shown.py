"""An edit that takes another record's questions away is shown by the impact, whoever takes them from whom."""

from __future__ import annotations

import random
from typing import Any

import pytest
import sqlalchemy as sa

from banshi.editing.jobs import Job
from banshi.knowledge.sources import Address
from banshi.store.database import open_database, read
from banshi.store.knowledge import KnowledgeRepository
from tests.editing.small import LI, Desk, begin

PLANTS = 50
WORDS = ("{}", "{}，在线等", "{}怎么弄", "急，{}", "{}给说说", "老人问{}", "{}有人知道吗", "朋友托我问{}")


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """One store for all plants: nothing is published here."""
    var = tmp_path_factory.mktemp("var")
    database = open_database(var / "banshi.db")
    yield begin(database, var, tmp_path_factory.mktemp("small"))
    database.dispose()


def records(database: sa.Engine) -> dict[str, tuple[Address, dict[str, Any], int]]:
    """Address and content in use, and number of the newest revision: the drafts of earlier plants are asked by nobody."""
    with read(database) as connection:
        heads = KnowledgeRepository(connection).heads()
    return {
        head.key: (Address(head.kind, head.key, head.region), head.published.content, head.head.number)
        for head in heads
        if head.kind in ("guide", "qa") and head.published is not None
    }


def wordings(content: dict[str, Any]) -> list[str]:
    if "similar" in content:
        return [content["question"], *content["similar"]]
    return [*content["aliases"], *(text for texts in content["questions"].values() for text in texts)]


def plant(content: dict[str, Any], stolen: list[str]) -> dict[str, Any]:
    """What a hasty editor does: paste other people's questions into a record of one's own."""
    if "similar" in content:
        return {**content, "similar": [*content["similar"], *stolen]}
    return {**content, "questions": {**content["questions"], "other": [*content["questions"].get("other", []), *stolen]}}


@pytest.mark.parametrize("number", range(PLANTS))
def test_a_planted_theft_is_shown(shared: Desk, number: int) -> None:
    draw = random.Random(number)
    known = records(shared.database)
    thief, victim = sorted(known)[number % len(known)], sorted(known)[(number % len(known) + 1 + number // len(known)) % len(known)]
    assert thief != victim
    address, content, newest = known[thief]
    theirs = wordings(known[victim][1])
    taken = draw.sample(theirs, min(len(theirs), draw.randint(2, 4)))
    # One stray wording takes nothing: a record is judged by its three best. A theft is a question in several wordings.
    stolen = [words.format(text) for text in taken for words in WORDS]
    saved = shared.workflow.save(address, plant(content, stolen), expected=newest, reason="改", actor=LI)
    impact = shared.publisher.try_out([saved.head.id], Job("test", "test", "test"))
    assert any(row["id"] == victim and row["to"] == thief for row in impact.result["stolen"]), (thief, victim, impact.result["by_kind"])


def test_an_edit_of_ones_own_answer_steals_nothing(shared: Desk) -> None:
    address, content, newest = records(shared.database)["sb-card-reissue"]
    saved = shared.workflow.save(address, {**content, "fees": []}, expected=newest, reason="改", actor=LI)
    impact = shared.publisher.try_out([saved.head.id], Job("test", "test", "test"))
    assert impact.result["stolen"] == []
