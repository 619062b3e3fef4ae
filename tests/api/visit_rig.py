"""A server with the stand-ins of certificates, sharing and booking around it, and a platform that names citizens."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from httpx import Response
from starlette.testclient import TestClient

from banshi.assembly import china_now
from banshi.connect.identity.demo_people import demo_identity
from banshi.settings import Settings
from banshi.staff.accounts import Accounts
from banshi.staff.passwords import Passwords
from banshi.standin.server import RunningStandins
from banshi.standin.shop import Fault
from banshi.store.database import open_database
from banshi.web.app import create_app
from tests.api.citizen_platform import AUDIENCE, ISSUER, Platform
from tests.api.product import copy_built_index
from tests.api.staff_rig import QUICK

FIRST, SECOND = demo_identity("示例甲"), demo_identity("示例乙")
SECRET, PASSWORD = "sixteen letters and more", "opera gravel lime tusk"
SYSTEMS = ("booking", "certificates", "sharing")
LICENCE, CARD = "cjg-license-renew", "sb-card-apply"
PLACE = "220104"
SOON = 12.0
"""Twice the seconds within which a citizen is to hear something, whatever a system does: the machine of the tests does other things too."""


@dataclass
class World:
    """The server, the systems around it, and the platform that names citizens."""

    client: TestClient
    standins: RunningStandins
    platform: Platform
    var: Path

    def get(self, path: str, identity: str | None = None, **query: str) -> Response:
        return self.client.get(f"/api/v1{path}", headers=self.named(identity), params=query)

    def post(self, path: str, body: Any, identity: str | None = None) -> Response:
        return self.client.post(f"/api/v1{path}", json=body, headers=self.named(identity))

    def delete(self, path: str, identity: str | None = None) -> Response:
        return self.client.delete(f"/api/v1{path}", headers=self.named(identity))

    def named(self, identity: str | None) -> dict[str, str]:
        if identity is None:
            return {}
        return {"authorization": f"Bearer {self.platform.token(identity[:8] or 'nobody', identity_hash=identity or None)}"}

    def behaves(self, system: str, mode: str, **more: Any) -> None:
        self.standins.shops[system].fault = Fault.model_validate({"mode": mode, "seconds": 8, **more})
        if mode == "none":  # whatever the breaker has counted is over
            self.client.app.state.systems.reach.guard(system)._breaker.succeeded()  # type: ignore[attr-defined]

    def wish(self, left: int = 2, **changes: Any) -> dict[str, Any]:
        """A time that can still be booked."""
        hall = self.get("/booking/halls", item=CARD, region=PLACE).json()["halls"][0]
        for day in hall["days"][1:]:
            for slot in self.get("/booking/slots", hall=hall["id"], item=CARD, day=day).json()["slots"]:
                if slot["left"] == left:
                    begins = slot["begins"]
                    return {"hall": hall["id"], "item": CARD, "day": day, "begins": begins, "client_id": secrets.token_hex(8), **changes}
        raise AssertionError(f"no time has {left} places")

    def at_peace(self) -> None:
        """Every system behaves, and nobody has a booking that is still to come."""
        for system in SYSTEMS:
            self.behaves(system, "none")
        for identity in (FIRST, SECOND):
            for one in self.get("/booking", identity).json()["bookings"]:
                self.delete(f"/booking/{one['id']}", identity)


@contextmanager
def visiting(folder: Path) -> Iterator[World]:
    """Everything that runs, over an empty folder; li.hua is an editor."""
    copy_built_index(folder / "snapshots")
    database = open_database(folder / "banshi.db")
    accounts = Accounts(database, Passwords(QUICK), now=china_now)
    accounts.add(account="li.hua", name="李华", roles=("editor",), password=PASSWORD, chosen_by_owner=True, by="test")
    database.dispose()
    platform = Platform(china_now)
    (folder / "keys.json").write_text(platform.jwks(), encoding="utf-8")
    with RunningStandins(now=china_now, keys={"banshi": SECRET.encode()}, names=SYSTEMS) as standins:
        reach = {"systems": {name: {"url": f"{standins.url}/{name}", "key": "banshi", "secret": SECRET} for name in SYSTEMS}}
        (folder / "systems.yml").write_text(yaml.safe_dump(reach), encoding="utf-8")
        named = {"citizen_issuer": ISSUER, "citizen_audience": AUDIENCE, "citizen_jwks": str(folder / "keys.json")}
        settings = Settings(var_dir=folder, rate_limit=0, systems=folder / "systems.yml", **named, _env_file=None)  # type: ignore[arg-type, call-arg]
        with TestClient(create_app(settings, with_rasa=False)) as client:
            yield World(client, standins, platform, folder)
