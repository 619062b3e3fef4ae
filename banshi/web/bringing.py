"""What need not be brought: 我的证照, and the marks beside a guide's documents."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from datetime import date
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, HTTPException, Request, Response
from pydantic import BaseModel

from banshi.connect.identity.citizens import Citizen
from banshi.connect.resilience.errors import SystemRefusedError, SystemUnavailableError
from banshi.connect.resilience.waiting import waited
from banshi.desk.bringing import Bringing, Mark, MarkKind
from banshi.web.citizen import Region, StartDep
from banshi.web.citizen_identity import NamedDep, signed_in
from banshi.web.search import EngineDep

log = logging.getLogger(__name__)
router = APIRouter(prefix="/api/v1", tags=["citizens' page"])

_NO_NUMBER = "登录信息里没有核验过的证件，看不了“我的证照”。请在吉事办完成实名认证以后再看。"
_NOT_SIGNED_IN = "您还没有登录。请在吉事办登录以后再看“我的证照”。"
_NO_IDENTITY = "身份核验这会儿连不上，请过一会儿再看；急着办事请带上原件，或拨打12345。"
_NO_LIBRARY = "电子证照库这会儿连不上，不是您的证照有问题。请过一会儿再看，或拨打12345；急着办事请带上原件。"
_CONFIRM = "电子证照库这会儿连不上，您名下有没有电子证照需本人确认；拿不准请带上原件，或拨打12345问清楚。"
_NO_SHARING = "数据共享平台这会儿连不上，哪些材料可以不带需到窗口或拨打12345确认。"


def _bringing(request: Request) -> Bringing:
    bringing: Bringing = request.app.state.bringing
    return bringing


BringingDep = Annotated[Bringing, Depends(_bringing)]
HolderDep = Annotated[Citizen, Depends(signed_in(_NOT_SIGNED_IN, _NO_IDENTITY))]


class OwnCertificate(BaseModel):
    """One electronic certificate, without number and image.

    `standing` is what holds today: 有效, 过期, 注销 or 挂失. `valid_until` null: 长期有效.
    """

    kind: str
    organ: str
    valid_until: date | None
    standing: Literal["有效", "过期", "注销", "挂失"]
    text: str


class OwnCertificates(BaseModel):
    """我的证照: of the kinds that may be shown."""

    certificates: list[OwnCertificate]


class MarkedMaterial(BaseModel):
    """What stands beside one document of a guide; documents without a mark are not listed."""

    material: str
    kind: MarkKind
    text: str
    department: str


class Marks(BaseModel):
    """Marks of a guide's documents. `notes`: what could not be asked just now, and what to do then."""

    item: str
    marks: list[MarkedMaterial]
    notes: list[str]


@router.get(
    "/me/certificates",
    responses={
        401: {"description": "no valid token"},
        403: {"description": "no verified identity"},
        503: {"description": "cannot be asked"},
    },
)
async def my_certificates(citizen: HolderDep, bringing: BringingDep, page: StartDep) -> OwnCertificates:
    """我的证照: this person's, and nobody else's."""
    if not citizen.identity:
        raise HTTPException(403, _NO_NUMBER)
    try:
        held = await waited(bringing.shown, citizen.identity)
    except (SystemUnavailableError, SystemRefusedError) as error:
        log.error("我的证照 cannot be asked: %s", error)
        raise HTTPException(503, _NO_LIBRARY) from error
    today = page.now().date()
    told = []
    for one in held:
        standing = "过期" if one.expired_on(today) else one.state
        until = f"有效期至{one.valid_until:%Y-%m-%d}" if one.valid_until is not None else "长期有效"
        text = until if standing == "有效" else f"已过期，{until}" if standing == "过期" else f"已{standing}，不能用来办事"
        told.append(OwnCertificate(kind=one.kind, organ=one.organ, valid_until=one.valid_until, standing=standing, text=text))
    return OwnCertificates(certificates=told)


@router.get("/items/{item}/marks", responses={401: {"description": "the token proves nothing"}, 404: {"description": "no such guide"}})
async def marks(
    item: str, engine: EngineDep, bringing: BringingDep, page: StartDep, citizen: NamedDep, response: Response, region: Region = None
) -> Marks:
    """Which documents of a guide need not be brought: by sharing for everybody, by electronic certificates for whom the token names."""
    response.headers["cache-control"] = "no-store"  # it may tell of a person
    knowledge, today = engine.knowledge, page.now().date()
    try:
        guide = knowledge.guide_at(item, region, today).guide
    except KeyError as error:
        raise HTTPException(404, "没有这个事项的办事指南。") from error
    if guide.retired_on(today):
        return Marks(item=item, marks=[], notes=[])
    place = region if region is not None and region in knowledge.regions else None
    identity = citizen.identity if citizen is not None else ""
    # Side by side, so that two systems that hang make nobody wait twice.
    own, shared = await asyncio.gather(
        _asked(lambda: bringing.own_marks(guide, identity, today) if identity else [], _CONFIRM),
        _asked(lambda: bringing.shared_marks(guide, place), _NO_SHARING),
    )
    found: dict[str, Mark] = {mark.material: mark for mark in shared[0]}
    # A person's own goes before what holds for everybody; only where the place decides about it, sharing is the surer word.
    found |= {mark.material: mark for mark in own[0] if mark.kind != "held_local" or mark.material not in found}
    return Marks(item=item, marks=[MarkedMaterial(**vars(mark)) for mark in found.values()], notes=[*own[1], *shared[1]])


async def _asked(ask: Callable[[], list[Mark]], otherwise: str) -> tuple[list[Mark], list[str]]:
    """What a system says, or the sentence that stands for its silence."""
    try:
        return await waited(ask), []
    except (SystemUnavailableError, SystemRefusedError) as error:
        log.warning("Bringing are not marked: %s", error)
        return [], [otherwise]
