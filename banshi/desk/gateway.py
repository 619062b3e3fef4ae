"""The gateway: owns conversations, keeps personal numbers to itself, and always has something to say."""

from __future__ import annotations

import asyncio
import logging
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from banshi.desk.dialogue import DialogueUnavailableError, RasaDialogue
from banshi.desk.replies import (
    DEGRADED,
    HAND_OFF,
    Reply,
    empty_message,
    foreign_message,
    number_expected,
    only_numbers,
    replies_for,
    reply,
    typed_command,
)
from banshi.desk.situations import option_named
from banshi.desk.vault import Vault
from banshi.knowledge.urgent import Urgent, find_urgent
from banshi.search.engine import Engine
from banshi.search.result import Context, SearchRequest
from banshi.store.conversations import ConversationStore, Message, State
from banshi.text.normalise import clean, has_words, is_foreign, is_korean, normalise
from banshi.text.numbers import APPLICATION, SECOND_FACTOR, TOKEN, mask, without_tokens

log = logging.getLogger(__name__)

_IDENTIFIER = re.compile(r"c-[0-9a-f]{32}")
_TURNS_A_TRACKER = 50
"""Rasa's turns grow with its tracker: after so many a new one is begun, between two subjects."""
_PAYLOADS_KEPT = 60
_COMMAND = re.compile(r"\s*/[a-z_]+(\{.*\})?\s*", re.DOTALL)
_SHORT_CHOICE = re.compile(r"\s*[1-9]\s*[.、。]?\s*")


@dataclass
class _Live:
    """What a running conversation needs between turns; rebuilt from the last stored message when the process is new."""

    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    state: State = "bot"
    region: str | None = None
    turns: int = 0
    asked: str | None = None
    payloads: tuple[str, ...] = ()
    alternatives: bool = False
    item: str | None = None
    choice: tuple[str, str] | None = None
    """Item and choice of the situation question that is open."""


@dataclass(frozen=True)
class Turn:
    """What comes back from one message."""

    conversation: str
    state: State
    replies: list[Reply]


