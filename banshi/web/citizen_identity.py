"""Who speaks in a citizens' route: the platform's token in `Authorization: Bearer`, and whose a conversation is."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, HTTPException
from starlette.requests import HTTPConnection

from banshi.connect.identity.citizens import Citizen, CitizenIdentity, IdentityUnavailableError, TokenRefusedError
from banshi.desk.attempts import CALLER
from banshi.store.conversation_owners import ConversationOwners

log = logging.getLogger(__name__)

UNKNOWN = "没有这个会话，或者它已经结束了。请重新开始。"
_NOT_SIGNED_IN = "您还没有登录。请在吉事办登录以后再看；只查一件，可以说“查进度”，凭办件编号和证件后四位查。"
_REFUSED = "登录信息不对，或者已经过期了，请回到吉事办重新登录。"
_AWAY = "身份核验这会儿连不上，请过一会儿再试；只查一件，可以说“查进度”，凭办件编号和证件后四位查。"
_CHAT = "/api/v1/chat"


@dataclass(frozen=True)
class CitizenAccess:
    """What the routes need: who checks tokens (None: the feature is off), and whose conversations are."""

    identity: CitizenIdentity | None
    owners: ConversationOwners


def _access(connection: HTTPConnection) -> CitizenAccess:
    access: CitizenAccess = connection.app.state.citizens
    return access


def _token(connection: HTTPConnection) -> str | None:
    scheme, _, token = connection.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" and token.strip() else None


async def _citizen(connection: HTTPConnection) -> Citizen | None:
    """Whom the request's token names; None without one, and while the feature is off.

    Raises:
        HTTPException: 401 for a token that proves nothing.
        IdentityUnavailableError: it cannot be checked just now.
    """
    identity, token = _access(connection).identity, _token(connection)
    if identity is None or token is None:
        return None
    try:
        return await asyncio.to_thread(identity.citizen, token)
    except TokenRefusedError as refused:
        log.info("A citizen's token was refused: %s", refused)
        raise HTTPException(401, _REFUSED) from refused


def signed_in(otherwise: str, away: str) -> Callable[[HTTPConnection], Awaitable[Citizen]]:
    """A dependency: whom the token names.

    Args:
        otherwise: said to whom no token names (401).
        away: said while tokens cannot be checked (503).
    """

    async def check(connection: HTTPConnection) -> Citizen:
        try:
            citizen = await _citizen(connection)
        except IdentityUnavailableError as error:
            raise HTTPException(503, away) from error
        if citizen is None:
            raise HTTPException(401, otherwise)
        return citizen

    return check


CitizenDep = Annotated[Citizen, Depends(signed_in(_NOT_SIGNED_IN, _AWAY))]


async def _named(connection: HTTPConnection) -> Citizen | None:
    try:
        return await _citizen(connection)
    except IdentityUnavailableError as away:
        log.error("A citizen's token cannot be checked: %s", away)
        return None


NamedDep = Annotated[Citizen | None, Depends(_named)]
"""Whoever the token names, for what is there for everybody; None without one, and while it cannot be checked."""


class Visitor:
    """Whoever speaks in a conversation, named or not."""

    def __init__(self, access: CitizenAccess, citizen: Citizen | None, *, known: bool) -> None:
        self._access, self._subject, self._known = access, citizen.subject if citizen is not None else None, known

    async def may_continue(self, conversation: str) -> bool:
        """Whether the conversation is theirs, or nobody's.

        Raises:
            HTTPException: 503 when it is somebody's, and who this is cannot be said just now.
        """
        admitted = await asyncio.to_thread(self._access.owners.admits, conversation, self._subject)
        if not admitted and not self._known:
            raise HTTPException(503, _AWAY)
        return admitted

    async def began(self, conversation: str, connection: HTTPConnection) -> None:
        """A conversation has begun, or was found again by the id of its first message: whoever is named becomes its owner.

        Raises:
            HTTPException: 404 when it is somebody else's.
        """
        if self._subject is not None:
            now = connection.app.state.start.now()
            await asyncio.to_thread(self._access.owners.bind, conversation, self._subject, now=now)
        if not await self.may_continue(conversation):
            raise HTTPException(404, UNKNOWN)


async def _visitor(connection: HTTPConnection) -> Visitor:
    try:
        citizen, known = await _citizen(connection), True
    except IdentityUnavailableError as away:
        # Who asks without a name is answered; what belongs to somebody stays shut.
        log.error("A citizen's token cannot be checked: %s", away)
        citizen, known = None, False
    return Visitor(_access(connection), citizen, known=known)


VisitorDep = Annotated[Visitor, Depends(_visitor)]


async def guard_conversations(connection: HTTPConnection) -> None:
    """A dependency of the whole application: below /api/v1/chat/ a conversation of somebody else is as unknown as one that never was.

    Standing here it holds for every route of a conversation, those of the future included. It also says where a message comes from.

    Raises:
        HTTPException: 404, 401 or 503.
    """
    path: str = connection.scope["path"]
    if connection.scope["type"] != "http" or not (path == _CHAT or path.startswith(f"{_CHAT}/")):
        return
    CALLER.set(connection.client.host if connection.client is not None else None)
    conversation = connection.path_params.get("conversation")
    if conversation is not None and not await (await _visitor(connection)).may_continue(str(conversation)):
        raise HTTPException(404, UNKNOWN)
