"""What is said to a message: by whoever is asked to say it, and in which order they are asked."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable
from datetime import datetime
from functools import partial

from banshi.connect.resilience.waiting import waited
from banshi.desk.actions_asked import act_asked
from banshi.desk.crossing.crossing import Crossing
from banshi.desk.dialogue import DialogueBusyError, DialogueUnavailableError, RasaDialogue
from banshi.desk.direct import answer_directly, at_once, degraded, picked_from
from banshi.desk.live import TURNS_A_TRACKER, Live
from banshi.desk.metrics import RASA
from banshi.desk.notices import NoticeBoard, off_reply
from banshi.desk.replies import Reply, reply
from banshi.desk.sheets import sheet_reply
from banshi.desk.situations import option_named
from banshi.desk.status import StatusDesk
from banshi.desk.tickets.complaints import COMPLAIN, is_complaint
from banshi.desk.tickets.leave_message import SLOT, take_message
from banshi.desk.tickets.tickets import Tickets
from banshi.desk.unhappy.stuck import CANNOT
from banshi.desk.unhappy.work_items import WorkItems
from banshi.editing.question_recorder import QuestionRecorder
from banshi.knowledge.urgent import Urgent, find_urgent
from banshi.search.engine import Engine
from banshi.search.result import SearchResult
from banshi.store.conversations import ConversationStore, State
from banshi.text.normalise import normalise

log = logging.getLogger(__name__)

_CANNOT = re.compile(r"\W*(我?要|我?想)?(反映|登记)?\W*办不成事\W*(反映|登记)?\W*")
_PATIENCE = 0.25
"""Seconds a message waits for Rasa while others are before it; then the search answers, if it is certain, and else it waits on."""
_TURN = 5.6
"""Seconds after which a citizen is told that it did not work, whoever is still being waited for: Rasa and one outside system may each use
up its own time."""
_NO_PERSON = re.compile(r"\W*(不用|不要|不|取消|别)(转人工|找人工|人工|转接|等|转|排队)(服务)?(了|吧)?\W*")


class Answering:
    """Asks, in this order: a message that is being left, the switch, 办不成事, what needs no understanding, 跨省通办, stored questions,
    Rasa, the search.

    Takes what `banshi.desk.gateway.Gateway` takes, and stores no message.
    """

    def __init__(
        self,
        *,
        engine: Callable[[], Engine | None],
        dialogue: RasaDialogue | None,
        store: ConversationStore,
        urgent: tuple[Urgent, ...],
        now: Callable[[], datetime],
        recorder: QuestionRecorder | None,
        status: StatusDesk | None,
        notices: NoticeBoard | None,
        work_items: WorkItems | None,
        tickets: Tickets | None,
        crossing: Crossing | None = None,
    ) -> None:
        self._engine, self._dialogue, self._store, self._urgent, self._now = engine, dialogue, store, urgent, now
        self._recorder, self._status, self._notices = recorder, status, notices
        self._work_items, self._tickets, self._crossing = work_items, tickets, crossing

    def option(self, live: Live, text: str) -> str | None:
        """The payload of the option that words or a number mean, while a situation question is open."""
        engine = self._engine()
        if engine is None or live.choice is None or live.asked == SLOT:
            return None
        item, choice_id = live.choice
        guide = engine.knowledge.guides.get(item)
        choice = next((choice for choice in guide.choices if choice.id == choice_id), None) if guide is not None else None
        option = option_named(choice, normalise(text)) if choice is not None else None
        return f'/choose_option{{"option": "{option}"}}' if option is not None else None

    async def replies(
        self, identifier: str, number: int, live: Live, text: str, *, payload: bool, state: State, region: str | None
    ) -> list[Reply]:
        """The replies to a message, within `_TURN` seconds; none while a person has the conversation.

        Args:
            identifier: the conversation.
            number: id of the message.
            live: the conversation so far.
            text: the masked message, or a payload.
            payload: whether it is one.
            state: of the conversation when the turn began.
            region: the citizen's.
        """
        if state == "human":
            return []
        try:
            async with asyncio.timeout(_TURN):
                return await self._replies(identifier, number, live, text, payload=payload, state=state, region=region)
        except TimeoutError:
            log.error("A turn of %s took longer than %g seconds.", identifier, _TURN)
            return [degraded()]

    async def _replies(
        self, identifier: str, number: int, live: Live, text: str, *, payload: bool, state: State, region: str | None
    ) -> list[Reply]:
        if state == "waiting" and not payload and _NO_PERSON.fullmatch(text):
            return [reply("好的，不转人工了。有什么要问的，接着问我就行。", "answer", small_talk="cancel", about="hand_off_cancelled")]
        if self._tickets is not None and (payload or live.asked == SLOT):
            taken = await asyncio.to_thread(
                take_message, self._tickets, self._urgent, live, identifier, text, payload=payload, message=number
            )
            if taken is not None:
                return taken
        off = await asyncio.to_thread(self._notices.switched_off, region) if self._notices is not None else None
        if off is not None:  # whatever the engine would say is not wanted, and Rasa is not asked
            said = off_reply(off)
            return await answer_directly(None, self._urgent, live, text, payload=payload, region=region, now=self._now(), otherwise=said)
        if self._work_items is not None and (text == CANNOT["payload"] if payload else _CANNOT.fullmatch(normalise(text))):
            standing = await asyncio.to_thread(self._store.get, identifier)
            if standing is not None:
                return [await asyncio.to_thread(self._work_items.cannot, standing)]
        if not payload:
            handled = at_once(live, text)
            if handled is not None:
                return [handled]
            # Said to Rasa as what it is, so that a form it may be in ends there too.
            if is_complaint(text) and find_urgent(text, self._urgent) is None:
                text, payload = COMPLAIN, True
        engine, vector = self._engine(), None
        if (
            self._crossing is not None
            and engine is not None
            and (payload or live.asked is None)
            and find_urgent(text, self._urgent) is None
        ):
            take = partial(self._crossing.take, engine, text, payload=payload, region=region, live=live)
            if (across := await waited(take)) is not None:
                across.custom["alone"] = True  # Rasa's tracker lacks this turn
                return [across]
        if not payload and find_urgent(text, self._urgent) is None:
            lead = await asyncio.to_thread(sheet_reply, engine, live, text, region)
            if lead is not None:
                return [lead]

        def heard(answering: Engine, result: SearchResult) -> None:
            if self._recorder is not None:
                self._recorder.record(answering, text, result, None, identifier, region, self._now())

        status = partial(self._status.tell, identifier) if self._status is not None else None
        directly = partial(
            answer_directly, engine, self._urgent, live, text, payload=payload, region=region, now=self._now(), status=status, heard=heard
        )
        if await asyncio.to_thread(self._is_stored, engine, live, text, payload=payload):
            # What kind of turn it is has been said by whoever stored it; Rasa would only guess, and guesses wrong for one in five.
            told = await directly(stored=True)
            told[-1].custom["alone"] = True
            return told
        # Of what was offered without Rasa is chosen without it; anything else that is said is Rasa's again.
        alone = live.alone and (live.asked is not None or payload or picked_from(live, text) is not None)
        if self._dialogue is not None and not alone:
            if engine is not None and not payload:
                vector = await asyncio.to_thread(engine.encode, text)
            tracker = f"{identifier}-{live.turns // TURNS_A_TRACKER}"
            carried = live.item if live.turns % TURNS_A_TRACKER == 0 else None
            say = partial(self._dialogue.say, tracker, text, payload=payload, vector=vector, region=region, item=carried)
            try:
                if payload or live.asked is not None or engine is None:
                    return await self._counted(say())
                try:
                    return await self._counted(say(patience=_PATIENCE))
                except DialogueBusyError:
                    told = await directly(certain=True)
                    if not told:
                        return await self._counted(say())
                    told[-1].custom["alone"] = True  # Rasa's tracker lacks this turn: it goes on from what is carried along
                    return told
            except DialogueUnavailableError as error:
                log.error("%s Answering from the search.", error)
        told = await directly()
        if alone and live.asked is None and told:
            told[-1].custom["alone"] = True
        return told

    async def _counted(self, turn: Awaitable[list[Reply]]) -> list[Reply]:
        """A turn of Rasa, counted by what became of it."""
        try:
            replies = await turn
        except DialogueUnavailableError as error:
            RASA.labels("busy" if isinstance(error, DialogueBusyError) else "unavailable").inc()
            raise
        RASA.labels("ok").inc()
        return replies

    def _is_stored(self, engine: Engine | None, live: Live, text: str, *, payload: bool) -> bool:
        """Whether a message is a stored question and nothing else: no form is open, and nothing is to be done but answering."""
        idle = not payload and engine is not None and live.asked is None and live.choice is None
        return idle and engine is not None and engine.stored.holds(text) and act_asked(text, self._urgent) is None
