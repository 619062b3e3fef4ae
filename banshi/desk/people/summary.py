"""What whoever takes over reads first: what was asked of the bot, what it answered, what it could not."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from banshi.desk.live import Live
from banshi.store.conversations import Message

_TOLD = frozenset({"answer", "link", "window", "status"})
_SHOWN = 12


@dataclass(frozen=True)
class Answered:
    """A question that the bot answered.

    Attributes:
        item: id of the guide, None where another source answered.
        title: of the guide or the first source.
    """

    question: str
    item: str | None
    title: str | None


@dataclass(frozen=True)
class Summary:
    """The talk with the bot.

    Attributes:
        asked: the citizen's questions, oldest first, each once; the newest twelve.
        answered: those with an answer.
        unsolved: those without one.
        turns: the citizen's messages.
    """

    asked: list[str]
    answered: list[Answered]
    unsolved: list[str]
    turns: int


def summary_of(messages: Iterable[Message], name_of: Callable[[str], str | None]) -> Summary:
    """Sum up a conversation.

    Args:
        messages: all of it, oldest first.
        name_of: item → its name, None when there is no such item.
    """
    history = list(messages)
    replies: dict[int, list[Message]] = {}
    titles: dict[str, str] = {}
    for message in history:
        titles.update((button["payload"], button["title"]) for button in message.buttons)
        if message.sender == "bot" and message.answers is not None:
            replies.setdefault(message.answers, []).append(message)
    asked: dict[str, Answered | None] = {}
    open_question: str | None = None
    citizens = [message for message in history if message.sender == "citizen"]
    for message in citizens:
        pressed = message.text.startswith("/")
        # A choice among alternatives goes on with the question that they were offered for.
        question = open_question if pressed and open_question is not None else titles.get(message.text, message.text)
        open_question = None
        customs = [reply.custom for reply in replies.get(message.id, ()) if not reply.custom.get("small_talk")]
        kinds = {custom.get("type") for custom in customs}
        if not kinds or kinds <= {"handoff", "rating", "ask", "checking"}:
            continue
        told = next((custom for custom in customs if custom.get("type") in _TOLD), None)
        asked.pop(question, None)
        asked[question] = None if told is None else _answered(question, told, name_of)
        open_question = question if "clarify" in kinds and told is None else None
    newest = list(asked.items())[-_SHOWN:]
    return Summary(
        asked=[question for question, _ in newest],
        answered=[answer for _, answer in newest if answer is not None],
        unsolved=[question for question, answer in newest if answer is None],
        turns=len(citizens),
    )


def spoken_of(messages: Iterable[Message]) -> Live:
    """The conversation as the bot follows it: item and element that are talked about."""
    live = Live()
    live.rebuild(messages, 0)
    return live


def _answered(question: str, custom: dict[str, object], name_of: Callable[[str], str | None]) -> Answered:
    item, sources = custom.get("item"), custom.get("sources")
    identifier = item if isinstance(item, str) else None
    title = name_of(identifier) if identifier is not None else None
    if title is None and isinstance(sources, list) and sources and isinstance(sources[0], dict):
        title = str(sources[0].get("title") or "") or None
    return Answered(question, identifier, title)
