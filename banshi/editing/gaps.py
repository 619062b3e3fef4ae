"""Knowledge gaps: what people asked in vain, grouped by what they asked, until an editor writes the answer or closes the gap.

A gap keeps its id, its department and its opening time while it grows. Matters without a guide are one gap each; talk is none.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import numpy as np
import sqlalchemy as sa

from banshi.editing.errors import EditingError
from banshi.editing.grouping import centred, group, medoid
from banshi.editing.surroundings import Surroundings, is_seen, look_around
from banshi.search.engine import Engine
from banshi.search.fusion import Floats
from banshi.store.conversations import messages
from banshi.store.gaps import Gap, GapRepository
from banshi.store.questions import Asked, QuestionLog
from banshi.store.transactions import read, write
from banshi.text.normalise import normalise
from banshi.text.numbers import without_tokens

BADLY_RATED = 2
"""A rating up to this is a complaint about the answer."""
REOPENING = 5
"""So many new people open a closed gap again."""
MOST_NEW = 500
"""New gaps of one refresh, those of the most people; more nobody reads, and the others are still there the next time."""
_VOICES = 3
"""Wordings by which it is judged what a group is."""
_MOST_LOOKS = 1000
"""New wordings judged in one refresh, some milliseconds each; what comes after waits for the next."""
_BATCH = 256


@dataclass
class Wording:
    """One wording, however often it was asked."""

    text: str
    questions: list[Asked] = field(default_factory=list)


@dataclass(frozen=True)
class Change:
    """What a refresh makes of one gap.

    Attributes:
        gap: None for a new one.
        questions: ids to add.
        reopen: it was closed, and enough new people asked.
    """

    gap: int | None
    title: str
    department: str | None
    questions: tuple[int, ...]
    reopen: bool = False


@dataclass(frozen=True)
class Refreshed:
    """What came of a refresh: gaps opened, grown and opened again, and questions that were talk or are answered by now."""

    opened: int
    grown: int
    reopened: int
    left_out: int


def refresh(database: sa.Engine, engine: Engine, now: datetime, days: int = 30) -> Refreshed:
    """Group the questions of the last days that were refused, handed to a person, corrected or badly rated.

    The grouping takes seconds, so it reads first and writes in a short transaction of its own: citizens' messages are stored meanwhile.

    Args:
        database: of `open_database`.
        engine: the engine in use.
        now: aware.
        days: how far back to look.

    Raises:
        EditingError: there is no encoder, so nothing can be grouped.
    """
    with read(database) as connection:
        changes, left_out = plan(connection, engine, now, days)
    with write(database) as connection:
        return apply(connection, changes, left_out, now)


def plan(connection: sa.Connection, engine: Engine, now: datetime, days: int = 30) -> tuple[list[Change], int]:
    """What `refresh` would change, and how many questions are left out; reads only."""
    if engine.encoder is None:
        raise EditingError("文本编码器没有运行，暂时不能归并群众提问；请管理员恢复后再刷新。")
    log, repository = QuestionLog(connection), GapRepository(connection)
    asked = in_vain(connection, log.since(now - timedelta(days=days), until=now, vectors=False))
    known = repository.of_questions(question.id for question in asked)
    gaps = {gap.id: gap for gap in repository.list()}
    members = {gap.id: wordings(log.by_ids(gap.members)) for gap in gaps.values()}
    fresh = wordings(log.by_ids(question.id for question in asked if question.id not in known))
    additions: dict[int, list[Wording]] = {gap: [] for gap in gaps}
    by_text = {wording.text: gap for gap, its in members.items() for wording in its}
    unplaced = []
    for wording in fresh:
        if wording.text in by_text:
            additions[by_text[wording.text]].append(wording)
        else:
            unplaced.append(wording)
    matters = {matter.name for matter in engine.knowledge.outside.items}
    growing = [gap for gap in gaps.values() if gap.title not in matters]
    seeds = [_seed(engine, gap, members[gap.id]) for gap in growing]
    plain = vectors_of(engine, unplaced)
    vectors = centred(plain, engine.snapshot.built.elements.centre)
    new: list[tuple[list[int], Surroundings]] = []
    left_out = looks = 0
    for seed, rows in sorted(group(vectors, seeds=seeds), key=lambda one: -people(unplaced[row] for row in one[1])):
        if seed is not None:
            additions[growing[seed].id] += [unplaced[row] for row in rows]
        elif len(new) < MOST_NEW and looks < _MOST_LOOKS:
            voices = [rows[number] for number in _voices([unplaced[row] for row in rows], vectors[rows])]
            looks += sum(not is_seen(engine, unplaced[voice].text) for voice in voices)
            looked = [look_around(engine, unplaced[voice].text, plain[voice]) for voice in voices]
            around = _judge(looked, [unplaced[row] for row in rows])
            if around.kind in ("talk", "answered"):
                left_out += sum(len(unplaced[row].questions) for row in rows)
            else:
                new.append((rows, around))
    changes = [change for gap, added in additions.items() if (change := _growth(gaps[gap], members[gap], added)) is not None]
    return changes + _openings(unplaced, vectors, new, list(gaps.values()), members), left_out


def apply(connection: sa.Connection, changes: Iterable[Change], left_out: int, now: datetime) -> Refreshed:
    """Store what `plan` found; what was closed or forgotten meanwhile stays so."""
    log, repository = QuestionLog(connection), GapRepository(connection)
    counts: Counter[str] = Counter()
    for change in changes:
        still = [question.id for question in log.by_ids(change.questions, vectors=False)]
        if not still:
            continue
        if change.gap is None:
            repository.open(title=change.title, members=still, department=change.department, now=now)
            counts["opened"] += 1
            continue
        gap = repository.get(change.gap)
        if gap is None or (gap.state == "closed" and not change.reopen):
            continue
        if gap.state == "closed":
            repository.reopen(gap.id)
        repository.set_members(gap.id, [*gap.members, *still])
        counts["reopened" if change.reopen else "grown"] += 1
    return Refreshed(counts["opened"], counts["grown"], counts["reopened"], left_out)


def in_vain(connection: sa.Connection, asked: Sequence[Asked]) -> list[Asked]:
    """Questions that were refused, corrected or badly rated, or whose alternatives led the citizen to ask for a person."""
    handed = _handed_on(connection, [question for question in asked if question.decision == "clarify"])
    return [
        question
        for question in asked
        if question.decision == "reject"
        or question.corrected_by is not None
        or (question.rating is not None and question.rating <= BADLY_RATED)
        or question.id in handed
    ]


def _handed_on(connection: sa.Connection, clarified: Sequence[Asked]) -> set[int]:
    """Those after which the citizen's next message asked for a person."""
    by_conversation: dict[str, list[Asked]] = {}
    for question in clarified:
        if question.conversation is not None:
            by_conversation.setdefault(question.conversation, []).append(question)
    handed = set()
    for start in range(0, len(by_conversation), _BATCH):
        some = list(by_conversation)[start : start + _BATCH]
        wanted = (
            sa.select(messages.c.conversation, messages.c.text, messages.c.created_at)
            .where(messages.c.conversation.in_(some), messages.c.sender == "citizen")
            .order_by(messages.c.id)
        )
        said: dict[str, list[tuple[str, datetime]]] = {}
        for row in connection.execute(wanted):
            said.setdefault(row.conversation, []).append((row.text, row.created_at))
        for conversation in some:
            for question in by_conversation[conversation]:
                # The question itself was received a moment before it was logged, or in the same one.
                after = [text for text, at in said.get(conversation, ()) if at >= question.at and text != question.text]
                if after and (after[0] == "/hand_off" or "人工" in after[0]):
                    handed.add(question.id)
    return handed


