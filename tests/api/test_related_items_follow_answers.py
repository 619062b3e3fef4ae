"""Related items stand under answers about an item, the same with and without Rasa, and under nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from starlette.testclient import TestClient

from banshi.knowledge.library import Knowledge
from banshi.knowledge.related import load_related
from banshi.settings import Settings
from banshi.web.app import create_app
from tests.api.product import Chat, copy_built_index

FOLLOWED = {
    "身份证丢了怎么补": "hz-idcard-reissue",
    "新生儿上户口要什么材料": "hz-newborn",
    "二手房过户怎么办": "bdc-transfer",
}
ALONE = {
    "补办身份证多少钱": "answer",  # its price is asked by somebody who knows the way
    "今天天气怎么样": "reject",
    "提取公积金": "clarify",
    "家里老人去世了要办什么手续": "answer",  # a Q&A of no item
}


@pytest.fixture(scope="module")
def direct(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """The same server without Rasa."""
    folder = tmp_path_factory.mktemp("related")
    copy_built_index(folder / "snapshots")
    with TestClient(create_app(Settings(var_dir=folder, rate_limit=0, _env_file=None), with_rasa=False)) as client:  # type: ignore[call-arg]
        yield client


def ask(direct: TestClient, text: str) -> list[dict[str, Any]]:
    return [reply["custom"] for reply in direct.post("/api/v1/chat", json={"text": text}).json()["replies"]]


@pytest.mark.parametrize("question", FOLLOWED)
def test_they_follow_an_answer_about_an_item(question: str, chat: Chat, direct: TestClient, knowledge: Knowledge) -> None:
    item = FOLLOWED[question]
    curated = load_related(Settings().knowledge_dir / "related.yml", knowledge.guides).by_guide[item]
    expected = [{"id": one.item, "name": knowledge.guides[one.item].task_name, "why": one.why} for one in curated]
    assert 1 <= len(expected) <= 3
    (custom,) = ask(direct, question)
    assert (custom["item"], custom["related"]) == (item, expected)
    assert [reply["custom"].get("related") for reply in chat.say(question)] == [expected]


@pytest.mark.parametrize("question", ALONE)
def test_they_follow_nothing_else(question: str, direct: TestClient) -> None:
    customs = ask(direct, question)
    assert [custom["type"] for custom in customs] == [ALONE[question]]
    assert "related" not in customs[0]


def test_two_questions_lead_on_once_and_to_neither(direct: TestClient) -> None:
    customs = ask(direct, "新生儿上户口要什么材料，还有社保卡怎么申领")
    answered = [custom["item"] for custom in customs]
    assert answered == ["hz-newborn", "sb-card-apply"]
    (shown,) = [custom["related"] for custom in customs if "related" in custom]
    assert "sb-card-apply" not in [one["id"] for one in shown]


def test_asking_for_one_is_answered_about_it(direct: TestClient) -> None:
    for one in ask(direct, "新生儿上户口要什么材料")[0]["related"]:
        assert [custom["item"] for custom in ask(direct, f"{one['name']}怎么办")] == [one["id"]]
