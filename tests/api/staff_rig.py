"""Sign-in of staff in a small server: the real routes, middleware and database, and a clock that the test moves."""

from __future__ import annotations

import tempfile
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from argon2 import PasswordHasher
from fastapi import APIRouter, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.testclient import TestClient

from banshi.staff.configuration import SignInSettings
from banshi.staff.passwords import Passwords
from banshi.staff.permissions import Parents, no_parents
from banshi.store.audit import AuditLedger, Entry
from banshi.store.database import open_database, read
from banshi.web import staff
from banshi.web.errors import sentence_for
from banshi.web.headers import SecurityHeaders, pages
from banshi.web.limits import Limits
from banshi.web.staff_access import AdminDep, EditorDep, OperatorDep, ReviewerDep, StaffDep, StudioDep, staff_access

PASSWORD = "opera gravel lime tusk"
QUICK = PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1)
"""argon2id all the same, in a millisecond."""


class Clock:
    """Time as the test tells it."""

    def __init__(self) -> None:
        self.moment = datetime(2026, 11, 23, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))

    def __call__(self) -> datetime:
        return self.moment

    def forward(self, **length: float) -> None:
        self.moment += timedelta(**length)


class Browser(TestClient):
    """A browser of somebody of the staff. Sends the CSRF token it was told, unless the test says otherwise."""

    csrf = ""

    def sign_in(self, account: str, password: str = PASSWORD) -> Any:
        response = self.post("/api/v1/staff/sign-in", json={"account": account, "password": password})
        if response.status_code == 200:
            self.csrf = response.json()["csrf"]
        return response

    def change(self, method: str, path: str, json: Any = None, **headers: str) -> Any:
        return self.request(method, f"/api/v1{path}", json=json, headers={"X-CSRF-Token": self.csrf, **headers})

    def change_password(self, old: str, new: str) -> Any:
        response = self.change("POST", "/staff/password", {"old": old, "new": new})
        if response.status_code == 200:
            self.csrf = response.json()["csrf"]
        return response

    def is_in(self) -> bool:
        status = self.get("/api/v1/staff/me").status_code
        assert status in (200, 401)
        return status == 200


class Rig:
    """The server.

    Args:
        folder: empty; gets the database.
        passwords: hashing, quick by default.
        parents: the tree of regions.
        static: folder of built pages.
        database: URL of another database than a file in the folder.
        **settings: of `SignInSettings`.
    """

    def __init__(
        self,
        folder: Path,
        *,
        passwords: Passwords | None = None,
        parents: Parents = no_parents,
        static: Path | None = None,
        database: str = "",
        **settings: Any,
    ) -> None:
        self.clock = Clock()
        self.database = open_database(database or _migrated(folder / "banshi.db"))
        self.passwords = passwords or Passwords(QUICK)
        self.settings = SignInSettings(**settings)
        self.access = staff_access(self.database, self.settings, now=self.clock, parents=parents, passwords=self.passwords)
        self.app = FastAPI()
        self.app.state.staff = self.access
        self.app.add_middleware(Limits, max_body=65536, max_upload=65536, per_minute=0)
        self.app.add_middleware(SecurityHeaders, https=self.settings.public_url.startswith("https"))
        self.app.include_router(staff.router)
        self.app.include_router(pages(static or folder / "static"))
        self.app.include_router(samples)

        @self.app.exception_handler(RequestValidationError)
        async def invalid(_: Request, error: RequestValidationError) -> JSONResponse:
            return JSONResponse({"detail": sentence_for(error)}, 422)

        @self.app.exception_handler(HTTPException)
        async def refused(_: Request, error: HTTPException) -> JSONResponse:
            return JSONResponse({"detail": error.detail}, error.status_code)

    def add(self, account: str, *roles: str, **more: Any) -> None:
        """An account whose owner has chosen PASSWORD."""
        given = {"name": "王晓梅", "password": PASSWORD, "chosen_by_owner": True, "by": "test", **more}
        self.access.accounts.add(account=account, roles=roles or ("editor",), **given)

    def browser(self, address: str = "10.0.0.1", base_url: str = "http://testserver") -> Browser:
        """A browser that has not been here before."""
        return Browser(self.app, base_url=base_url, client=(address, 50_000), follow_redirects=False)

    def signed_in(self, account: str) -> Browser:
        """A browser in which somebody has signed in."""
        browser = self.browser()
        assert browser.sign_in(account).status_code == 200
        return browser

    def ledger(self, *actions: str) -> list[Entry]:
        """Entries of these actions, oldest first."""
        with read(self.database) as connection:
            entries = AuditLedger(connection).entries(limit=1000)
        return [entry for entry in reversed(entries) if not actions or entry.action in actions]

    def ledger_problems(self) -> list[str]:
        """What is wrong with the ledger."""
        with read(self.database) as connection:
            return AuditLedger(connection).verify()


samples = APIRouter(prefix="/api/v1/sample")


@samples.api_route("/staff", methods=["GET", "POST"])
def for_staff(who: StaffDep) -> dict[str, str]:
    return {"account": who.account}


@samples.api_route("/operator", methods=["GET", "POST"])
def for_operator(who: OperatorDep) -> dict[str, str]:
    return {"account": who.account}


@samples.api_route("/studio", methods=["GET", "POST"])
def for_studio(who: StudioDep) -> dict[str, str]:
    return {"account": who.account}


@samples.api_route("/editor", methods=["GET", "POST"])
def for_editor(who: EditorDep) -> dict[str, str]:
    return {"account": who.account}


@samples.api_route("/reviewer", methods=["GET", "POST"])
def for_reviewer(who: ReviewerDep) -> dict[str, str]:
    return {"account": who.account}


@samples.api_route("/admin", methods=["GET", "POST"])
def for_admin(who: AdminDep) -> dict[str, str]:
    return {"account": who.account}


@cache
def _tables() -> bytes:
    """A database with all tables and no rows; migrating one for every test would take longer than most tests."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "banshi.db"
        open_database(path).dispose()
        return path.read_bytes()


def _migrated(path: Path) -> Path:
    if not path.exists():
        path.write_bytes(_tables())
    return path


def stored_bytes(folder: Path) -> bytes:
    """Everything the database has written to disk."""
    return b"".join(path.read_bytes() for path in sorted(folder.glob("banshi.db*")))


def two_administrators_disable_each_other(rig: Rig, *, rounds: int) -> None:
    """Both at once; whatever comes first, one is left each time."""
    rig.add("zhao.min", "admin")
    for _ in range(rounds):
        pairs = [(rig.signed_in("root.li"), "zhao.min"), (rig.signed_in("zhao.min"), "root.li")]
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(lambda pair: pair[0].change("PATCH", f"/staff/accounts/{pair[1]}", {"disabled": True}), pairs))
        active = [staff.account for staff in rig.access.accounts.list() if "admin" in staff.roles and not staff.disabled]
        assert len(active) == 1
        for account in ("root.li", "zhao.min"):
            rig.access.accounts.change(account, {"disabled": False}, by="test")