class Gateway:
    """One message in, replies out.

    Args:
        engine: gives the engine in use; searched directly when Rasa gives no answer.
        dialogue: the way to Rasa; None answers everything from the search.
        store: conversations and messages.
        vault: personal numbers.
        urgent: emergencies, recognised even where there is neither Rasa nor an index.
        now: the clock, time zone included.
    """

    def __init__(
        self,
        *,
        engine: Callable[[], Engine | None],
        dialogue: RasaDialogue | None,
        store: ConversationStore,
        vault: Vault,
        urgent: tuple[Urgent, ...],
        now: Callable[[], datetime],
    ) -> None:
        self._engine, self._dialogue, self._store, self._vault, self._now = engine, dialogue, store, vault, now
        self._urgent = urgent
        self._live: dict[str, _Live] = {}

    async def handle(self, conversation: str | None, text: str, *, region: str | None = None) -> Turn:
        """Answer one message.

        Args:
            conversation: id from before; None or one that is unknown, closed or forged begins a new conversation.
            text: what the citizen wrote, or the payload of a button that was offered.
            region: the citizen's region as the app knows it.
        """
        identifier = await self._conversation(conversation, region)
        live = self._live[identifier]
        async with live.lock:  # one message in flight: Rasa would make the second wait for a second
            state, region = live.state, region or live.region
            received = self._now()
            payload = text.startswith("/") and text in live.payloads
            shown, found = (text, []) if payload else mask(clean(text), second_factor_expected=live.asked == "second_factor")
            self._vault.keep(identifier, found)
            # Words that mean an option of the open question are sent on as that option, and kept as they were said.
            option = None if payload else self._option(live, text)
            meant = option or shown
            replies = await self._replies(identifier, live, meant, payload=payload or option is not None, state=state, region=region)
            for given in replies:
                if given.custom.get("type") == "handoff":
                    state = "waiting"
                region = given.custom.get("set_region") or region
            self._remember(live, replies)
            # A form that is asking keeps its tracker until it is done.
            live.turns += 1 if live.asked is None or (live.turns + 1) % _TURNS_A_TRACKER else 0
            stored = [Message("citizen", shown, received)]
            stored += [Message("bot", r.text, self._now(), [b.model_dump() for b in r.buttons], r.custom) for r in replies]
            await asyncio.to_thread(self._store.record, identifier, stored, state=state, region=region, now=self._now())
            live.state, live.region = state, region
        return Turn(identifier, state, replies)

    def _option(self, live: _Live, text: str) -> str | None:
        """The payload of the option that words or a number mean, while a situation question is open."""
        engine = self._engine()
        if engine is None or live.choice is None:
            return None
        item, choice_id = live.choice
        guide = engine.knowledge.guides.get(item)
        choice = next((choice for choice in guide.choices if choice.id == choice_id), None) if guide is not None else None
        option = option_named(choice, normalise(text)) if choice is not None else None
        return f'/choose_option{{"option": "{option}"}}' if option is not None else None

    async def _conversation(self, identifier: str | None, region: str | None) -> str:
        if identifier is not None and _IDENTIFIER.fullmatch(identifier):
            live = self._live.get(identifier)
            if live is None:
                live = await self._revive(identifier)
            if live is not None and live.state != "closed":
                return identifier
        fresh = f"c-{secrets.token_hex(16)}"
        self._live[fresh] = _Live(region=region)
        await asyncio.to_thread(self._store.create, identifier=fresh, region=region, now=self._now())
        return fresh

    async def _revive(self, identifier: str) -> _Live | None:
        """A conversation that another process began; None when there is no open one of this id."""
        known = await asyncio.to_thread(self._store.get, identifier)
        if known is None or known.state == "closed":
            return None
        history = await asyncio.to_thread(self._store.messages, identifier)
        live = _Live(state=known.state, region=known.region, turns=sum(message.sender == "citizen" for message in history))
        self._remember(live, [_as_reply(message) for message in history if message.sender == "bot"][-3:])
        return self._live.setdefault(identifier, live)

    async def _replies(self, identifier: str, live: _Live, text: str, *, payload: bool, state: State, region: str | None) -> list[Reply]:
        if state == "human":
            return []
        if not payload:
            handled = self._without_dialogue(live, text)
            if handled is not None:
                return [handled]
        engine = self._engine()
        vector = None
        if engine is not None and not payload:
            vector = await asyncio.to_thread(engine.encode, text)
        if self._dialogue is not None:
            try:
                tracker = f"{identifier}-{live.turns // _TURNS_A_TRACKER}"
                carried = live.item if live.turns % _TURNS_A_TRACKER == 0 else None
                return await self._dialogue.say(tracker, text, payload=payload, vector=vector, region=region, item=carried)
            except DialogueUnavailableError as error:
                log.error("%s Answering from the search.", error)
        return await self._direct(engine, live, text, payload=payload, region=region)

    def _without_dialogue(self, live: _Live, text: str) -> Reply | None:
        """Messages that need no understanding: empty, digits alone, commands, foreign languages."""
        if _COMMAND.fullmatch(text):
            return typed_command()
        # A token of what the status form asks for is a message of its own; any other number needs words beside it.
        if has_words(TOKEN.sub(lambda match: "号" if match[1] in (APPLICATION, SECOND_FACTOR) else "", text)):
            return foreign_message() if is_foreign(without_tokens(text)) else None
        if not any(char.isdigit() for char in TOKEN.sub("0", text)):
            return empty_message()
        if live.choice is not None:
            return None  # no option has this number: the form says so and asks again
        if live.alternatives and _SHORT_CHOICE.fullmatch(text):
            return None
        return number_expected(live.asked) if live.asked is not None else only_numbers()

    async def _direct(self, engine: Engine | None, live: _Live, text: str, *, payload: bool, region: str | None) -> list[Reply]:
        """An answer without Rasa: emergencies, a person, and whatever the search finds."""
        urgent = None if payload else find_urgent(text, self._urgent)
        if urgent is not None:
            return [reply(urgent.text, "redirect", about=urgent.kind)]
        if engine is None or payload or "人工" in text:
            if (payload and text == HAND_OFF["payload"]) or "人工" in text:
                return [reply("现在没法自动转接，请直接拨打12345，说明要办的事，会有人帮您。", "handoff", buttons=[])]
            return [reply(DEGRADED, "reject", buttons=[HAND_OFF], decision="reject")]
        request = SearchRequest(text=text, region=region, context=Context(item=live.item))
        return replies_for(await asyncio.to_thread(engine.search, request), korean=is_korean(text))

    def _remember(self, live: _Live, replies: list[Reply]) -> None:
        """What the next message may refer to."""
        if not replies:
            return
        asked = [given.custom.get("slot") for given in replies if given.custom.get("type") == "ask"]
        live.asked = asked[-1] if asked else None
        open_choices = [given.custom for given in replies if given.custom.get("slot") == "situation"]
        if open_choices and "choice" in open_choices[-1]:
            live.choice = (str(open_choices[-1]["item"]), str(open_choices[-1]["choice"]))
        elif any(given.custom.get("type") not in ("reject", "ask", "redirect") for given in replies):
            live.choice = None  # something else was answered; what could not be read leaves the question open
        live.alternatives = any(given.custom.get("type") == "clarify" for given in replies)
        offered = [button.payload for given in replies for button in given.buttons]
        # Buttons further up the screen stay good, as far as anybody scrolls.
        live.payloads = tuple(dict.fromkeys([*live.payloads, *offered]))[-_PAYLOADS_KEPT:]
        for given in replies:
            talk = given.custom.get("small_talk")
            if talk == "restart_topic" or (talk is None and given.custom.get("type") in ("answer", "link")):
                live.item = given.custom.get("item")

    async def close_idle(self, minutes: int) -> None:
        """Close conversations without a message for so long, and forget their numbers."""
        closed = await asyncio.to_thread(self._store.close_idle, self._now() - timedelta(minutes=minutes))
        for identifier in closed:
            self._vault.forget(identifier)
            self._live.pop(identifier, None)


def _as_reply(message: Message) -> Reply:
    custom: dict[str, Any] = dict(message.custom)
    return reply(message.text, custom.pop("type", "answer"), buttons=message.buttons, **custom)
