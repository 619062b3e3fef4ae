"""The gateway: owns conversations, keeps personal numbers to itself, and always has something to say."""

from __future__ import annotations

import asyncio
import hashlib
import logging
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from banshi.desk.answering import Answering
from banshi.desk.crossing.crossing import Crossing
from banshi.desk.dialogue import RasaDialogue
from banshi.desk.events import Events
from banshi.desk.live import Live, as_reply
from banshi.desk.notices import NoticeBoard
from banshi.desk.people.holding import Holding
from banshi.desk.people.queue import Queue, hand_off_of, hand_off_reply
from banshi.desk.replies import Reply, reply
from banshi.desk.status import StatusDesk
from banshi.desk.tickets.tickets import Tickets
from banshi.desk.unhappy.rating import RATED
from banshi.desk.unhappy.stuck import with_ways_on
from banshi.desk.unhappy.work_items import WorkItems
from banshi.desk.vault import Vault
from banshi.editing.question_recorder import QuestionRecorder
from banshi.knowledge.urgent import Urgent
from banshi.search.engine import Engine
from banshi.store.conversations import Conversation, ConversationStore, HandOff, Message, State
from banshi.store.ratings import Rating
from banshi.store.validations import Held
from banshi.text.normalise import clean
from banshi.text.numbers import TOKEN, Found, mask

log = logging.getLogger(__name__)

_IDENTIFIER = re.compile(r"c-[0-9a-f]{32}")
_CLAIM = timedelta(seconds=10)
"""A turn of another process that takes longer counts as killed; its message can then be answered by this one."""
_LOOK_AGAIN = 0.1
_GUESSED_BY_NOBODY = 22
"""From this length on (128 bits in base 64) the id of a first message leads back to the conversation that it began."""
_READABLE = timedelta(hours=24)
"""A closed conversation can be read, and rated, for so long after its last message."""
_SHOWN = 500
_GONE_QUIET = "很久没有收到您的消息，这次会话先结束了，没办完的事可以重新问我，也可以再转人工；着急请拨打12345。"


@dataclass(frozen=True)
class Turn:
    """A conversation as it is after a message, or when it was looked at.

    Attributes:
        replies: to the message.
        messages: from the message on, or those asked for.
    """

    conversation: str
    state: State
    replies: list[Reply]
    messages: list[Message]
    last: int


