"""`banshi parity` over real ends: a server, the desk, the command line; and where its result is told."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from typer.testing import CliRunner

from banshi.cli import app as commands
from tests.api.small_product import Small


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Small:
    return Small(tmp_path_factory.mktemp("knowledge"), tmp_path_factory.mktemp("var"))


@pytest.fixture(autouse=True)
def settings(small: Small, monkeypatch: pytest.MonkeyPatch) -> None:
    """The commands' settings are those of the small product."""
    for name, value in {"VAR_DIR": small.var, "KNOWLEDGE_DIR": small.root / "knowledge", "ENCODER": "/nowhere", "DATABASE": ""}.items():
        monkeypatch.setenv(f"BANSHI_{name}", str(value))


def test_all_ends_tell_the_same_and_readiness_says_so(small: Small) -> None:
    client = TestClient(small.app())
    assert client.get("/readyz").json()["parity"] is None
    ran = CliRunner().invoke(commands, ["parity", "--n", "8", "--json"])
    assert ran.exit_code == 0, ran.output
    report = json.loads(ran.stdout)
    assert (report["asked"], report["equal"]) == (8, 8) and set(report["by_end"]) == {"ask", "search", "chat", "desk"}
    told = client.get("/readyz").json()
    assert (told["parity"]["asked"], told["parity"]["equal"]) == (8, 8)
    assert told["index"] and told["search"] == "words only" and {"hotline"} <= {one["system"] for one in told["systems"]}
    # The audit leaves no conversation and no question behind.
    assert client.get("/healthz").json() == {"status": "ok"} and not list(small.var.glob("*.new"))


def test_a_difference_is_named_and_ends_with_one(small: Small, tmp_path: Path) -> None:
    asked = tmp_path / "asked.txt"
    asked.write_text("身份证丢了咋整\n转人工\n", encoding="utf-8")
    ran = CliRunner().invoke(commands, ["parity", "--questions", str(asked)])
    assert ran.exit_code == 1 and "chat: 转人工" in ran.stdout and "1 of 2 equal" in ran.stdout
    asked.write_text("{broken\n", encoding="utf-8")
    assert CliRunner().invoke(commands, ["parity", "--questions", str(asked)]).exit_code == 2


def test_the_doctor_tells_of_disk_and_systems(small: Small, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    wrong = tmp_path / "systems.yml"
    wrong.write_text("systems: {nobody: {url: http://127.0.0.1:1}}\n", encoding="utf-8")
    monkeypatch.setenv("BANSHI_SYSTEMS", str(wrong))
    told = CliRunner().invoke(commands, ["doctor"]).stdout
    assert "GB free" in told and "PROBLEM systems" in told and "ok      database" in told
