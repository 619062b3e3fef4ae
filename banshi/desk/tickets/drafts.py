"""What a ticket can be filled with before anybody has typed a word: from what the citizen said, and from nothing else."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import tzinfo
from typing import Final, Literal, get_args

from banshi.desk.live import Live
from banshi.desk.tickets.complaints import is_complaint, is_report
from banshi.desk.tickets.moves import TicketError
from banshi.knowledge.library import Knowledge
from banshi.store.conversations import Message
from banshi.text.normalise import clean, has_words, normalise
from banshi.text.numbers import PHONE, TOKEN, Found, mask, without_tokens

TicketKind = Literal["咨询", "求助", "投诉", "举报", "建议"]
KINDS: Final[tuple[TicketKind, ...]] = get_args(TicketKind)
TITLE_CHARS = 40
_MOST_TOPICS = 4
_RULES: tuple[tuple[TicketKind, re.Pattern[str]], ...] = (
    ("举报", re.compile(r"举[报抱]|检举|揭发|告发|贪污|受贿|行贿|冒领|吃空饷|黑钱|索要|要红包|骗保|偷税|逃税|传销|非法集资")),
    (
        "投诉",
        re.compile(
            r"投[诉述拆素]|[头偷]诉|告状|态度(?:太|真|很|老|特别)?(?:差|恶劣|横|不好)|刁难|推诿|踢皮球|推来推去|乱收费|骂人|不作为|欺负人|差评"
        ),
    ),
    (
        "建议",
        re.compile(r"建议|提[一个点]*意见|希望(?:你们|能|可以|以后)|最好能?|应该(?:改|增|多|在|把|给)|能不能(?:多|加|增|改|设)|改进|건의"),
    ),
    (
        "求助",
        re.compile(
            r"求助|求求|帮帮|帮我(?!查|看看要)|帮忙|救救|没人管|不给办|办不[成下]|解决|坏了|停[水电气暖]|漏水|不热|不亮|堵[了塞]|修一?修|欠.{0,4}工资|도와"
        ),
    ),
    ("咨询", re.compile(r"怎么|怎样|咋|哪|谁|多少|多久|几[个天号点]|啥|什么|如何|能不能|行不|[吗呢?？]|咨询|问问|请问|[^ ]까")),
)
"""Tried in this order: what accuses goes before what asks, since most complaints also ask something."""
_SECRET = re.compile(r"保密|匿名|别说(?:是)?[我俺]|(?:别|不要|不能|不想)(?:让|叫).{0,8}知道|不(?:要|能)(?:透露|泄露|公开)")
_PHONE_TOKEN = re.compile(rf"〈{PHONE}:[0-9a-f]{{8}}〉")


@dataclass(frozen=True)
class Fields:
    """What people fill in; see `Ticket`."""

    kind: TicketKind
    title: str
    description: str
    topics: tuple[str, ...] = ()
    region: str | None = None
    address: str = ""
    person: str = ""
    contact: str = ""
    confidential: bool = False
    urgency: Literal["一般", "紧急", "特急"] = "一般"
    department: str | None = None


@dataclass(frozen=True)
class Draft:
    """What the form begins with.

    Attributes:
        kind: 诉求类型.
        why: the citizen's words that decided the kind; None when none did.
        topics: 分类, from the widest to the narrowest.
        department: of the guide that was talked about; None when there is none: it is never guessed.
        contact: the phone number's token, "" when the citizen gave none.
        confidential: the citizen asked for it.
    """

    kind: TicketKind
    why: str | None
    title: str
    description: str
    topics: tuple[str, ...]
    department: str | None
    region: str | None
    contact: str
    confidential: bool


def classify(text: str) -> tuple[TicketKind, str] | None:
    """The kind of a citizen's words, and which of them decided it; None when none of the rules fits."""
    plain = normalise(without_tokens(text))
    if is_complaint(text):
        return ("举报" if is_report(text) or _RULES[0][1].search(plain) else "投诉"), title_of(text)
    return next(((kind, found[0]) for kind, rule in _RULES if (found := rule.search(plain))), None)


def asks_secrecy(text: str) -> bool:
    """Whether the citizen wants their name kept."""
    plain = normalise(text)
    return bool(_SECRET.search(plain)) and not re.search(r"(?:不用|不需要|无需)保密|保密[吗不嘛]", plain)


