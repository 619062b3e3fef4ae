"""A time at a window: booked once by whom the platform names, cancelled, refused in sentences; asked for in the conversation; and 帮办."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import pytest

from tests.api.visit_rig import CARD, FIRST, LICENCE, PLACE, SECOND, SOON, World, visiting


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with visiting(tmp_path_factory.mktemp("visits")) as world:
        yield world


@pytest.fixture
def world(running: World) -> World:
    running.at_peace()
    return running


# 在线预约


def test_a_time_is_booked_shown_and_cancelled(world: World) -> None:
    wish = world.wish()
    made = world.post("/booking", wish, FIRST)
    assert made.status_code == 201, made.text
    assert made.json()["state"] == "已预约" and made.json()["cancellable"]
    assert "社会保障卡申领" in made.json()["text"]
    [own] = world.get("/booking", FIRST).json()["bookings"]
    assert own == made.json()
    cancelled = world.delete(f"/booking/{own['id']}", FIRST)
    again = world.delete(f"/booking/{own['id']}", FIRST)
    assert (
        cancelled.json()
        == again.json()
        == {**own, "state": "已取消", "cancellable": False, "text": own["text"].replace("已预约", "已取消")}
    )


def test_anonymous_people_are_told_where_they_can_book(world: World) -> None:
    told = world.post("/booking", world.wish())
    assert told.status_code == 401
    assert told.json()["link"].startswith("https://")
    assert "登录" in told.json()["detail"]
    assert world.get("/booking").status_code == 401
    assert world.post("/booking", world.wish(), "").status_code == 403, "named, but not verified"


def test_a_booking_belongs_to_its_person(world: World) -> None:
    wish = world.wish()
    made = world.post("/booking", wish, FIRST).json()
    assert world.get("/booking", SECOND).json() == {"bookings": []}
    foreign, unknown = world.delete(f"/booking/{made['id']}", SECOND), world.delete("/booking/YY20990101-99999", SECOND)
    assert (foreign.status_code, foreign.json()) == (unknown.status_code, unknown.json()) == (404, {"detail": "您名下没有这个预约。"})
    assert world.post("/booking", wish, SECOND).json()["id"] != made["id"], "the same client_id of another person is another wish"
    assert world.get("/booking", FIRST).json()["bookings"][0]["state"] == "已预约"


def test_a_full_time_is_refused_in_a_sentence(world: World) -> None:
    told = world.post("/booking", world.wish(left=0), FIRST)
    assert (told.status_code, told.json()["detail"]) == (409, "这个时段刚刚约满了，请换一个时段。")


@pytest.mark.parametrize("changes", [{"day": "0001-01-01"}, {"day": "9999-12-31"}, {"begins": "03:17"}, {"hall": "hall-nowhere"}])
def test_what_is_not_offered_cannot_be_booked(world: World, changes: dict[str, str]) -> None:
    told = world.post("/booking", world.wish(**changes), FIRST)
    assert told.status_code == 409
    assert "换一" in told.json()["detail"]


@pytest.mark.parametrize("mode", ["broken", "half_open", "error"])
def test_an_answer_that_was_lost_is_found_by_pressing_again(world: World, mode: str) -> None:
    wish = world.wish()
    world.behaves("booking", mode)
    began = time.monotonic()
    lost = world.post("/booking", wish, FIRST)
    assert time.monotonic() - began < SOON
    assert lost.status_code == 503
    assert "不会重复预约" in lost.json()["detail"] and "12345" in lost.json()["detail"]
    world.behaves("booking", "none")
    made = world.post("/booking", wish, FIRST)
    assert made.status_code == 201
    standing = [one for one in world.get("/booking", FIRST).json()["bookings"] if one["state"] == "已预约"]
    assert standing == [made.json()]


def test_while_the_system_is_away_people_are_told_what_to_do(world: World) -> None:
    world.behaves("booking", "error")
    for told in (world.get("/booking/halls", item=CARD, region=PLACE), world.get("/booking", FIRST), world.delete("/booking/YY1", FIRST)):
        assert told.status_code == 503
        assert "窗口" in told.json()["detail"] and "12345" in told.json()["detail"]


def test_the_way_to_a_booking_stands_on_the_guide(world: World) -> None:
    assert world.get(f"/items/{CARD}", region=PLACE).json()["bookable"] is True
    nowhere = world.get("/booking/halls", item=CARD).json()
    assert nowhere["halls"] == [] and "哪个市" in nowhere["text"]
    assert nowhere["link"].startswith("https://")
    assert world.get("/booking/halls", item="no-such").status_code == 404


def test_nothing_of_it_is_kept_here(world: World) -> None:
    world.post("/booking", world.wish(), FIRST)
    world.get("/me/certificates", FIRST)
    world.get(f"/items/{LICENCE}/marks", FIRST, region=PLACE)
    for path in world.var.glob("banshi.db*"):
        content = path.read_bytes()
        assert FIRST.encode() not in content and "示例公安局".encode() not in content
    assert not (world.var / "demo_booking.db").exists()


# In the conversation


def say(world: World, *texts: str) -> dict[str, Any]:
    conversation, told = None, {}
    for text in texts:
        told = world.post("/chat", {"conversation": conversation, "text": text, "region": PLACE}).json()
        conversation = told["conversation"]
    return told


def sheet(told: dict[str, Any]) -> Any:
    return told["replies"][-1]["custom"].get("sheet")


@pytest.mark.parametrize("words", ["我想预约", "帮我预约一个明天去办", "约个时间", "预约一下吧", "예약하고 싶습니다"])
def test_the_wish_to_book_leads_to_the_matter_talked_about(world: World, words: str) -> None:
    told = say(world, "社保卡怎么申领", words)
    assert sheet(told) == {"what": "booking", "item": CARD, "title": "社会保障卡申领"}
    follow = world.post("/chat", {"conversation": told["conversation"], "text": "多少钱", "region": PLACE}).json()
    assert follow["replies"][0]["custom"]["item"] == CARD, "the matter stays the matter"


def test_a_matter_that_is_named_is_booked(world: World) -> None:
    assert sheet(say(world, "我要预约办理身份证丢失补领"))["item"] == "hz-idcard-reissue"


def test_without_a_matter_it_is_asked_for(world: World) -> None:
    told = say(world, "我想预约")
    assert sheet(told) is None
    assert "预约办哪件事" in told["replies"][0]["text"]


@pytest.mark.parametrize("words", ["办社保卡用预约吗", "护照预约的电话多少", "不预约行不行", "预约了没去咋办", "身份证丢了咋整"])
def test_who_asks_about_booking_is_answered(world: World, words: str) -> None:
    assert sheet(say(world, words)) is None


@pytest.mark.parametrize(
    ("words", "what"), [("我的证照", "certificates"), ("查一下我有哪些电子证照", "certificates"), ("取消我的预约", "booking")]
)
def test_words_lead_to_what_is_ones_own(world: World, words: str, what: str) -> None:
    assert sheet(say(world, words))["what"] == what


def test_an_emergency_goes_before_a_booking(world: World) -> None:
    assert say(world, "我要预约，但是着火了")["replies"][0]["custom"].get("about") is not None


# 帮办


def test_help_becomes_a_ticket_with_consent_only(world: World) -> None:
    conversation = say(world, "社保卡怎么申领")["conversation"]
    wanted = {"item": CARD, "region": PLACE, "when": "工作日上午", "contact": "13900001111", "consent": True, "client_id": "help-0001"}
    path = f"/chat/{conversation}/help"
    for wrong in ({"consent": False}, {"when": "…"}, {"when": ""}):
        assert world.post(path, {**wanted, **wrong}).status_code == 422
    assert world.post(path, {**wanted, "item": "no-such"}).status_code == 404
    made, again = world.post(path, wanted), world.post(path, wanted)
    assert made.status_code == 201
    assert made.json() == again.json()
    assert (made.json()["kind"], made.json()["title"]) == ("求助", "帮办：社会保障卡申领")
    assert [one["number"] for one in world.get(f"/chat/{conversation}/tickets").json()] == [made.json()["number"]]
    assert b"13900001111" not in (world.var / "banshi.db").read_bytes(), "the number is masked"
    assert world.post("/chat/c-00000000000000000000000000000000/help", wanted).status_code == 404