def wordings(asked: Iterable[Asked]) -> list[Wording]:
    """Each wording once, in the order first asked; what differs in spaces, width or personal numbers alone is one."""
    found: dict[str, Wording] = {}
    for question in asked:
        text = without_tokens(question.text)
        found.setdefault(normalise(text), Wording(normalise(text))).questions.append(question)
    return list(found.values())


def people(its: Iterable[Wording]) -> int:
    """How many different people asked: conversations, and what came without one."""
    return len({question.conversation or question.id for wording in its for question in wording.questions})


def vectors_of(engine: Engine, its: Sequence[Wording]) -> Floats:
    """Vectors, (wordings, dimension), as the encoder makes them: stored ones where there are, else encoded now."""
    assert engine.encoder is not None
    rows: list[Floats | None] = []
    for wording in its:
        stored = (question.vector for question in wording.questions if question.model == engine.encoder.model_id)
        vector = next((vector for vector in stored if vector is not None), None)
        rows.append(None if vector is None else np.frombuffer(vector, np.float16).astype(np.float32))
    missing = [number for number, row in enumerate(rows) if row is None or len(row) != engine.encoder.dimension]
    for start in range(0, len(missing), _BATCH):
        some = missing[start : start + _BATCH]
        for number, row in zip(some, engine.encoder.encode_queries([engine.reader.read(its[n].text).text for n in some]), strict=True):
            rows[number] = row
    return np.array(rows, np.float32).reshape(len(its), engine.encoder.dimension)