def title_of(text: str) -> str:
    """A title out of a citizen's own words: their beginning."""
    first = re.split(r"[。！!？?\n；;]", without_tokens(text).strip(), maxsplit=1)[0].strip() or without_tokens(text).strip()
    return first if len(first) <= TITLE_CHARS else first[: TITLE_CHARS - 1] + "…"


def phone_in(text: str) -> str:
    """The token of the last phone number in a text, "" when there is none."""
    tokens = _PHONE_TOKEN.findall(text)
    return tokens[-1] if tokens else ""


def placed(knowledge: Knowledge | None, item: str | None, region: str | None) -> tuple[tuple[str, ...], str | None]:
    """Topics and department of an item as it is in a region; nothing when there is no guide of it."""
    if knowledge is None or item is None or item not in knowledge.guides:
        return (), None
    guide = knowledge.guide_at(item, region).guide
    return (guide.domain, guide.task_name)[:_MOST_TOPICS], guide.dept_name


def draft_of(messages: Sequence[Message], knowledge: Knowledge | None, region: str | None, zone: tzinfo | None) -> Draft:
    """The draft of a conversation.

    Args:
        messages: all of it, oldest first.
        knowledge: in use.
        region: the citizen's.
        zone: in which people read times.
    """
    live = Live()
    live.rebuild(messages, 0)
    said = [message for message in messages if message.sender == "citizen" and _tells(message.text)]
    found = [(message, classify(message.text)) for message in said]
    decided = [(message, kind) for message, kind in found if kind is not None]
    # What accuses decides over what asks, wherever it was said.
    ranked = sorted(decided, key=lambda pair: [kind for kind, _ in _RULES].index(pair[1][0]))
    deciding = ranked[0][0] if ranked else said[0] if said else None
    kind, why = ranked[0][1] if ranked else (KINDS[0], None)
    topics, department = placed(knowledge, live.item, region)
    return Draft(
        kind=kind,
        why=why,
        title=title_of(deciding.text) if deciding is not None else "",
        description="\n".join(f"{_time(message, zone)} {message.text}" for message in said),
        topics=topics,
        department=department,
        region=region,
        contact=next((token for message in reversed(said) if (token := phone_in(message.text))), ""),
        confidential=any(asks_secrecy(message.text) for message in said),
    )


def _tells(text: str) -> bool:
    """Whether somebody said it, and it says something: no button, no emoji."""
    return not text.startswith("/") and has_words(TOKEN.sub("号", text))


def _time(message: Message, zone: tzinfo | None) -> str:
    at = message.created_at.astimezone(zone)
    return f"{at.month}月{at.day}日{at:%H:%M}"


def message_fields(
    text: str,
    history: Sequence[Message],
    knowledge: Knowledge | None,
    region: str | None,
    *,
    kind: TicketKind | None,
    confidential: bool,
) -> Fields:
    """A message that a citizen leaves, as a ticket's fields.

    Args:
        text: the message; what they said just before belongs to it when that was a complaint.
        history: the conversation so far, oldest first.
        knowledge: in use.
        region: the citizen's.
        kind: as they chose it; None decides it by their words.
        confidential: as they chose it; their words may ask for it as well.
    """
    live = Live()
    live.rebuild(history, 0)
    before = live.words if is_complaint(live.words) and live.words not in text else ""
    said = f"{before}\n{text}" if before else text
    topics, department = placed(knowledge, live.item, region)
    decided = classify(text) or classify(before)
    return Fields(
        kind=kind or (decided[0] if decided else "求助"),
        title=title_of(text),
        description=said,
        topics=topics,
        region=region,
        contact=phone_in(said),
        confidential=confidential or asks_secrecy(said),
        department=department,
    )


def masked_fields(fields: Fields) -> tuple[Fields, list[Found]]:
    """The fields without personal numbers, and what was taken out."""
    if not has_words(TOKEN.sub("", fields.title)) or not has_words(TOKEN.sub("", fields.description)):
        raise TicketError("请写清标题和要办的事。")
    found: list[Found] = []

    def masked(text: str) -> str:
        kept, numbers = mask("\n".join(clean(line, 10_000) for line in text.splitlines()))
        found.extend(numbers)
        return kept.strip()

    texts = {name: masked(getattr(fields, name)) for name in ("title", "description", "address", "person", "contact")}
    topics = tuple(masked(topic) for topic in fields.topics if topic.strip())
    return replace(fields, **texts, topics=topics, department=masked(fields.department or "") or None), found  # type: ignore[arg-type]
