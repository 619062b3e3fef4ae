"""What the citizens' page shows beside the conversation, and 情形引导 without Rasa."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from banshi.desk.hours import ServiceHours
from banshi.desk.start import greeting, hot_items
from banshi.knowledge.library import Knowledge
from banshi.web.headers import NOT_BUILT, SecurityHeaders, pages
from tests.api.citizen_server import Page, citizen_server
from tests.api.product import Chat, Product, kinds, said, titles

CHINA = ZoneInfo("Asia/Shanghai")
REISSUE, BOOK, FORM = "hz-idcard-reissue", "居民户口簿", "居民身份证申领登记表"
LIST_BUTTON = "按我的情形列清单"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    with citizen_server(tmp_path_factory.mktemp("page")) as product:
        yield product


@pytest.fixture(scope="module")
def without_index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    with citizen_server(tmp_path_factory.mktemp("bare"), index=False) as product:
        yield product


def fetch(product: Product, path: str, **query: Any) -> httpx.Response:
    return httpx.get(f"{product.url}/api/v1{path}", params=query, timeout=60, trust_env=False)


def data(product: Product, path: str, **query: Any) -> Any:
    response = fetch(product, path, **query)
    assert response.status_code == 200, response.text
    return response.json()


# The start


def test_the_start_holds_all_that_stands_before_the_first_word(server: Product, knowledge: Knowledge) -> None:
    told = data(server, "/start")
    assert (told["service"], told["phone"], told["notice"]) == ("吉事办智能助手", "12345", None)
    assert "吉事办智能助手" in told["greeting"] and told["privacy"]
    assert len(told["hot"]) == 6
    ids = [region["id"] for region in told["regions"]]
    assert {"220100", "222400", "222401"} < set(ids) and len(ids) == len(set(ids))
    assert {knowledge.regions.regions[one].level for one in ids} == {"prefecture", "county", "functional"}
    assert all(region["parent"] in {*ids, "220000"} for region in told["regions"])


def test_each_hot_question_is_answered_from_its_guide(server: Product, knowledge: Knowledge) -> None:
    for hot in hot_items(knowledge):
        [answer, *_] = Chat(server).say(hot["text"])
        assert answer["custom"]["type"] == "answer", hot
        assert answer["custom"]["item"] in knowledge.guides, hot


def test_a_hot_item_without_a_guide_gives_way_to_the_next(knowledge: Knowledge) -> None:
    first, second, *_ = hot_items(knowledge)
    fewer = replace(knowledge, guides={key: guide for key, guide in knowledge.guides.items() if key != REISSUE})
    assert first not in hot_items(fewer) and hot_items(fewer)[0] == second
    assert len(hot_items(fewer)) == 6
    assert hot_items(replace(knowledge, guides={})) == []


def test_the_greeting_names_a_known_place_and_no_other(server: Product) -> None:
    assert "延吉市" in data(server, "/start", region="222401")["greeting"]
    plain = data(server, "/start")
    for region in ("999999", "", "<script>"):
        told = data(server, "/start", region=region)
        assert told["regions"] == plain["regions"] and "script" not in told["greeting"]


def test_without_an_index_the_page_starts_and_says_what_it_cannot(without_index: Product) -> None:
    told = data(without_index, "/start", region="222401")
    assert (told["hot"], told["regions"], told["phone"]) == ([], [], "12345")
    for path in ("/results", f"/items/{REISSUE}", "/halls"):
        refused = fetch(without_index, path, text="身份证")
        assert refused.status_code == 503 and "12345" in refused.json()["detail"]


@pytest.mark.parametrize(
    ("moment", "is_open", "told"),
    [
        ("2026-11-23T08:29:59", False, "今天08:30"),
        ("2026-11-23T08:30:00", True, "17:00"),
        ("2026-11-23T16:59:59", True, "17:00"),
        ("2026-11-23T17:00:00", False, "11月24日08:30"),
        ("2026-11-21T10:00:00", False, "11月23日08:30"),  # a Saturday
        ("2026-10-01T10:00:00", False, "10月8日08:30"),  # National Day
        ("2026-10-10T10:00:00", True, "17:00"),  # a Saturday that is worked
    ],
)
def test_service_hours_follow_the_holiday_calendar(moment: str, is_open: bool, told: str) -> None:
    hours, now = ServiceHours("08:30-17:00"), datetime.fromisoformat(moment).replace(tzinfo=CHINA)
    assert hours.open_at(now) is is_open
    assert told in hours.text_at(now)
    assert ("12345" in hours.text_at(now)) is not is_open


def test_the_greeting_follows_the_hour() -> None:
    day = datetime(2026, 11, 23, tzinfo=CHINA)
    words = {hour: greeting(day + timedelta(hours=hour))[:2] for hour in (0, 5, 11, 13, 18, 23)}
    assert words == {0: "您好", 5: "早上", 11: "中午", 13: "下午", 18: "晚上", 23: "晚上"}


# Search results


def test_results_are_a_list_with_a_first_sentence_each(server: Product) -> None:
    rows = data(server, "/results", text="身份证丢了")["rows"]
    assert rows[0]["item"] == REISSUE and rows[0]["kind"] == "guide"
    assert 2 <= len(rows) <= 10 and len({row["id"] for row in rows}) == len(rows)
    for row in rows:
        assert row["title"] and 4 <= len(row["summary"]) <= 90 and "\n" not in row["summary"]
    assert rows[0]["confidence"] == max(row["confidence"] for row in rows)


@pytest.mark.parametrize("text", ["", "   ", "？？", "😀", "I lost my card", "\x00", "<script>", "'; DROP TABLE"])
def test_words_that_mean_nothing_have_no_sure_result(server: Product, text: str) -> None:
    assert all(row["confidence"] < 0.5 for row in data(server, "/results", text=text)["rows"])


def test_every_result_can_be_told(server: Product, knowledge: Knowledge) -> None:
    kinds_seen = set()
    asked = [qa.question for qa in list(knowledge.qa.values())[::20]]
    asked += [passage.text[:40] for policy in knowledge.policies.values() for passage in policy.passages[3:6]]
    for text in asked:
        kinds_seen |= {row["kind"] for row in data(server, "/results", text=text)["rows"]}
    assert kinds_seen == {"guide", "qa", "policy"}


# Guide cards


def test_a_card_holds_the_guide(server: Product, knowledge: Knowledge) -> None:
    guide, told = knowledge.guides[REISSUE], data(server, f"/items/{REISSUE}")
    assert (told["id"], told["name"], told["organ"]) == (guide.id, guide.task_name, guide.implementing_agency)
    assert told["time_limit"]["promise"]["text"] == guide.promise.text
    assert [fee["fee_stand"] for fee in told["fee"]] == [fee.fee_stand for fee in guide.fees]
    assert [material["name"] for material in told["materials"]] == [BOOK, FORM]
    assert told["materials"][0]["when_text"] and not told["materials"][1]["when_text"], "the household register is for some only"
    assert "〔" not in str(told["materials"])
    assert (told["process"], told["place"], told["choices"]) == (list(guide.process), guide.transact_place, True)
    assert told["sources"][0]["id"] == REISSUE and told["sources"][0]["basis"]
    assert (told["version"], told["valid_from"]) == (guide.version, guide.valid_from.isoformat())
    assert (told["local"], told["retired"]) == (None, None)
    assert told["online"]["url"].startswith("https://")


def test_every_guide_has_a_card(server: Product, knowledge: Knowledge) -> None:
    for item, guide in knowledge.guides.items():
        told = data(server, f"/items/{item}", region="222401")
        assert len(told["materials"]) == len(guide.materials)
        assert ("不收费" in told["tags"]) is (told["fee"] == [])


@pytest.mark.parametrize("item", ["no-such-item", "..%2f..%2fetc", "%00", "HZ-IDCARD-REISSUE", "x" * 500])
def test_a_card_that_does_not_exist_is_not_found(server: Product, item: str) -> None:
    response = fetch(server, f"/items/{item}")
    assert response.status_code == 404
    assert re.search("[\u4e00-\u9fff]{4}", response.json()["detail"])


@pytest.mark.parametrize("region", ["999999", "", "'; DROP", "110000"])
def test_a_region_outside_the_province_is_left_aside(server: Product, region: str) -> None:
    assert data(server, f"/items/{REISSUE}", region=region) == data(server, f"/items/{REISSUE}")
    assert data(server, "/halls", region=region) == {"region": None, "halls": []}


# Halls


def test_halls_come_with_hours_and_whether_they_are_open(server: Product, knowledge: Knowledge) -> None:
    told = data(server, "/halls", region="220100")
    assert told["region"] == "220100"
    assert [hall["id"] for hall in told["halls"]] == [hall.id for hall in knowledge.halls if hall.region == "220100"]
    for hall in told["halls"]:
        assert hall["opening"].startswith("现在开门" if hall["open"] else "现在")
        assert hall["hours"]["weekdays"] and hall["address"]


def test_a_place_without_a_hall_is_told_the_one_above(server: Product, knowledge: Knowledge) -> None:
    with_halls = {hall.region for hall in knowledge.halls}
    town = next(node for node in knowledge.regions.regions.values() if node.level == "township" and node.id not in with_halls)
    told = data(server, "/halls", region=town.id)
    assert told["region"] in knowledge.regions.lineage(town.id)[1:] and told["halls"]


# 情形引导 without Rasa


def begin(chat: Chat, question: str = "身份证丢了要带啥") -> dict[str, Any]:
    chat.say(question)
    [asked] = chat.press(LIST_BUTTON)
    return asked


def documents(replies: list[dict[str, Any]]) -> list[str]:
    lines = [line for line in said(replies).split("\n") if re.match(r"\d\.", line)]
    return [name for name in (BOOK, FORM) if any(name in line for line in lines)]


@pytest.mark.parametrize(("answer", "listed"), [("户口所在地补", [BOOK, FORM]), ("2", [FORM]), ("我人在外地呢", [FORM])])
def test_without_rasa_the_questions_lead_to_the_list(server: Product, answer: str, listed: list[str]) -> None:
    chat = Chat(server)
    asked = begin(chat)
    assert (asked["custom"]["slot"], asked["custom"]["choice"]) == ("situation", "where")
    told = chat.say(answer)
    assert kinds(told) == ["answer"] and documents(told) == listed
    assert chat.say("多少钱")[0]["custom"]["item"] == REISSUE


def test_without_rasa_what_was_said_before_is_not_asked(server: Product) -> None:
    told = begin(Chat(server), "身份证丢了补办要带什么，我人在外地")
    assert told["custom"]["type"] == "answer" and documents([told]) == [FORM]


def test_without_rasa_several_questions_come_one_after_the_other(server: Product) -> None:
    chat = Chat(server)
    first = begin(chat, "注册公司要啥材料")
    [second] = chat.press(titles([first])[0])
    assert second["custom"]["choice"] != first["custom"]["choice"]
    assert kinds(chat.say("1")) == ["answer"]


def test_without_rasa_another_question_is_answered_and_the_open_one_asked_again(server: Product) -> None:
    chat = Chat(server)
    begin(chat)
    answer, asked = chat.say("首次办护照多少钱")
    assert answer["custom"]["item"] == "crj-passport-first" and asked["custom"]["choice"] == "where"
    sorry, asked = chat.say("今天天气怎么样")
    assert sorry["custom"]["type"] == "ask" and "没听明白" in sorry["text"] and asked["custom"]["choice"] == "where"
    assert documents(chat.press("在外地补")) == [FORM]


@pytest.mark.parametrize("words", ["", "不用了", "算了不办了"])
def test_without_rasa_who_has_enough_is_asked_no_more(server: Product, words: str) -> None:
    chat = Chat(server)
    begin(chat)
    assert "先放下" in said(chat.say(words) if words else chat.press("不用了"))
    assert chat.say("2")[0]["custom"]["type"] == "reject"


def test_without_rasa_an_old_button_begins_anew_and_an_alternative_can_be_taken(server: Product) -> None:
    chat = Chat(server)
    asked = begin(chat)
    payload = asked["buttons"][0]["payload"]
    chat.press("在外地补")
    assert chat.say(payload)[0]["custom"]["choice"] == "where"
    other = Chat(server)
    [clarify] = other.say("营业执照")
    assert clarify["custom"]["type"] == "clarify"
    [answer] = other.say("2")
    assert answer["custom"]["sources"][0]["title"].startswith(clarify["custom"]["alternatives"][1]["title"])


def test_the_page_after_a_reload_goes_on_with_the_questions(server: Product) -> None:
    chat = Chat(server)
    begin(chat)
    [kept] = [m for m in Page(server, chat.conversation).messages() if m["custom"].get("slot") == "situation"]
    assert kept["buttons"][0]["title"] == "户口所在地补"


# The page itself


@pytest.fixture
def built(tmp_path: Path) -> TestClient:
    """A server whose pages are built."""
    folder = tmp_path / "citizen"
    (folder / "assets").mkdir(parents=True)
    (folder / "index.html").write_text("<!doctype html><title>吉事办智能助手</title>", encoding="utf-8")
    (folder / "embed.js").write_text("let embed = 1", encoding="utf-8")
    (folder / "assets" / "app-1a2b.js").write_text("let app = 1", encoding="utf-8")
    (tmp_path / "secret.txt").write_text("secret", encoding="utf-8")
    app = FastAPI()
    app.add_middleware(SecurityHeaders, frame_ancestors=("https://jsb.example",))
    app.include_router(pages(tmp_path))
    return TestClient(app, follow_redirects=False)


@pytest.mark.parametrize("path", ["/", "/index.html", "/citizen/", "/?elder=1"])
def test_the_page_can_be_embedded_where_it_was_agreed(built: TestClient, path: str) -> None:
    response = built.get(path)
    assert response.status_code == 200 and "吉事办智能助手" in response.text
    policy = response.headers["content-security-policy"]
    assert "frame-ancestors https://jsb.example" in policy and "unsafe" not in policy and "nonce" not in policy
    assert "x-frame-options" not in response.headers and response.headers["cache-control"] == "no-cache"
    assert built.head(path).status_code == 200 and built.post(path).status_code == 405


def test_the_embedding_script_is_loaded_by_other_sites_and_asked_for_anew(built: TestClient) -> None:
    response = built.get("/citizen/embed.js")
    assert response.text == "let embed = 1" and "javascript" in response.headers["content-type"]
    assert response.headers["cross-origin-resource-policy"] == "cross-origin"
    assert response.headers["cache-control"] == "no-cache"


def test_the_pages_assets_are_kept_and_nothing_outside_them_is_served(built: TestClient) -> None:
    assert built.get("/citizen/assets/app-1a2b.js").headers["cache-control"] == "public, max-age=31536000, immutable"
    assert built.get("/citizen").headers["location"] == "/citizen/"
    for path in ("/citizen/assets/%2e%2e/%2e%2e/secret.txt", "/citizen/assets/..%2findex.html", "/citizen/secret.txt"):
        assert built.get(path).status_code == 404


def test_a_page_that_is_not_built_says_what_to_run(tmp_path: Path) -> None:
    app = FastAPI()
    app.include_router(pages(tmp_path))
    for path in ("/", "/citizen/", "/citizen/embed.js", "/citizen/assets/app.js"):
        response = TestClient(app).get(path)
        assert (response.status_code, response.text) == (503, NOT_BUILT)


def test_the_page_is_served_with_its_policy(server: Product) -> None:
    for path in ("/", "/citizen/"):
        response = httpx.get(server.url + path, timeout=60, trust_env=False)
        assert response.status_code in (200, 503), "503 only says that the pages are not built"
        assert "script-src 'self'" in response.headers["content-security-policy"]
        assert "x-frame-options" not in response.headers
