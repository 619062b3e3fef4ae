"""The item library: as a demo, over HTTP, and when it misbehaves. Its numbers are read by label or not at all."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from banshi.connect.items.demo import DemoItems
from banshi.connect.items.http import HttpItems
from banshi.connect.items.port import ItemLibrary
from banshi.connect.items.reading import read_change
from banshi.connect.resilience.errors import SystemRefusedError, SystemUnavailableError
from tests.contract.systems.conftest import PATIENT, Clock, Standin
from tests.contract.systems.items_contract import ItemLibraryContract, everything

CHANGE = {
    "changeId": "C-1",
    "layer": "2",
    "changeType": "2",
    "code": "SS-1",
    "parentCode": "JB-1",
    "name": "居民身份证丢失补领",
    "changedAt": "2026-11-20T09:00:00+08:00",
    "fields": {"projectType": "1", "handleArea": "1", "materials": [{"materialName": "户口簿", "isNeed": "1"}]},
}


class TestDemo(ItemLibraryContract):
    @pytest.fixture
    def library(self, clock: Clock) -> ItemLibrary:
        return DemoItems(now=clock)


class TestHttp(ItemLibraryContract):
    @pytest.fixture
    def library(self, standin: Callable[[str], Standin]) -> ItemLibrary:
        return HttpItems(standin("items").http)


def changed(**fields: Any) -> Mapping[str, Any]:
    """A change with other fields."""
    return {**CHANGE, "fields": {**CHANGE["fields"], **fields}}  # type: ignore[dict-item]


def test_the_demo_and_the_stand_in_tell_the_same(standin: Callable[[str], Standin], clock: Clock) -> None:
    for ours, theirs in zip(everything(DemoItems(now=clock)), everything(HttpItems(standin("items").http)), strict=True):
        assert (ours.id, ours.layer, ours.code, ours.kind, ours.at) == (theirs.id, theirs.layer, theirs.code, theirs.kind, theirs.at)
        assert ours.fields == theirs.fields


def test_numbers_mean_what_this_library_means_by_them() -> None:
    read = read_change(CHANGE)
    assert read.problems == ()
    # In other systems 1 is 即办件, 全国 and 必要.
    assert (read.fields["project_type"], read.fields["handle_area"]) == ("承诺件", "无")
    assert read.fields["materials"] == [{"material_name": "户口簿", "is_need": "非必要"}]
    assert read.codes == {"layer": "2", "changeType": "2", "projectType": "1", "handleArea": "1", "第1项材料 isNeed": "1"}


def test_a_number_that_disagrees_with_the_label_beside_it_is_not_taken() -> None:
    read = read_change(changed(projectType="1", projectTypeName="即办件"), row=7)
    assert "project_type" not in read.fields and read.fields["handle_area"] == "无"
    [problem] = read.problems
    assert (problem.row, problem.field) == (7, "projectType")
    assert "“1”在对照表里是“承诺件”，事项库却写着“即办件”" in problem.message
    assert read_change(changed(projectType="1", projectTypeName="承诺件")).problems == ()


def test_an_unknown_number_names_row_field_and_what_is_known() -> None:
    read = read_change(changed(materials=[{"materialName": "户口簿", "isNeed": "8"}]), row=3)
    [problem] = read.problems
    assert (problem.row, problem.field) == (3, "第1项材料 isNeed")
    assert problem.known == ("1（非必要）", "2（必要）", "3（容缺后补）")
    assert read.raw["fields"]["materials"] == [{"materialName": "户口簿", "isNeed": "8"}], "it is kept as it came"


@pytest.mark.parametrize(
    "wrong",
    [
        {"layer": None},
        {"layer": "基本目录"},
        {"changeType": True},
        {"changedAt": "2026-11-20T09:00:00"},
        {"changedAt": 5},
        {"name": " "},
        {"code": None},
        {"fields": "没有"},
        {"fields": {"promiseDay": -1}},
        {"fields": {"promiseDay": "五"}},
        {"fields": {"materials": ["户口簿"]}},
        {"fields": {"materials": [{"isNeed": "1"}]}},
        {"fields": {"handleItems": "一项"}},
    ],
)
def test_whatever_is_not_as_agreed_is_a_problem_and_no_failure(wrong: dict[str, Any]) -> None:
    assert read_change({**CHANGE, **wrong}).problems


def test_a_wrong_label_spoils_one_change_and_no_page(standin: Callable[[str], Standin]) -> None:
    there = standin("items")
    there.behaves("wrong_labels")
    page = there.guarded(HttpItems(there.http), PATIENT).changes(None)
    assert [bool(one.problems) for one in page.changes] == [False] * (len(page.changes) - 1) + [True]
    assert page.more and page.cursor is not None, "the others go on"


@pytest.mark.parametrize("mode", ["slow", "error", "broken", "half_open"])
def test_whatever_is_wrong_is_one_error(standin: Callable[[str], Standin], mode: str) -> None:
    there = standin("items")
    there.behaves(mode)
    with pytest.raises(SystemUnavailableError):
        there.guarded(HttpItems(there.http)).changes(None)


def test_a_passing_error_is_passed_over(standin: Callable[[str], Standin]) -> None:
    there = standin("items")
    there.behaves("error", times=1)
    assert there.guarded(HttpItems(there.http), PATIENT).changes(None).changes


def test_a_refusal_says_why(standin: Callable[[str], Standin]) -> None:
    there = standin("items")
    there.behaves("refuse")
    with pytest.raises(SystemRefusedError, match="不受理"):
        there.guarded(HttpItems(there.http), PATIENT).changes(None)
