"""BANSHI_SYSTEMS: the example is right, and what is wrong is said with its place and without secrets."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml

from banshi.connect.resilience.reach import Reach, ReachFileError
from banshi.settings import ROOT

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)


def written(folder: Path, text: str) -> Path:
    path = folder / "systems.yml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_example_is_taken_where_its_files_are(tmp_path: Path) -> None:
    example = (ROOT / "deploy" / "systems.example.yml").read_text(encoding="utf-8")
    given = yaml.safe_load(example)
    for system in given["systems"].values():
        for name in ("ca", "certificate", "private_key"):
            system.pop(name, None)
        system["secret_file"] = str(written(tmp_path, "a secret of the system").rename(tmp_path / "secret"))
    for one in given["callbacks"].values():
        one["secret_file"] = str(tmp_path / "secret")
    reach = Reach(written(tmp_path, yaml.safe_dump(given)), now=lambda: NOW)
    assert reach.http("hotline") is not None
    assert reach.http("booking") is None
    assert reach.callback_secrets == {"hotline": b"a secret of the system"}
    assert {one.system: one.kind for one in (reach.guard("hotline").health(), reach.guard("booking").health())} == {
        "hotline": "http",
        "booking": "demo",
    }
    reach.close()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("systems: [", "cannot be read"),
        ("systems: {hotline: {url: 'ftp://x'}}", r"systems\.hotline\.url"),
        ("systems: {hotlien: {url: 'http://x'}}", "hotlien, which is no system; known: applications"),
        ("systems: {hotline: {url: 'http://x', key: k}}", "needs a secret"),
        ("callbacks: {a: {secret: short-thing}}", "at least 16 characters"),
        ("callbacks: {a: {secret_file: /nowhere/secret}}", "cannot be read"),
        ("callback: {}", "callback"),
    ],
)
def test_what_is_wrong_is_said(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(ReachFileError, match=told) as error:
        Reach(written(tmp_path, text), now=lambda: NOW)
    assert "short-thing" not in str(error.value)


def test_a_missing_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(ReachFileError, match="cannot be read"):
        Reach(tmp_path / "none.yml", now=lambda: NOW)


def test_without_a_file_demos_stand_behind_all() -> None:
    reach = Reach(None, now=lambda: NOW)
    assert reach.http("hotline") is None
    assert not reach.callback_secrets
