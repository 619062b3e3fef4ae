"""跨省通办: the API, the conversation, the zone's four functions, and what is said when the zone is away."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from fastapi import FastAPI
from starlette.testclient import TestClient

from banshi.assembly import china_now
from banshi.settings import Settings
from banshi.standin.server import RunningStandins
from banshi.standin.shop import Fault
from banshi.web.app import create_app
from tests.api.product import copy_built_index
from tests.api.small_product import Citizen

MODES = {"全程网办", "异地代收代办", "多地联办", "全国通办"}
SECRET = "sixteen letters and more"
PATIENCE = 6.0
"""Seconds within which a citizen hears something."""


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> FastAPI:
    folder = tmp_path_factory.mktemp("crossing")
    copy_built_index(folder / "snapshots")
    return create_app(Settings(var_dir=folder, rate_limit=0), with_rasa=False)


@pytest.fixture(scope="module")
def standins() -> Iterator[RunningStandins]:
    with RunningStandins(now=china_now, keys={"banshi": SECRET.encode()}, names=("cross_province",)) as running:
        yield running


@pytest.fixture(scope="module")
def snapshots(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copy_built_index(tmp_path_factory.mktemp("index") / "snapshots")


@pytest.fixture
def connected(standins: RunningStandins, snapshots: Path, tmp_path: Path) -> FastAPI:
    """The same over the stand-in of the zone, each time with a breaker that knows nothing of the tests before."""
    standins.shops["cross_province"].fault = Fault()
    (tmp_path / "snapshots").symlink_to(snapshots)
    zone = {"url": f"{standins.url}/cross_province", "key": "banshi", "secret": SECRET, "timeout": 1.0}
    (tmp_path / "systems.yml").write_text(yaml.safe_dump({"systems": {"cross_province": zone}}), encoding="utf-8")
    settings = Settings(var_dir=tmp_path, rate_limit=0, systems=tmp_path / "systems.yml", encoder="/nowhere")
    return create_app(settings, with_rasa=False)


def between(app: FastAPI, item: str, here: str, belongs: str) -> Any:
    return TestClient(app).get("/api/v1/cross-province", params={"item": item, "here": here, "belongs": belongs})


def test_each_item_of_140_resolves_with_its_mode(app: FastAPI) -> None:
    client = TestClient(app)
    told = client.get("/api/v1/cross-province/items").json()
    assert told["total"] == len(told["items"]) == 140
    assert {one["mode"] for one in told["items"]} == MODES
    for one in told["items"]:
        card = between(app, one["code"], "北京", "长春市").json()
        assert (card["verdict"], card["mode"]) == ("yes", one["mode"]) and one["mode"] in card["text"]
        assert card["receiving"]["duties"] and card["deciding"]["duties"]
    assert [one["item"] for one in client.get("/api/v1/cross-province/items", params={"text": "社会保障卡申领"}).json()["items"]] == [
        "sb-card-apply"
    ]


def test_online_from_beginning_to_end_is_said_of_nothing_that_is_not(app: FastAPI) -> None:
    guides = app.state.engine().knowledge.guides
    items = TestClient(app).get("/api/v1/cross-province/items").json()["items"]
    linked = [one for one in items if one["item"] is not None]
    assert len(linked) == 17
    for one in linked:
        assert one["mode"] != "全程网办" or guides[one["item"]].online_handle_depth.text.startswith("IV级"), one["name"]


@pytest.mark.parametrize("here", ["北京", "110000", "北京市", "朝阳区望京"])
def test_a_guide_and_a_name_and_a_code_mean_the_same(app: FastAPI, here: str) -> None:
    [code] = [one["code"] for one in TestClient(app).get("/api/v1/cross-province/items", params={"text": "社会保障卡申领"}).json()["items"]]
    told = [between(app, item, here, "220100").json() for item in ("sb-card-apply", "社会保障卡申领", code)]
    assert told[0] == told[1] == told[2] and told[0]["mode"] == "异地代收代办" and told[0]["here"]["code"] == "110000"


def test_windows_here_are_told_and_samples_are_called_so(app: FastAPI) -> None:
    card = between(app, "sb-card-apply", "长春", "沈阳").json()
    assert card["receiving"]["windows"][0]["name"] == "长春市政务服务中心“跨省通办”专窗"
    assert "示例" in card["text"] and card["sample"] and card["receiving"]["contact"] is None


@pytest.mark.parametrize(
    ("item", "here", "belongs", "says"),
    [
        ("sb-card-apply", "北京", "上海", "两头都不在吉林"),
        ("gy-heat", "北京", "长春", "不在这里收录的"),
        ("社会保障卡启用", "长春", "吉林市", "没有收录"),
    ],
)
def test_what_is_not_known_is_not_guessed(app: FastAPI, item: str, here: str, belongs: str, says: str) -> None:
    card = between(app, item, here, belongs).json()
    assert (card["verdict"], card["mode"]) == ("unknown", None) and says in card["text"] and "这里不知道" in card["text"]


def test_agreements_say_that_their_items_are_not_known(app: FastAPI) -> None:
    card = between(app, "sb-card-apply", "哈尔滨", "长春").json()
    assert {one["name"] for one in card["agreements"]} == {"哈长城市群区域通办", "东北振兴发展区域通办"}
    assert all(one["items"] is None for one in card["agreements"]) and "开通了哪些事项这里没有收录" in card["text"]
    assert between(app, "sb-card-apply", "北京", "长春").json()["agreements"] == []


@pytest.mark.parametrize(
    ("item", "here", "belongs", "verdict", "mode"),
    [
        ("sb-card-reissue", "白山市", "四平市", "yes", None),
        ("yb-transfer", "白山市", "四平市", "yes", "全程网办"),
        ("bdc-mortgage", "白山市", "四平市", "no", None),
        ("bdc-mortgage", "农安县", "长春市", "yes", None),
        ("mz-marriage", "延吉市", "四平市", "yes", "全国通办"),
        ("bdc-mortgage", "吉林省", "四平市", "unknown", None),
    ],
)
def test_within_the_province_the_guide_says_it(app: FastAPI, item: str, here: str, belongs: str, verdict: str, mode: str | None) -> None:
    card = between(app, item, here, belongs).json()
    assert (card["scope"], card["verdict"], card["mode"]) == ("省内通办", verdict, mode)
    assert "通办范围" in card["text"]


def test_strangers_are_told_what_is_wrong(app: FastAPI) -> None:
    assert between(app, "no-such", "北京", "长春").status_code == 404
    answer = between(app, "sb-card-apply", "火星", "长春")
    assert answer.status_code == 422 and "火星" in answer.json()["detail"]
    assert between(app, "sb-card-apply", "北京和上海", "长春").status_code == 422
    assert TestClient(app).get("/api/v1/desk/cross-province", params={"item": "x", "here": "a", "belongs": "b"}).status_code == 401


@pytest.mark.parametrize(
    ("said", "here", "belongs"),
    [
        ("我在北京打工，户口在长春，社保卡丢了能在北京补吗", "北京", "长春市"),
        ("人在沈阳，四平的社保卡丢了能不能在这边补办", "沈阳", "四平市"),
        ("长春的公积金退休提取在深圳能办吗", "深圳", "长春市"),
    ],
)
def test_two_places_in_a_question_are_answered_with_the_mode(app: FastAPI, said: str, here: str, belongs: str) -> None:
    [told] = Citizen(app).say(said)
    crossing = told["custom"]["crossing"]
    assert (crossing["here"]["name"], crossing["belongs"]["name"]) == (here, belongs)
    assert crossing["verdict"] == "yes" and crossing["mode"] in MODES and crossing["mode"] in told["text"]
    assert told["custom"]["sources"] and "谁决定" in told["text"]


def test_where_the_words_do_not_say_which_is_which_it_is_asked(app: FastAPI) -> None:
    citizen = Citizen(app)
    [asked] = citizen.say("把户口从北京迁到长春怎么办")
    assert asked["custom"]["type"] == "clarify" and len(asked["buttons"]) == 3
    [told] = citizen.press("我在长春市，事归北京")
    assert told["custom"]["crossing"]["mode"] == "多地联办" and told["custom"]["crossing"]["here"]["name"] == "长春市"
    citizen = Citizen(app)
    citizen.say("把户口从北京迁到长春怎么办")
    [told] = citizen.say("1")
    assert told["custom"]["crossing"]["here"]["name"] == "北京"


@pytest.mark.parametrize(
    "said",
    ["社保卡丢了要带什么材料", "我在北京，长春的社保卡补办要带什么材料", "社保卡能在网上补吗", "北京的社保卡怎么补", "延吉社保卡去哪补"],
)
def test_other_questions_go_on_to_the_search(app: FastAPI, said: str) -> None:
    assert all("crossing" not in told["custom"] for told in Citizen(app).say(said))


def test_where_the_words_fit_several_items_it_is_asked_which(app: FastAPI) -> None:
    citizen = Citizen(app)
    [asked] = citizen.say("我在北京打工，户口在长春，社保卡能在北京弄吗")
    assert asked["custom"]["type"] == "clarify" and "您在北京，事归长春市" in asked["text"]
    [told] = citizen.say("1")
    assert told["custom"]["crossing"]["here"]["name"] == "北京" and told["custom"]["crossing"]["verdict"] == "yes"


def test_emergencies_come_first(app: FastAPI) -> None:
    [told] = Citizen(app).say("我在北京，家在长春，家里煤气漏了能在北京报吗，人要晕了")
    assert "crossing" not in told["custom"]


def test_the_zone_is_searched_by_one_utterance(app: FastAPI) -> None:
    [told] = Citizen(app).say("在跨省通办专区搜一下社会保障卡")
    assert {one["name"] for one in told["custom"]["zone_items"]} >= {"社会保障卡申领", "社会保障卡补换"}
    assert "异地代收代办" in told["text"] and told["custom"]["links"]
    assert [button["title"] for button in told["buttons"]] == ["办件查询", "咨询投诉", "好差评"]


@pytest.mark.parametrize(
    ("said", "kind"),
    [("跨省通办的办件查进度", "ask"), ("我要投诉跨省通办专窗的工作人员态度差", "ticket"), ("给跨省通办打个分", "rating")],
)
def test_the_other_three_functions_are_reached_by_one_utterance(app: FastAPI, said: str, kind: str) -> None:
    [told] = Citizen(app).say(said)
    expected = {"ask": lambda: told["custom"]["slot"] == "application_no", "rating": lambda: len(told["buttons"]) == 5}
    if kind == "ticket":
        assert any(button["payload"] == "/leave_message" for button in told["buttons"]), told
    else:
        assert told["custom"]["type"] == kind and expected[kind](), told


@pytest.mark.parametrize("title", ["办件查询", "咨询投诉", "好差评"])
def test_and_by_a_button_under_the_search(app: FastAPI, title: str) -> None:
    citizen = Citizen(app)
    citizen.say("在跨省通办专区搜一下公证")
    [told] = citizen.press(title)
    assert told["custom"]["type"] in ("ask", "rating", "redirect") and told["custom"].get("decision") != "reject"


def test_the_zones_own_answer_is_told_over_http(connected: FastAPI) -> None:
    [told] = Citizen(connected).say("我在北京打工，户口在长春，社保卡丢了能在北京补吗")
    assert "10个工作日，来回寄另加约4天" in told["text"]
    closed = next(one for one in TestClient(connected).get("/api/v1/cross-province/items").json()["items"] if one["code"].endswith("013"))
    card = between(connected, closed["code"], "北京", "长春").json()
    assert (card["verdict"], card["mode"]) == ("no", None) and "还没有开通" in card["text"]


@pytest.mark.parametrize("mode", ["slow", "error", "broken", "half_open", "refuse", "wrong_labels"])
def test_a_citizen_hears_a_way_on_whatever_the_zone_does(connected: FastAPI, standins: RunningStandins, mode: Any) -> None:
    standins.shops["cross_province"].fault = Fault(mode=mode, seconds=20)
    began = time.monotonic()
    [told] = Citizen(connected).say("我在北京打工，户口在长春，社保卡丢了能在北京补吗")
    assert "12345" in told["text"] and told["buttons"][-1]["payload"] == "/hand_off"
    assert time.monotonic() - began < PATIENCE
    assert between(connected, "sb-card-apply", "北京", "长春").status_code == (409 if mode == "refuse" else 503)
