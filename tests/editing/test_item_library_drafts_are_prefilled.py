"""A guide that the item library changed is prefilled as a draft: only what fits, over nobody's work, and never past two people."""

from __future__ import annotations

from typing import Any

import pytest

from banshi.editing.actor import ITEM_LIBRARY
from banshi.editing.errors import ForbiddenError
from banshi.editing.item_library.prefilling import prefill
from banshi.knowledge.sources import Address
from banshi.store.database import write
from banshi.store.item_library import ItemLibraryRepository
from tests.editing.library_rig import Clock, LibraryRig, change, told
from tests.editing.small import LI, REISSUE, WANG, Desk

SAID = {"project_type": "承诺件", "promise_day": 15, "promise_type": "工作日", "handle_area": "全国"}
KEPT = {
    "promise": {"text": "20个工作日", "certainty": "local", "basis": "旧的依据"},
    "handle_area": {"text": "全国", "certainty": "national"},
}


def after(desk: Desk, fields: dict[str, Any] | None = None, **more: Any) -> LibraryRig:
    """The library changed the guide, and was read."""
    clock = Clock()
    changes = [
        change(1, "实施清单", "新增", clock()),
        change(2, "办事指南", "修改", clock(), fields=SAID if fields is None else fields, **more),
    ]
    library = told(desk, changes, clock)
    library.pulling.pull()
    return library


def test_a_draft_says_what_the_library_says_and_citizens_hear_nothing_of_it(desk: Desk) -> None:
    before = desk.engine().knowledge.guides[REISSUE.key]
    library = after(desk)
    head = library.head()
    assert (head.head.state, head.head.author, head.head.number) == ("draft", ITEM_LIBRARY.account, 2)
    assert head.published is not None and head.published.number == 1
    content = head.head.content
    assert (content["promise_day"], content["promise_type"], content["promise"]["text"]) == (15, "工作日", "15个工作日")
    assert (content["task_code"], content["catalog_code"]) == ("SS-1", "JB-1")
    assert desk.engine().knowledge.guides[REISSUE.key] == before
    [task] = library.open("review-draft")
    assert task["draft"] == 2 and "承诺办结时限" in task["note"]


def test_one_person_cannot_take_a_programs_draft_through(desk: Desk) -> None:
    after(desk)
    desk.workflow.submit(REISSUE, expected=2, reason="看过了", actor=WANG)
    with pytest.raises(ForbiddenError, match="自己"):
        desk.workflow.approve(REISSUE, expected=2, reason="", actor=WANG)
    assert desk.workflow.approve(REISSUE, expected=2, reason="", actor=LI).head.state == "approved"


def test_nobodys_work_is_written_over(desk: Desk) -> None:
    content = desk.engine().knowledge.guides[REISSUE.key].model_dump(mode="json", exclude_unset=True)
    head = desk.workflow.save(REISSUE, {**content, "fees": []}, expected=1, reason="", actor=LI).head
    library = after(desk)
    assert library.head().head == head
    [task] = library.open("review-draft")
    assert task["draft"] is None and "李华正在改这一条（第 2 版），没有预填" in task["note"]


def test_a_later_change_takes_the_place_of_the_librarys_own_draft(desk: Desk) -> None:
    library = after(desk)
    clock = library.clock
    clock.forward(days=1)
    first = [change(1, "实施清单", "新增", clock()), change(2, "办事指南", "修改", clock(), fields=SAID)]
    again = told(desk, [*first, change(3, "办事指南", "修改", clock(), fields={**SAID, "promise_day": 7})], clock)
    again.pulling.pull(even_if_early=True)
    head = again.head().head
    assert (head.number, head.author, head.content["promise_day"]) == (3, ITEM_LIBRARY.account, 7)


def test_of_two_changes_in_one_reading_the_later_one_is_drafted(desk: Desk) -> None:
    clock = Clock()
    first = change(1, "办事指南", "修改", clock(), fields={**SAID, "promise_day": 9})
    clock.forward(hours=1)
    library = told(desk, [first, change(2, "办事指南", "修改", clock(), fields=SAID)], clock)
    library.pulling.pull()
    assert (library.head().head.number, library.head().head.content["promise_day"]) == (2, 15)
    [done] = library.review.tasks("done")
    assert (done["change"]["id"], done["done_by"]) == ("C-1", ITEM_LIBRARY.account)


def test_a_draft_that_was_saved_before_a_process_was_killed_is_found(desk: Desk) -> None:
    library = after(desk)
    [task] = library.open("review-draft")
    with write(desk.database) as connection:  # as it is between saving the draft and noting it
        ItemLibraryRepository(connection).drafted(task["id"], None, "")
    library.pulling.pull(even_if_early=True)
    [again] = library.open("review-draft")
    assert again["draft"] == task["draft"] == library.head().head.number == 2


def test_a_region_gets_what_it_changes_and_nothing_of_the_catalogue(desk: Desk) -> None:
    library = after(desk, {**SAID, "task_type": "行政许可", "link_way": "0433-0000000"}, region="222400")
    local = library.head("222400").head.content
    assert (local["region"], local["promise_day"], local["link_way"]) == ("222400", 15, "0433-0000000")
    assert not {"task_type", "catalog_code", "task_name"} & set(local)
    assert library.head().head.number == 1, "the province's stays"


def test_an_unknown_region_is_said_and_not_followed(desk: Desk) -> None:
    library = after(desk, region="999999")
    assert library.head().head.number == 2, "the task stands with the province"
    assert {row["region"] for row in library.open()} == {"220000"}


def test_cancelling_a_guide_drafts_nothing(desk: Desk) -> None:
    clock = Clock()
    library = told(desk, [change(1, "办事指南", "取消", clock())], clock)
    library.pulling.pull()
    assert library.head().head.number == 1
    assert [(row["kind"], "停用" in row["note"]) for row in library.open()] == [("review-guide", True)]


def test_a_prefilled_draft_loads_as_a_guide(desk: Desk) -> None:
    material = {"material_name": "居民户口簿", "is_need": "必要", "page_num_y": 1, "page_num_f": 0, "material_type": "证件证书证明"}
    library = after(desk, {**SAID, "materials": [material], "link_way": "0431-00000001"})
    content = library.head().head.content
    wrong = [one for one in desk.checker.lint(Address(*REISSUE), content) if one.rule in ("shape", "unknown-label")]
    assert wrong == []


def test_statements_lose_the_basis_of_their_old_words() -> None:
    made = prefill(KEPT, KEPT, SAID, codes={}, region="220000")
    assert made.content["promise"] == {"text": "15个工作日", "certainty": "local"}
    assert made.content["handle_area"] == KEPT["handle_area"], "what says the same stays as it is"


def test_materials_are_merged_and_none_is_taken_away_or_made_up() -> None:
    old = [
        {"material_name": "身份证", "form": "原件", "copies": 1, "note": "看一眼"},
        {"material_name": "照片", "form": "原件", "copies": 2},
    ]
    said = [
        {"material_name": "身份证", "is_need": "必要"},
        {"material_name": "户口簿", "is_need": "必要", "page_num_y": 1, "page_num_f": 2},
        {"material_name": "承诺书"},
    ]
    made = prefill({"materials": old}, {"materials": old}, {"materials": said}, codes={}, region="220000")
    first, second, third = made.content["materials"]
    assert first == {**old[0], "is_need": "必要"} and second == old[1]
    assert (third["material_name"], third["form"], third["copies"], third["certainty"]) == ("户口簿", "原件及复印件", 2, "unsure")
    assert any("照片" in one for one in made.left) and any("承诺书" in one for one in made.left)
