"""`banshi staff`: accounts from the command line. This is where the first administrator comes from; there is no default password."""

from __future__ import annotations

import getpass
import json
import sys
from datetime import UTC, datetime
from typing import Annotated

import typer

from banshi.settings import Settings
from banshi.staff.accounts import Accounts, canonical_account, checked_name, checked_roles
from banshi.staff.errors import StaffError, WeakPasswordError
from banshi.staff.passwords import Passwords, check_new_password, one_time_password
from banshi.store.database import open_database
from banshi.store.errors import StoreError

app = typer.Typer(help="Accounts of the staff: operators, editors, reviewers, administrators.", no_args_is_help=True)
_ATTEMPTS = 3

_Account = Annotated[str, typer.Argument(help="Account name, such as li.hua or 0271.")]
_Generate = Annotated[bool, typer.Option("--generate", help="Make a one-time password and print it, instead of asking for one.")]


def _say(text: str) -> None:
    print(f"[banshi] {text}", file=sys.stderr, flush=True)


def _fail(error: Exception) -> typer.Exit:
    _say(error.english if isinstance(error, StaffError) else str(error))
    return typer.Exit(1)


def _accounts() -> Accounts:
    try:
        database = open_database(Settings().database_url)
    except (StoreError, ValueError) as error:
        raise _fail(error) from error
    return Accounts(database, Passwords(), now=lambda: datetime.now(UTC))


def _whoever() -> str:
    return f"console:{getpass.getuser()}"


def _ask(account: str, name: str) -> str:
    """Ask for a password twice, without showing it, until it keeps the rules."""
    for _ in range(_ATTEMPTS):
        password: str = typer.prompt("Password", hide_input=True, confirmation_prompt="The same again", err=True)
        try:
            check_new_password(password, account=account, name=name)
        except WeakPasswordError as error:
            _say(error.english)
        else:
            return password
    _say("No password was set. --generate makes one.")
    raise typer.Exit(1)


@app.command()
def add(
    account: _Account,
    role: Annotated[list[str], typer.Option(help="operator, editor, reviewer or admin; may be given several times.")],
    name: Annotated[str, typer.Option(help="The person's name, as others see it. The account name when not given.")] = "",
    department: Annotated[list[str] | None, typer.Option(help="Department the account is limited to; several times for several.")] = None,
    region: Annotated[list[str] | None, typer.Option(help="Region code the account is limited to, with all below it.")] = None,
    generate: _Generate = False,
) -> None:
    """Add an account. A typed password stays; a generated one must be changed at the first sign-in."""
    account = canonical_account(account)
    try:
        name, _ = checked_name(name or account), checked_roles(role)
        password = one_time_password() if generate else _ask(account, name if name != account else "")
        _accounts().add(
            account=account,
            name=name,
            roles=role,
            departments=department or (),
            regions=region or (),
            password=password,
            chosen_by_owner=not generate,
            by=_whoever(),
        )
    except StaffError as error:
        raise _fail(error) from error
    _say(f"{account} may sign in as {', '.join(role)}.")
    if generate:
        _tell(password)


@app.command("list")
def list_(as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False) -> None:
    """List all accounts."""
    fields = ("account", "name", "roles", "departments", "regions", "disabled", "last_seen")
    rows = [{field: getattr(staff, field) for field in fields} for staff in _accounts().list()]
    if as_json:
        print(json.dumps(rows, ensure_ascii=False, indent=2, default=lambda moment: moment.isoformat()))
        return
    for row in rows:
        scope = ", ".join((*row["departments"], *row["regions"])) or "everywhere"
        seen = f"last seen {row['last_seen']:%Y-%m-%d %H:%M}" if row["last_seen"] else "never seen"
        print(f"{row['account']}  {row['name']}  {', '.join(row['roles'])}  {scope}  {seen}{'  disabled' if row['disabled'] else ''}")
    if not rows:
        _say("There is no account yet. Add the first administrator: banshi staff add NAME --role admin.")


@app.command()
def disable(account: _Account) -> None:
    """Disable an account; its sessions end at once."""
    try:
        _accounts().change(account, {"disabled": True}, by=_whoever())
    except StaffError as error:
        raise _fail(error) from error
    _say(f"{account} cannot sign in any more.")


@app.command()
def reset(account: _Account, generate: _Generate = False) -> None:
    """Set a password that must be changed at the next sign-in; lifts a lock and ends all sessions of the account."""
    account = canonical_account(account)
    try:
        password = one_time_password() if generate else _ask(account, "")
        _accounts().change(account, {}, one_time=password, by=_whoever())
    except StaffError as error:
        raise _fail(error) from error
    _say(f"{account} must choose a password of their own at the next sign-in.")
    if generate:
        _tell(password)


def _tell(password: str) -> None:
    _say("The one-time password, shown only now:")
    print(password)
