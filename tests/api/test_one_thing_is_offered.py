"""一件事 is offered under what belongs to it, the same with and without Rasa, and told over HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from starlette.testclient import TestClient

from banshi.settings import Settings
from banshi.web.app import create_app
from tests.api.product import Chat, Product, copy_built_index

OFFERED = {
    "孩子刚出生都要办啥": "birth",
    "新生儿上户口要什么材料": "birth",
    "我想开个小饭店": "restaurant",
    "想开公司": "company",
    "家里老人去世了要办什么手续": "farewell",
    "二手房过户": "house",
    "结婚登记要带什么": "marriage",
    "身份证丢了咋整": None,
    "新生儿医保怎么交": None,
}


@pytest.fixture(scope="module")
def direct(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """The same server without Rasa."""
    folder = tmp_path_factory.mktemp("themes")
    copy_built_index(folder / "snapshots")
    with TestClient(create_app(Settings(var_dir=folder, rate_limit=0, _env_file=None), with_rasa=False)) as client:  # type: ignore[call-arg]
        yield client


def themes_in(replies: list[dict[str, Any]]) -> list[str]:
    return [reply["custom"]["theme"]["id"] for reply in replies if "theme" in reply["custom"]]


@pytest.mark.parametrize("question", OFFERED)
def test_it_is_offered_under_what_belongs_to_it(question: str, chat: Chat, direct: TestClient) -> None:
    expected = [OFFERED[question]] if OFFERED[question] else []
    assert themes_in(chat.say(question)) == expected
    assert themes_in(direct.post("/api/v1/chat", json={"text": question}).json()["replies"]) == expected


def test_two_questions_offer_it_once(direct: TestClient) -> None:
    replies = direct.post("/api/v1/chat", json={"text": "新生儿上户口要什么材料，还有出生医学证明怎么办"}).json()["replies"]
    assert len(replies) == 2
    assert themes_in(replies) == ["birth"]


def test_it_is_told_over_http(server: Product) -> None:
    def get(path: str) -> httpx.Response:
        return httpx.get(f"{server.url}/api/v1{path}", timeout=30, trust_env=False)

    rows = get("/themes").json()["themes"]
    assert len(rows) >= 7
    for row in rows:
        told = get(f"/themes/{row['id']}?region=222401").json()
        assert told["region"] == "222401"
        assert [item["id"] for item in told["items"]] == [item["id"] for item in row["items"]]
        assert sorted(told["chosen"]) == sorted(item["id"] for item in row["items"])
        names = [(one["name"], one["form"]) for one in told["materials"]]
        assert names
        assert len(set(names)) == len(names)
        assert len(told["sources"]) == len(row["items"])
    some = get("/themes/birth?items=hz-newborn,sb-card-apply").json()
    assert some["chosen"] == ["hz-newborn", "sb-card-apply"]
    assert get("/themes/birth?region=nowhere").json()["region"] is None
    assert get("/themes/none").json() == {"detail": "没有这个“一件事”。"}
    wrong = get("/themes/birth?items=mz-marriage")
    assert (wrong.status_code, "mz-marriage" in wrong.json()["detail"]) == (422, True)
