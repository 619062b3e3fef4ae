"""`banshi partners`: keys of other departments' agents."""

from __future__ import annotations

import getpass
import json
import sys
from datetime import UTC, datetime
from typing import Annotated

import typer

from banshi.partners.admission import ANSWERS, ENDS, PartnerError, Partners
from banshi.settings import Settings
from banshi.store.database import open_database
from banshi.store.errors import StoreError

app = typer.Typer(help="Keys and quotas of other departments' agents (docs/answer-api.md).", no_args_is_help=True)
_Name = Annotated[str, typer.Argument(help="The partner's name, such as 长春市政数局自助终端.")]


def _say(text: str) -> None:
    print(f"[banshi] {text}", file=sys.stderr, flush=True)


def _fail(error: Exception) -> typer.Exit:
    _say(str(error))
    return typer.Exit(1)


def _partners() -> Partners:
    try:
        return Partners(open_database(Settings().database_url), now=lambda: datetime.now(UTC))
    except (StoreError, ValueError) as error:
        raise _fail(error) from error


def _whoever() -> str:
    return f"console:{getpass.getuser()}"


@app.command()
def add(
    name: _Name,
    contact: Annotated[str, typer.Option(help="Whom to call when something is wrong with it.")],
    end: Annotated[list[str] | None, typer.Option(help=f"Where answers are shown: {', '.join(ENDS)}; several times for several.")] = None,
    per_minute: Annotated[int, typer.Option(help="Requests a minute.")] = 600,
    per_day: Annotated[int, typer.Option(help="Requests a day, of Beijing.")] = 100_000,
) -> None:
    """Add a partner and print its key, which is shown only now."""
    try:
        _, key = _partners().add(name, contact=contact, ends=end or ANSWERS, per_minute=per_minute, per_day=per_day, by=_whoever())
    except PartnerError as error:
        raise _fail(error) from error
    _say(f"{name} may ask. Its key, shown only now:")
    print(key)


@app.command("list")
def list_(
    days: Annotated[int, typer.Option(help="Days of use, today included.", min=1)] = 7,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """List all partners with their quotas and what they asked, day by day."""
    found = _partners().list(days)
    if as_json:
        rows = [
            {**vars(partner), "usage": [{k: v for k, v in vars(day).items() if k != "partner"} for day in used]} for partner, used in found
        ]
        print(json.dumps(rows, ensure_ascii=False, indent=2, default=lambda moment: moment.isoformat()))
        return
    for partner, used in found:
        quota = f"{partner.per_minute} a minute, {partner.per_day} a day"
        print(f"{partner.name}  {', '.join(partner.ends)}  {quota}  {partner.contact}{'  revoked' if partner.revoked_at else ''}")
        for day in used:
            print(f"    {day.day}  {day.asked} asked, {day.refused} refused")
    if not found:
        _say("There is no partner yet: banshi partners add NAME --contact WHO.")


@app.command()
def revoke(name: _Name) -> None:
    """Make a partner's key useless, at once and at every server."""
    try:
        _partners().revoke(name, by=_whoever())
    except StoreError as error:
        raise _fail(error) from error
    _say(f"The key of {name} is no good any more.")
