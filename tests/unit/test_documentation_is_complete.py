"""Every setting, command and route has its line in docs/reference.md."""

from __future__ import annotations

import pytest
from fastapi.routing import APIRoute

from banshi.cli import app as commands
from banshi.settings import ROOT, Settings
from banshi.web import (
    application_callbacks,
    booking,
    bringing,
    chat,
    citizen,
    citizen_tickets,
    cross_province,
    desk,
    help_requests,
    metrics,
    my_applications,
    my_reminders,
    readiness,
    search,
    situations,
    staff,
    stream,
    studio,
    themes,
    ticket_callbacks,
)

REFERENCE = (ROOT / "docs" / "reference.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", sorted(Settings.model_fields))
def test_setting_is_documented(name: str) -> None:
    assert f"`BANSHI_{name.upper()}`" in REFERENCE


@pytest.mark.parametrize("command", [c.name or c.callback.__name__ for c in commands.registered_commands if c.callback and not c.hidden])
def test_command_is_documented(command: str) -> None:
    assert f"`banshi {command}" in REFERENCE


ROUTERS = {
    "callbacks of applications": application_callbacks.router,
    "callbacks of tickets": ticket_callbacks.router,
    "chat": chat.router,
    "search": search.router,
    "situations": situations.router,
    "stream": stream.router,
    "citizen": citizen.router,
    "staff": staff.router,
    "my applications": my_applications.router,
    "my reminders": my_reminders.router,
    "metrics": metrics.router,
    "readiness": readiness.router,
    "cross province": cross_province.router,
    "cross province for operators": cross_province.desk_router,
    "themes": themes.router,
    "bringing": bringing.router,
    "booking": booking.router,
    "help requests": help_requests.router,
    "citizens' tickets": citizen_tickets.router,
    **{f"desk {number}": router for number, router in enumerate(desk.routers)},
    **{f"studio {number}": router for number, router in enumerate(studio.routers)},
}


@pytest.mark.parametrize("router", list(ROUTERS.values()), ids=list(ROUTERS))
def test_route_is_documented(router: object) -> None:
    routes = [route for route in router.routes if isinstance(route, APIRoute)]  # type: ignore[attr-defined]
    assert routes
    for route in routes:
        for method in route.methods:
            assert f"`{method} {route.path}`" in REFERENCE
