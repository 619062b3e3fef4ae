"""Programs of other departments show a key and have a quota of their own; without a key all is as it was."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from typer.testing import CliRunner

from banshi.assembly import china_now
from banshi.cli import app as commands
from banshi.partners.admission import Partners
from banshi.store.database import open_database
from tests.api.small_product import Small

QUESTION = {"text": "身份证丢了咋整"}


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Small:
    root, var = tmp_path_factory.mktemp("knowledge"), tmp_path_factory.mktemp("var")
    return Small(root, var)


@pytest.fixture
def partners(small: Small) -> Partners:
    return Partners(small.desk.database, china_now)


def ask(client: TestClient, **headers: str) -> Any:
    return client.post("/api/v1/search", json=QUESTION, headers=headers)


def test_a_key_opens_what_stands_open_anyway(small: Small, partners: Partners) -> None:
    _, key = partners.add("开放", contact="x", by="test")
    client = TestClient(small.app())
    free, keyed = ask(client), ask(client, authorization=f"Bearer {key}")
    assert keyed.status_code == free.status_code == 200
    same = ("decision", "item", "answer", "sources", "versions")
    assert [keyed.json()[name] for name in same] == [free.json()[name] for name in same]


@pytest.mark.parametrize("header", ["authorization", "x-banshi-key"])
def test_a_wrong_key_is_refused_in_a_sentence(small: Small, header: str) -> None:
    wrong = "bk_" + "0" * 43
    answer = ask(TestClient(small.app()), **{header: f"Bearer {wrong}" if header == "authorization" else wrong})
    assert answer.status_code == 401 and "密钥" in answer.json()["detail"] and wrong not in answer.text


def test_a_key_for_the_kiosk_is_none_for_the_app(small: Small, partners: Partners) -> None:
    _, key = partners.add("只给自助机", contact="x", ends=["kiosk"], by="test")
    client = TestClient(small.app())
    refused = ask(client, authorization=f"Bearer {key}", **{"x-banshi-end": "app"})
    assert refused.status_code == 403 and "kiosk" in refused.json()["detail"]
    assert ask(client, authorization=f"Bearer {key}", **{"x-banshi-end": "kiosk"}).status_code == 200


def test_over_the_quota_it_is_said_when_to_come_again(small: Small, partners: Partners) -> None:
    _, key = partners.add("两次", contact="x", per_minute=100, per_day=2, by="test")
    one, other = TestClient(small.app()), TestClient(small.app())
    asked = [ask(client, authorization=f"Bearer {key}") for client in (one, other, one)]
    assert [answer.status_code for answer in asked] == [200, 200, 429]
    assert "每天2次" in asked[2].json()["detail"] and 0 < int(asked[2].headers["retry-after"]) <= 86_401


def test_a_partner_is_not_held_to_the_limit_of_its_address(small: Small, partners: Partners) -> None:
    _, key = partners.add("多人共用", contact="x", by="test")
    client = TestClient(small.app(rate_limit=2))
    assert [ask(client).status_code for _ in range(3)] == [200, 200, 429]
    assert [ask(client, authorization=f"Bearer {key}").status_code for _ in range(4)] == [200] * 4
    assert ask(client).status_code == 429


def test_guessing_keys_is_stopped_before_the_database(small: Small, partners: Partners) -> None:
    _, key = partners.add("被猜的", contact="x", by="test")
    client = TestClient(small.app())
    for number in range(30):
        assert ask(client, authorization=f"Bearer bk_{number:043d}").status_code == 401
    assert ask(client, authorization=f"Bearer {key}").status_code == 401
    assert ask(client).status_code == 200


def test_the_key_does_not_reach_what_reads_citizens_tokens(small: Small, partners: Partners) -> None:
    _, key = partners.add("会话", contact="x", by="test")
    client = TestClient(small.app())
    begun = client.post("/api/v1/chat", json=QUESTION, headers={"authorization": f"Bearer {key}"})
    assert begun.status_code == 200 and begun.json()["replies"]
    read = client.get(f"/api/v1/chat/{begun.json()['conversation']}/messages", headers={"authorization": f"Bearer {key}"})
    assert read.status_code == 200


def test_commands_add_list_and_revoke(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BANSHI_VAR_DIR", str(tmp_path))
    monkeypatch.setenv("BANSHI_DATABASE", "")
    run = CliRunner().invoke
    added = run(commands, ["partners", "add", "热线", "--contact", "张工", "--end", "hotline", "--per-minute", "9"])
    assert added.exit_code == 0, added.output
    key = next(line for line in added.stdout.splitlines() if line.startswith("bk_"))
    partners = Partners(open_database(tmp_path / "banshi.db"), china_now)
    assert partners.admit(key, None).end == "hotline"
    listed = run(commands, ["partners", "list"])
    assert "热线" in listed.stdout and "9 a minute" in listed.stdout and "1 asked" in listed.stdout and key not in listed.output
    assert run(commands, ["partners", "revoke", "热线"]).exit_code == 0
    assert partners.admit(key, None).partner is None
    assert run(commands, ["partners", "revoke", "热线"]).exit_code == 1
    assert run(commands, ["partners", "add", "x", "--contact", "y", "--end", "fax"]).exit_code == 1