class Gateway:
    """One message in, replies out.

    Args:
        engine: gives the engine in use; searched directly when Rasa gives no answer.
        dialogue: the way to Rasa; None answers everything from the search.
        store: conversations and messages.
        vault: personal numbers.
        urgent: emergencies, recognised even where there is neither Rasa nor an index.
        now: the clock, time zone included.
        events: who is told of new messages; made anew when None.
        recorder: keeps questions that are answered here, and ratings, for editors; None keeps none.
        queue: tells who asks for a person how long it takes; None tells nothing of it.
        status: looks applications up where Rasa does not; None looks nothing up.
        notices: tells where the bot is switched off; None never does.
        work_items: takes 差评 and 办不成事; None keeps ratings alone.
        tickets: takes messages that citizens leave; None takes none.
        holding: keeps answers back until an operator has seen them, where that is wanted; None never does.
        crossing: answers what is done across two places; None leaves that to the search.
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
        events: Events | None = None,
        recorder: QuestionRecorder | None = None,
        queue: Queue | None = None,
        status: StatusDesk | None = None,
        notices: NoticeBoard | None = None,
        work_items: WorkItems | None = None,
        tickets: Tickets | None = None,
        holding: Holding | None = None,
        crossing: Crossing | None = None,
    ) -> None:
        self._engine, self._store, self._vault, self._now = engine, store, vault, now
        self._recorder, self._queue, self._work_items, self._holding = recorder, queue, work_items, holding
        self._answering = Answering(
            engine=engine,
            dialogue=dialogue,
            store=store,
            urgent=urgent,
            now=now,
            recorder=recorder,
            status=status,
            notices=notices,
            work_items=work_items,
            tickets=tickets,
            crossing=crossing,
        )
        self._live: dict[str, Live] = {}
        self.events = events or Events(store.several)

    async def handle(
        self,
        conversation: str | None,
        text: str,
        *,
        region: str | None = None,
        client_id: str | None = None,
        channel: str | None = None,
        elder: bool | None = None,
    ) -> Turn:
        """Answer one message.

        Args:
            conversation: id from before; None or one that is unknown, closed or forged begins a new conversation.
            text: what the citizen wrote, or the payload of a button that was offered.
            region: the citizen's region as the app knows it.
            client_id: the sender's id of the message; the same one again is told the replies of the first time.
            channel: app, web or hotline; kept of a conversation that this begins.
            elder: whether the citizen's page is in 长辈版; kept of the conversation.
        """
        if conversation is not None and _IDENTIFIER.fullmatch(conversation):
            turn = await self._go_on(conversation, text, region, client_id, elder)
            if turn is not None:
                return turn
        return await self._begin(text, region, client_id, channel, elder)

    async def _begin(
        self, text: str, region: str | None, client_id: str | None, channel: str | None, elder: bool | None, *, again: bool = False
    ) -> Turn:
        now = self._now()
        identifier, live = f"c-{secrets.token_hex(16)}", Live(touched=now)
        shown, found = mask(clean(text))
        begun_by = None
        if client_id is not None and len(client_id) >= _GUESSED_BY_NOBODY and not again:
            begun_by = hashlib.sha256(f"{client_id}\0{TOKEN.sub('', shown)}".encode(errors="replace")).hexdigest()
        async with live.lock:
            first = Message("citizen", shown, now, client_id=client_id)
            owner, number = await asyncio.to_thread(
                self._store.begin,
                identifier,
                first,
                region=region,
                begun_by=begun_by,
                now=now,
                claim=_CLAIM,
                channel=channel,
                elder=elder,
            )
            if owner == identifier:
                live.seen, self._live[identifier] = number, live
                await asyncio.to_thread(self._vault.keep, identifier, found)
                return await self._answered(identifier, live, number, shown, shown, payload=False, state="bot", region=region)
        # Sent before: the response was lost, and with it the name of the conversation.
        told = await self._go_on(owner, text, region, client_id, elder)
        return told or await self._begin(text, region, client_id, channel, elder, again=True)

    async def _go_on(self, identifier: str, text: str, region: str | None, client_id: str | None, elder: bool | None) -> Turn | None:
        """The turn of a conversation that there is; None when there is none, or it is over."""
        standing = await self.standing(identifier)
        if standing is None:
            return None
        live = self._live.setdefault(identifier, Live())
        async with live.lock:  # one message in flight: Rasa would make the second wait for a second
            while True:
                standing = await asyncio.to_thread(self._store.get, identifier)
                if standing is None:
                    return None
                if live.seen != standing.last_message:  # new here, or another process went on with it
                    live.rebuild(await asyncio.to_thread(self._store.messages, identifier), standing.last_message)
                now = live.touched = self._now()
                payload = text.startswith("/") and text in live.payloads
                shown, found = (text, []) if payload else self._masked(live, text)
                wanted = Message("citizen", shown, now, client_id=client_id)
                begin = partial(self._store.begin_turn, identifier, wanted, seen=live.seen, now=now, claim=_CLAIM, elder=elder)
                start = await asyncio.to_thread(begin)
                if start.outcome == "answered":
                    return await self._told(identifier, start.message)
                if start.outcome == "closed":
                    return None
                if start.outcome == "begun":
                    break
                if start.outcome == "busy":
                    await asyncio.sleep(_LOOK_AGAIN)
            await asyncio.to_thread(self._vault.keep, identifier, found)
            # Words that mean an option of the open question are sent on as that option, and kept as they were said.
            option = None if payload else self._answering.option(live, text)
            return await self._answered(
                identifier,
                live,
                start.message,
                shown,
                option or shown,
                payload=payload or option is not None,
                state=standing.state,
                region=region or standing.region,
            )

    def _masked(self, live: Live, text: str) -> tuple[str, list[Found]]:
        return mask(clean(text), second_factor_expected=live.asked == "second_factor")

    async def _answered(
        self, identifier: str, live: Live, number: int, shown: str, meant: str, *, payload: bool, state: State, region: str | None
    ) -> Turn:
        """The rest of a turn that has begun: make the replies, store them, tell who listens."""
        self.events.wake(identifier)
        try:
            replies = await self._answering.replies(identifier, number, live, meant, payload=payload, state=state, region=region)
            replies = [await self._with_rating(identifier, one) for one in replies]
            if self._work_items is not None and state == "bot":
                replies = with_ways_on(live.past, shown, replies)
            hand_off = None
            if any(given.custom.get("type") == "handoff" for given in replies):
                hand_off = hand_off_of(live, None if payload else shown, self._engine())
                replies = [await self._with_place(identifier, given, region, hand_off) for given in replies]
        except BaseException:
            await asyncio.to_thread(self._store.release, identifier)
            raise
        cancelled = any(given.custom.get("about") == "hand_off_cancelled" for given in replies)
        to: State | None = "waiting" if hand_off is not None else "bot" if cancelled else None
        said_region = next((given.custom["set_region"] for given in reversed(replies) if given.custom.get("set_region")), None)
        held: list[Held] = []
        if self._holding is not None and state != "human":
            question = live.words if shown.startswith("/") else shown
            replies, held = await asyncio.to_thread(self._holding.hold, question, replies, said_region or region)
        now = self._now()
        stored = [Message("bot", r.text, now, [b.model_dump() for b in r.buttons], r.custom) for r in replies]
        after = await asyncio.to_thread(
            self._store.finish_turn,
            identifier,
            number,
            stored,
            before=state,
            to=to,
            region=said_region or region,
            now=now,
            keep_region=said_region is None,
            hand_off=hand_off,
            held=held,
        )
        self.events.wake(identifier)
        if after is None:
            live.seen = -1
            return await self._told(identifier, number)
        if after.state == "human":
            replies = []  # a person took over while the bot was thinking
        live.after_turn(shown, replies)
        live.seen = after.last_message
        if after.state == "closed":  # the citizen left meanwhile
            self.forget(identifier)
        messages = await asyncio.to_thread(self._store.messages, identifier, after=number - 1)
        if any(one.answers is not None and one.answers < number for one in messages):
            live.seen = -1  # an answer to an earlier message came while this one was answered
        return Turn(identifier, after.state, replies, messages, messages[-1].id)

    async def _with_place(self, identifier: str, given: Reply, region: str | None, hand_off: HandOff) -> Reply:
        """The same words whoever made the reply: only here it is known how many wait and who is there."""
        if self._queue is None or given.custom.get("type") != "handoff":
            return given
        prospect = await asyncio.to_thread(self._queue.prospect, identifier, region, hand_off.department, hand_off.language)
        return hand_off_reply(prospect)

    async def _told(self, identifier: str, number: int) -> Turn:
        """A turn that is over, as it was stored."""
        standing = await asyncio.to_thread(self._store.get, identifier)
        messages = await asyncio.to_thread(self._store.messages, identifier, after=number - 1)
        replies = [as_reply(message) for message in messages if message.answers == number]
        return Turn(identifier, standing.state if standing is not None else "closed", replies, messages, messages[-1].id)

    async def _with_rating(self, identifier: str, given: Reply) -> Reply:
        """A rating that was given in words is kept, as one from the page is."""
        level = given.custom.get("level") if given.custom.get("type") == "rating" else None
        if level is None or await self.rate(identifier, level, [], "") is not False:
            return given
        return reply(RATED, "rating", level=level)

    async def standing(self, identifier: str) -> Conversation | None:
        """A conversation that may still be read; None for an id that is malformed, unknown or long over."""
        if not _IDENTIFIER.fullmatch(identifier):
            return None
        found = await asyncio.to_thread(self._store.get, identifier)
        return None if found is None or (found.state == "closed" and found.updated_at < self._now() - _READABLE) else found

    async def messages(self, identifier: str, *, after: int = 0, first: int | None = None) -> list[Message]:
        """Messages after an id, oldest first: the first so many of them, or the newest 500."""
        newest = _SHOWN if first is None else None
        return await asyncio.to_thread(self._store.messages, identifier, after=after, first=first, newest=newest)

    async def close(self, identifier: str) -> bool:
        """End a conversation and forget its numbers; False when there is none of this id."""
        if await self.standing(identifier) is None:
            return False
        await asyncio.to_thread(self._store.move, identifier, "closed", now=self._now(), handover="left")
        self.events.wake(identifier)
        self.forget(identifier)
        return True

    async def rate(self, identifier: str, stars: int, reasons: list[str], text: str) -> bool | None:
        """Keep the citizen's rating with the versions of the last answer. False when there is one; None when there is no conversation."""
        standing = await self.standing(identifier)
        if standing is None:
            return None
        answers = [message for message in await self.messages(identifier) if message.sender == "bot"]
        versions: dict[str, Any] = next((message.custom["versions"] for message in reversed(answers) if message.custom.get("versions")), {})
        masked = [mask(clean(words))[0] for words in (text, *reasons)]
        rating = Rating(stars, masked[1:], masked[0], versions, self._now())
        if self._work_items is not None:
            kept = await asyncio.to_thread(self._work_items.rate, standing, rating)
        else:
            kept = await asyncio.to_thread(self._store.rate, identifier, rating)
        if kept and self._recorder is not None:
            self._recorder.mark_rated(identifier, stars)
        return kept

    async def close_idle(self, minutes: int) -> None:
        """Close conversations without a message for so long, and forget their numbers."""
        before = self._now() - timedelta(minutes=minutes)
        told = Message("bot", _GONE_QUIET, self._now(), custom={"type": "answer", "event": "idle"})
        closed = await asyncio.to_thread(self._store.close_idle, before, say=told)
        # Another process may have closed what was begun here.
        idle = [key for key, live in self._live.items() if live.touched and live.touched < before and not live.lock.locked()]
        for identifier in {*closed, *idle}:
            self.forget(identifier)
            self.events.wake(identifier)

    def forget(self, identifier: str) -> None:
        """Forget the numbers of a conversation that is over."""
        self._vault.forget(identifier)
        self._live.pop(identifier, None)
