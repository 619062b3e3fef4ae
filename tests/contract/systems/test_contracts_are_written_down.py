"""`docs/contracts` holds what the stand-ins speak, word for word, and a stand-in or the words say which systems there are."""

from __future__ import annotations

import json

import pytest

from banshi.assembly import china_now
from banshi.connect.resilience.reach import SYSTEMS
from banshi.settings import ROOT
from banshi.standin.server import NAMES, contract_text

FOLDER = ROOT / "docs" / "contracts"


@pytest.mark.parametrize("name", NAMES)
def test_the_contract_is_that_of_the_stand_in(name: str) -> None:
    written = (FOLDER / f"{name}.json").read_text(encoding="utf-8")
    assert written == contract_text(name, china_now), "run banshi standin contracts"


def test_every_system_has_a_contract_and_none_is_left_over() -> None:
    assert set(SYSTEMS) <= set(NAMES)
    assert {path.stem for path in FOLDER.glob("*.json")} == set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_every_operation_is_described(name: str) -> None:
    described = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    operations = [(path, method, one) for path, methods in described["paths"].items() for method, one in methods.items()]
    assert operations
    assert not [(path, method) for path, method, one in operations if not one.get("description")]
