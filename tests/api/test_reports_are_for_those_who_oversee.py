"""The monthly report over HTTP and on the command line, and who may read it."""

from __future__ import annotations

import io
import json
from pathlib import Path

import openpyxl
import pytest
from typer.testing import CliRunner

from banshi.assembly import china_now
from banshi.cli import app as commands
from tests.api.small_product import Citizen, Person, Small


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Small:
    made = Small(tmp_path_factory.mktemp("knowledge"), tmp_path_factory.mktemp("var"))
    app = made.app()
    Citizen(app, "222401").say("身份证丢了咋整")
    Citizen(app, "220102").say("护照怎么办")
    app.state.recorder.close()
    return made


@pytest.fixture
def month() -> str:
    return china_now().strftime("%Y-%m")


def test_reviewers_and_administrators_read_it(small: Small, month: str) -> None:
    app = small.app()
    for account in ("wang.fang", "zhao.min"):
        answer = Person(app, account)("GET", "/reports/month", month=month)
        assert answer.status_code == 200 and answer.json()["total"]["asked"] == 2
        assert sum(row["asked"] for row in answer.json()["by_region"]) == 2
    assert Person(app, "li.hua")("GET", "/reports/month", month=month).status_code == 403


def test_who_has_a_region_reads_of_that_region(small: Small, month: str) -> None:
    jin = Person(small.app(), "jin.yan")
    assert jin("GET", "/reports/month", month=month).status_code == 403
    assert jin("GET", "/reports/month", month=month, region="220100").status_code == 403
    own = jin("GET", "/reports/month", month=month, region="222401")
    assert own.status_code == 200 and own.json()["total"]["asked"] == 1


def test_it_comes_as_a_file(small: Small, month: str) -> None:
    wang = Person(small.app(), "wang.fang")
    answer = wang("GET", "/reports/month", month=month, format="xlsx")
    assert f"banshi-{month}.xlsx" in answer.headers["content-disposition"]
    assert "部门" in openpyxl.load_workbook(io.BytesIO(answer.content)).sheetnames
    assert wang("GET", "/reports/month", month=month, format="csv").text.startswith("\ufeff总览,指标,数值")
    assert wang("GET", "/reports/month", month="2026-13").status_code == 422
    assert wang("GET", "/reports/month", month=month, region="110000").status_code == 422
    assert wang("GET", "/reports/month", month=month, format="pdf").status_code == 422


def test_commands_report_archive_export_and_forget(small: Small, month: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BANSHI_VAR_DIR", str(small.var))
    monkeypatch.setenv("BANSHI_DATABASE", "")
    run = CliRunner().invoke

    made = run(commands, ["report", "month", month, "--format", "xlsx", "-o", str(tmp_path / "month.xlsx")])
    assert made.exit_code == 0, made.output
    assert (tmp_path / "month.xlsx").read_bytes()[:2] == b"PK"
    told = run(commands, ["report", "month", month, "--region", "222400"])
    assert json.loads(told.stdout)["total"]["asked"] == 1
    assert run(commands, ["report", "month", "2026-13"]).exit_code == 1
    assert run(commands, ["report", "month", month, "--region", "1"]).exit_code == 1

    archived = run(commands, ["archive", "write", "--folder", str(tmp_path / "archive")])
    assert archived.exit_code == 0, archived.output
    today = china_now().date().isoformat()
    read = run(commands, ["archive", "read", today, "--key", "hz-idcard-reissue", "--folder", str(tmp_path / "archive")])
    assert json.loads(read.stdout)["content"]["id"] == "hz-idcard-reissue"
    assert run(commands, ["archive", "verify", "--folder", str(tmp_path / "archive")]).exit_code == 0
    assert run(commands, ["archive", "write", "--folder", str(tmp_path / "archive")]).exit_code == 1

    exported = run(commands, ["export", "open-data", "--to", str(tmp_path / "open")])
    assert exported.exit_code == 0, exported.output
    assert len(json.loads((tmp_path / "open" / "guides.json").read_text(encoding="utf-8"))) == 3

    citizen = Citizen(small.app())
    citizen.say("身份证丢了咋整")
    assert citizen.conversation is not None
    forgotten = run(commands, ["forget", "--conversation", citizen.conversation])
    assert forgotten.exit_code == 0 and "messages" in forgotten.stdout
    assert citizen.client.get(f"/api/v1/chat/{citizen.conversation}/messages").status_code == 404
    assert run(commands, ["forget"]).exit_code == 1
    assert run(commands, ["forget", "--owner", "x"]).exit_code == 1
