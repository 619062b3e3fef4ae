"""What a running conversation needs between turns. All of it follows from the stored messages, so that any process can go on with it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from banshi.desk.replies import Reply, reply
from banshi.desk.unhappy.stuck import REMEMBERED, Past, past_of
from banshi.store.conversations import Message
from banshi.text.numbers import APPLICATION, TOKEN

TURNS_A_TRACKER = 50
"""Rasa's turns grow with its tracker: after so many a new one is begun, between two subjects."""
_PAYLOADS_KEPT = 60


@dataclass
class Live:
    """The running conversation.

    Attributes:
        lock: one message in flight.
        seen: id of the newest message that this follows from; -1 before anything was read.
        touched: when it was last used.
        turns: turns so far, as Rasa's trackers count them.
        asked: slot that a form asks for.
        payloads: of the buttons that were offered.
        alternatives: payloads of the last reply's alternatives, in their order.
        item, element: what is talked about.
        choice: item and choice of the situation question that is open; `answers` are those given to it so far.
        words: the citizen's last words.
        past: the last turns in short, by which it is seen who gets nowhere.
        number: token of the application number, while the second factor is asked for.
        alone: what is asked, or what was offered to choose from, came without Rasa.
    """

    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    seen: int = -1
    touched: datetime | None = None
    turns: int = 0
    asked: str | None = None
    payloads: tuple[str, ...] = ()
    alternatives: tuple[str, ...] = ()
    item: str | None = None
    element: str | None = None
    choice: tuple[str, str] | None = None
    answers: dict[str, str] = field(default_factory=dict)
    words: str = ""
    past: tuple[Past, ...] = ()
    number: str | None = None
    alone: bool = False

    def rebuild(self, history: Iterable[Message], seen: int) -> None:
        """Follow from these messages and nothing else."""
        fresh = Live()
        told: dict[int, list[Message]] = {}
        asked = []
        for message in history:
            if message.sender == "bot" and message.answers is not None:
                told.setdefault(message.answers, []).append(message)
            elif (message.sender == "citizen" and message.answered_at is not None) or message.custom.get("event") == "returned":
                asked.append(message)
        for message in asked:
            if message.sender == "citizen":
                fresh.after_turn(message.text, [as_reply(one) for one in told.get(message.id, ())])
            else:
                fresh._begin_anew()
        followed = (
            "turns",
            "asked",
            "payloads",
            "alternatives",
            "item",
            "element",
            "choice",
            "answers",
            "words",
            "past",
            "number",
            "alone",
        )
        for name in followed:
            setattr(self, name, getattr(fresh, name))
        self.seen = seen

    def after_turn(self, text: str, replies: list[Reply]) -> None:
        """Take in a turn: what was said, and what it was met with."""
        if text.strip() and not text.startswith("/"):
            self.words = text
        self.past = (*self.past, past_of(text, replies))[-REMEMBERED:]
        if replies:
            self._remember(replies)
        numbers = [match[0] for match in TOKEN.finditer(text) if match[1] == APPLICATION]
        self.number = (numbers[-1] if numbers else self.number) if self.asked == "second_factor" else None
        served_alone = any(given.custom.get("alone") for given in replies)
        self.alone = served_alone and (self.asked is not None or bool(self.alternatives))
        # A form that is asking keeps its tracker until it is done.
        self.turns += 1 if self.asked is None or (self.turns + 1) % TURNS_A_TRACKER else 0
        if served_alone:  # Rasa may hold a form that was gone through without it
            self.turns += -self.turns % TURNS_A_TRACKER

    def _begin_anew(self) -> None:
        """A person talked to the citizen and has left: a form or a question from before is over, the matter and the words stay."""
        self.turns += -self.turns % TURNS_A_TRACKER
        self.asked = self.choice = self.number = None
        self.alternatives, self.answers, self.past, self.alone = (), {}, (), False

    def _remember(self, replies: list[Reply]) -> None:
        """What the next message may refer to."""
        asked = [given.custom.get("slot") for given in replies if given.custom.get("type") == "ask"]
        self.asked = asked[-1] if asked else None
        open_choices = [given.custom for given in replies if given.custom.get("slot") == "situation"]
        if open_choices and "choice" in open_choices[-1]:
            self.choice = (str(open_choices[-1]["item"]), str(open_choices[-1]["choice"]))
            self.answers = dict(open_choices[-1].get("answers") or {})
        elif any(given.custom.get("type") not in ("reject", "ask", "redirect") for given in replies):
            self.choice = None  # something else was answered; what could not be read leaves the question open
        clarified = [given for given in replies if given.custom.get("type") == "clarify"]
        self.alternatives = tuple(button.payload for button in clarified[-1].buttons) if clarified else ()
        offered = [button.payload for given in replies for button in given.buttons]
        # Buttons further up the screen stay good, as far as anybody scrolls.
        self.payloads = tuple(dict.fromkeys([*self.payloads, *offered]))[-_PAYLOADS_KEPT:]
        for given in replies:
            talk = given.custom.get("small_talk")
            if talk == "restart_topic" or (talk is None and given.custom.get("type") in ("answer", "link")):
                self.item = given.custom.get("item")
            self.element = given.custom.get("element") or self.element


def as_reply(message: Message) -> Reply:
    """A stored message as the reply it was."""
    custom = dict(message.custom)
    return reply(message.text, custom.pop("type", "answer"), buttons=message.buttons, **custom)
