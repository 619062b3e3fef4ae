"""`/api/v1/me/reminders`: what a named citizen wants to be reminded of, and what they were reminded of."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, HTTPException, Request
from pydantic import BaseModel, ConfigDict, Field

from banshi.connect.identity.citizens import Citizen
from banshi.connect.messages.port import Kind
from banshi.desk.reminders.reminding import Reminding
from banshi.desk.reminders.wording import CONSENT, EXPLAINED, VERSION
from banshi.web.citizen_identity import CitizenDep

router = APIRouter(prefix="/api/v1/me/reminders", tags=["citizen"])
_NO_NUMBER = "登录信息里没有核验过的证件，开不了提醒。请在吉事办完成实名认证以后再开。"
_OTHER_WORDS = "提醒的说明更新了，请看过新的说明再选。"
_ANSWERS: dict[int | str, dict[str, Any]] = {401: {"description": "no valid token"}, 403: {"description": "no verified identity"}}


class KindRow(BaseModel):
    """A kind of reminder; `since`: since when the citizen wants it, null while they do not."""

    kind: Kind
    explained: str
    since: datetime | None


class ReminderRow(BaseModel):
    """A reminder. `state`: waiting, posted, sent, withdrawn, over or failed."""

    kind: str
    text: str
    due: datetime
    state: str


class MyReminders(BaseModel):
    """What the citizen agrees to, and the newest reminders."""

    wording: str
    """version of `consent`, to be sent back with a choice"""
    consent: str
    kinds: list[KindRow]
    reminders: list[ReminderRow]


class Choice(BaseModel):
    """The kinds that are wanted, these and no others."""

    model_config = ConfigDict(extra="forbid")
    kinds: list[Kind] = Field(max_length=len(Kind))
    wording: str = Field(max_length=20)
    """version of the words that were shown"""


def _reminding(request: Request) -> Reminding:
    reminding: Reminding = request.app.state.reminding
    return reminding


RemindingDep = Annotated[Reminding, Depends(_reminding)]


@router.get("", responses=_ANSWERS)
async def my_reminders(citizen: CitizenDep, reminding: RemindingDep) -> MyReminders:
    """What this person wants to be reminded of."""
    return await asyncio.to_thread(_told, reminding, _owner(citizen))


@router.put("", responses={**_ANSWERS, 409: {"description": "the words have changed"}})
async def choose(citizen: CitizenDep, reminding: RemindingDep, choice: Choice) -> MyReminders:
    """Agree to these kinds and withdraw from all others; what waits for what was withdrawn is not sent any more."""
    owner = _owner(citizen)
    if choice.kinds and choice.wording != VERSION:
        raise HTTPException(409, _OTHER_WORDS)

    def keep() -> MyReminders:
        reminding.choose(owner, choice.kinds)
        return _told(reminding, owner)

    return await asyncio.to_thread(keep)


def _owner(citizen: Citizen) -> str:
    if not citizen.identity:
        raise HTTPException(403, _NO_NUMBER)
    return citizen.identity


def _told(reminding: Reminding, owner: str) -> MyReminders:
    standing, kept = reminding.of(owner)
    return MyReminders(
        wording=VERSION,
        consent=CONSENT,
        kinds=[KindRow(kind=kind, explained=EXPLAINED[kind], since=standing[kind].given_at if kind in standing else None) for kind in Kind],
        reminders=[ReminderRow(kind=one.kind, text=one.text, due=one.due, state=one.state) for one in kept],
    )
