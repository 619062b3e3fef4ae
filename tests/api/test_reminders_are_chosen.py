"""A named citizen chooses what to be reminded of, is reminded, and takes it back; nobody else can."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from banshi.assembly import china_now
from banshi.connect.identity.demo_people import IN_CORRECTION_PERSON, demo_identity
from banshi.connect.messages.demo import DemoMessages
from banshi.desk.reminders.wording import VERSION
from banshi.settings import Settings
from banshi.web.app import create_app
from tests.api.citizen_platform import AUDIENCE, ISSUER, Platform
from tests.api.product import copy_built_index, wait_until

PERSON = {"identity_hash": demo_identity(IN_CORRECTION_PERSON)}


class Door:
    """The application, with citizens who show tokens."""

    def __init__(self, client: TestClient, platform: Platform, folder: Path) -> None:
        self.client, self.platform, self.messages = client, platform, DemoMessages(folder / "demo_messages.db", now=china_now)

    def get(self, **claims: Any) -> Any:
        return self.client.get("/api/v1/me/reminders", headers={"authorization": f"Bearer {self.platform.token(**claims)}"})

    def put(self, kinds: list[str], wording: str = VERSION, **claims: Any) -> Any:
        body = {"kinds": kinds, "wording": wording}
        return self.client.put("/api/v1/me/reminders", json=body, headers={"authorization": f"Bearer {self.platform.token(**claims)}"})


@pytest.fixture(scope="module")
def door(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Door]:
    folder = tmp_path_factory.mktemp("reminders")
    copy_built_index(folder / "snapshots")
    platform = Platform(china_now)
    (folder / "keys.json").write_text(platform.jwks(), encoding="utf-8")
    named = {"citizen_issuer": ISSUER, "citizen_audience": AUDIENCE, "citizen_jwks": str(folder / "keys.json")}
    app = create_app(Settings(var_dir=folder, rate_limit=0, encoder="/nowhere", **named), with_rasa=False)  # type: ignore[arg-type]
    with TestClient(app) as client:
        yield Door(client, platform, folder)


def test_nothing_is_on_before_it_is_chosen(door: Door) -> None:
    told = door.get(sub="new", identity_hash="c" * 64).json()
    assert told["wording"] == VERSION and "随时可以关" in told["consent"] and told["reminders"] == []
    assert [(one["kind"], one["since"]) for one in told["kinds"]] == [(kind, None) for kind in ("补正期限", "办结", "证照到期", "预约")]


def test_strangers_choose_nothing(door: Door) -> None:
    assert door.client.get("/api/v1/me/reminders").status_code == 401
    assert door.client.put("/api/v1/me/reminders", json={"kinds": ["办结"], "wording": VERSION}).status_code == 401
    refused = door.put(["办结"])
    assert refused.status_code == 403 and "实名认证" in refused.json()["detail"]


def test_other_words_than_those_shown_are_no_consent(door: Door) -> None:
    refused = door.put(["办结"], wording="2020-1", **PERSON)
    assert refused.status_code == 409 and "更新" in refused.json()["detail"]
    assert door.put(["生日"], **PERSON).status_code == 422
    assert all(one["since"] is None for one in door.get(**PERSON).json()["kinds"])


def test_who_agrees_is_reminded_until_they_take_it_back(door: Door) -> None:
    told = door.put(["补正期限"], **PERSON).json()
    assert [one["kind"] for one in told["kinds"] if one["since"]] == ["补正期限"]
    wait_until(lambda: bool(door.get(**PERSON).json()["reminders"]), "a reminder")
    [reminder, *_] = door.get(**PERSON).json()["reminders"]
    assert reminder["kind"] == "补正期限" and "还缺" in reminder["text"]
    taken_back = door.put([], **PERSON).json()
    assert all(one["since"] is None for one in taken_back["kinds"])
    assert all(one["state"] in ("withdrawn", "sent") for one in taken_back["reminders"])
    assert door.get(sub="other", identity_hash=demo_identity("示例甲")).json()["reminders"] == []
    assert all(one.recipient == PERSON["identity_hash"] for one in door.messages.sent())


def test_withdrawing_needs_no_words(door: Door) -> None:
    door.put(["办结"], **PERSON)
    assert door.put([], wording="2020-1", **PERSON).status_code == 200
