"""What need not be brought: electronic certificates of one's own, and what departments share; never guessed, never anybody else's."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from banshi.connect.identity.demo_people import demo_identity
from tests.api.visit_rig import FIRST, LICENCE, PASSWORD, PLACE, SECOND, SOON, World, visiting


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with visiting(tmp_path_factory.mktemp("visits")) as world:
        yield world


@pytest.fixture
def world(running: World) -> World:
    running.at_peace()
    return running


def marks(world: World, identity: str | None = None, item: str = LICENCE, **query: str) -> dict[str, str]:
    told = world.get(f"/items/{item}/marks", identity, **query).json()
    return {one["material"]: one["text"] for one in told["marks"]}


# 我的证照


def test_certificates_are_told_to_their_person_and_nobody_else(world: World) -> None:
    first = {one["kind"]: one for one in world.get("/me/certificates", FIRST).json()["certificates"]}
    second = {one["kind"]: one for one in world.get("/me/certificates", SECOND).json()["certificates"]}
    assert first["居民身份证"]["standing"] == "有效"
    assert first["机动车驾驶证"]["standing"] == "过期", "over by its date, though the library calls it valid"
    assert first["居民户口簿"]["text"] == "长期有效"
    assert first["居住证"]["text"] == "已挂失，不能用来办事"
    assert second["居民身份证"]["standing"] == "过期"
    assert "结婚证" in second and "结婚证" not in first
    assert world.get("/me/certificates", demo_identity("别人")).json() == {"certificates": []}


def test_without_a_name_or_a_verified_identity_there_are_none(world: World) -> None:
    nobody, unverified = world.get("/me/certificates"), world.get("/me/certificates", "")
    assert (nobody.status_code, unverified.status_code) == (401, 403)
    assert "吉事办登录" in nobody.json()["detail"]
    assert "实名认证" in unverified.json()["detail"]


# Marks


def test_own_certificates_mark_the_documents_of_a_guide(world: World) -> None:
    assert marks(world, FIRST, region=PLACE) == {"居民身份证": "电子证照可免交（您名下有）", "机动车驾驶证": "您名下的已过期"}
    assert marks(world, SECOND, region=PLACE) == {"居民身份证": "您名下的已过期"}


def test_nobody_elses_certificates_are_marked(world: World) -> None:
    for stranger in (None, "", demo_identity("别人")):
        told = world.get(f"/items/{LICENCE}/marks", stranger, region=PLACE).json()
        assert [one["kind"] for one in told["marks"]] == ["shared"], "what is shared is so for everybody"
        assert "名下" not in str(told)
    assert world.get(f"/items/{LICENCE}/marks", FIRST).headers["cache-control"] == "no-store"


def test_a_token_that_proves_nothing_is_refused(world: World) -> None:
    forged = world.client.get(f"/api/v1/items/{LICENCE}/marks", headers={"authorization": "Bearer a.b.c"})
    assert forged.status_code == 401


def test_what_departments_share_need_not_be_brought_where_the_guide_allows_it(world: World) -> None:
    told = world.get("/items/hz-newborn/marks", region=PLACE).json()["marks"]
    guide = {one["name"]: one["exempt"] for one in world.get("/items/hz-newborn", region=PLACE).json()["materials"]}
    assert told and all(guide[one["material"]] != "no" for one in told)
    assert {one["text"] for one in told if one["material"] == "居民户口簿"} <= {"可由部门共享取得，不用带（公安局）"}
    elsewhere = world.get("/items/hz-newborn/marks", region="220200").json()["marks"]
    assert "居民户口簿" not in {one["material"] for one in elsewhere}, "it is shared in some places only"


def test_documents_that_must_be_brought_are_never_marked(world: World) -> None:
    items = [one["id"] for one in world.get("/themes").json()["themes"][0]["items"]]
    for item in items:
        bring = {one["name"] for one in world.get(f"/items/{item}").json()["materials"] if one["exempt"] == "no"}
        free = {one["name"] for one in world.get(f"/items/{item}").json()["materials"] if one["exempt"] != "no"}
        assert not (set(marks(world, FIRST, item, region=PLACE)) - free) & bring


@pytest.mark.parametrize("mode", ["error", "slow", "broken", "wrong_labels", "refuse"])
def test_while_the_library_is_away_nothing_is_marked_and_that_is_said(world: World, mode: str) -> None:
    world.behaves("certificates", mode)
    began = time.monotonic()
    told = world.get(f"/items/{LICENCE}/marks", FIRST, region=PLACE).json()
    own = world.get("/me/certificates", FIRST)
    assert time.monotonic() - began < SOON
    assert [one["kind"] for one in told["marks"]] == ["shared"]
    [note] = told["notes"]
    assert "需本人确认" in note and "12345" in note
    assert own.status_code == 503
    assert "12345" in own.json()["detail"]


def test_while_sharing_is_away_certificates_are_marked_all_the_same(world: World) -> None:
    world.behaves("sharing", "error")
    told = world.get(f"/items/{LICENCE}/marks", FIRST, region=PLACE).json()
    assert {one["kind"] for one in told["marks"]} == {"held", "expired"}
    assert "12345" in told["notes"][0]
    assert world.get(f"/items/{LICENCE}", region=PLACE).status_code == 200, "the guide itself waits for nobody"


def test_an_unknown_guide_has_no_marks(world: World) -> None:
    assert world.get("/items/no-such/marks").status_code == 404


def test_editors_see_what_is_not_mapped_and_which_items_use_a_certificate(world: World) -> None:
    assert world.get("/studio/sharing/unmapped").status_code == 401
    signed_in = world.post("/staff/sign-in", {"account": "li.hua", "password": PASSWORD})
    assert signed_in.status_code == 200
    told = world.get("/studio/sharing/unmapped").json()
    names = [row["material"] for row in told["rows"]]
    assert "居民身份证" not in names and "抵押登记材料" not in names
    assert "租赁合同、租金票据" in names
    assert told["mapped"] + len(told["rows"]) == told["total"]
    assert told["unknown"] == [], "the tables name documents that there are"
    kinds = world.get("/studio/certificates").json()
    assert 0 < kinds["percent"] <= 100
    licence = next(row for row in kinds["rows"] if row["name"] == "机动车驾驶证")
    assert LICENCE in {one["id"] for one in licence["items"]}
    world.client.cookies.clear()