def centred_vectors(engine: Engine, its: Sequence[Wording]) -> Floats:
    """The same as they are compared: without what all questions have in common, of unit length."""
    return centred(vectors_of(engine, its), engine.snapshot.built.elements.centre)


def _seed(engine: Engine, gap: Gap, its: Sequence[Wording]) -> tuple[Floats, int]:
    # Questions are forgotten after a while; the title is what remains of them.
    known = its or [Wording(gap.title)]
    return centred_vectors(engine, known).mean(axis=0), len(known)


def _voices(its: Sequence[Wording], vectors: Floats) -> list[int]:
    """Numbers of the medoid and the most frequent wordings."""
    centre = medoid(vectors, [len(wording.questions) for wording in its])
    frequent = sorted(range(len(its)), key=lambda number: -len(its[number].questions))
    return list(dict.fromkeys([centre, *frequent]))[:_VOICES]


def _judge(looked: Sequence[Surroundings], its: Sequence[Wording]) -> Surroundings:
    """What a group is: what most of its voices are, the first where they are all different."""
    votes = Counter((one.kind, one.matter) for one in looked)
    chosen = max(looked, key=lambda one: votes[one.kind, one.matter])
    wrong = any(question.decision == "answer" for wording in its for question in wording.questions)
    # That there is an answer is no excuse where people found it wrong.
    return Surroundings("unknown", None, chosen.department) if wrong and chosen.kind == "answered" else chosen


def _growth(gap: Gap, members: Sequence[Wording], added: Sequence[Wording]) -> Change | None:
    if not added:
        return None
    before = {question.conversation or question.id for wording in members for question in wording.questions}
    newcomers = {question.conversation or question.id for wording in added for question in wording.questions} - before
    if gap.state == "closed" and len(newcomers) < REOPENING:
        return None  # they are counted again the next time
    return Change(gap.id, gap.title, gap.department, _ids(added), gap.state == "closed")


def _openings(
    its: Sequence[Wording],
    vectors: Floats,
    new: Iterable[tuple[list[int], Surroundings]],
    gaps: Sequence[Gap],
    members: dict[int, list[Wording]],
) -> list[Change]:
    """New gaps; groups of one matter without a guide are one, or grow the gap that the matter has already."""
    changes = []
    of_matter: dict[str, tuple[list[Wording], str | None]] = {}
    for rows, around in new:
        group_of = [its[row] for row in rows]
        if around.matter is not None:
            of_matter.setdefault(around.matter, ([], around.department))[0].extend(group_of)
        else:
            centre = group_of[medoid(vectors[rows], [len(wording.questions) for wording in group_of])]
            changes.append(Change(None, title_of(centre), around.department, _ids(group_of)))
    by_title = {gap.title: gap for gap in gaps}
    for matter, (added, department) in of_matter.items():
        gap = by_title.get(matter)
        change = Change(None, matter, department, _ids(added)) if gap is None else _growth(gap, members[gap.id], added)
        if change is not None:
            changes.append(change)
    return changes


def title_of(wording: Wording) -> str:
    """A wording as most people wrote it."""
    return Counter(without_tokens(question.text) for question in wording.questions).most_common(1)[0][0]


def _ids(its: Iterable[Wording]) -> tuple[int, ...]:
    return tuple(question.id for wording in its for question in wording.questions)
