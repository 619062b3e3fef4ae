"""Which answers wait for an operator's word before a citizen reads them, and what the citizen is told meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa

from banshi.desk.notices import lineage
from banshi.desk.people.queue import OnDuty, Queue, on_duty
from banshi.desk.replies import Reply, reply
from banshi.editing.board import UNSORTED, domain_of
from banshi.knowledge.regions import PROVINCE
from banshi.search.engine import Engine
from banshi.store.operators import OperatorRepository
from banshi.store.staff import StaffRepository
from banshi.store.transactions import read
from banshi.store.validation_rules import ValidationRule, ValidationRules
from banshi.store.validations import Held
from banshi.text.normalise import is_korean

PATIENCE = timedelta(seconds=19)
"""How long an answer waits. Whose time is over is found within a second, so the citizen has it after the twenty that were promised."""
CHECKING = "答案正在请工作人员核对，最多等20秒。"
_CHECKING_KOREAN = "답변을 담당 직원이 확인하고 있습니다. 길어도 20초입니다."


class Holding:
    """Takes answers out of a turn where a rule wants an operator to see them first, and an operator is there who may.

    Args:
        database: the store.
        engine: gives the engine in use; without one nothing is answered.
        queue: knows the tree of regions.
        now: the clock.
    """

    def __init__(self, database: sa.Engine, *, engine: Callable[[], Engine | None], queue: Queue, now: Callable[[], datetime]) -> None:
        self._database, self._engine, self._queue, self._now = database, engine, queue, now

    def hold(self, question: str, replies: list[Reply], region: str | None) -> tuple[list[Reply], list[Held]]:
        """What is said at once, and what waits.

        Args:
            question: the citizen's words, masked.
            replies: to them.
            region: the citizen's.

        Returns:
            The replies, with one sentence in the place of the answers that wait; and those.
        """
        engine = self._engine()
        if engine is None or not any(is_answer(one) for one in replies):
            return replies, []
        with read(self._database) as connection:
            rules = ValidationRules(connection).standing()
            if not rules:
                return replies, []
            duty = on_duty(StaffRepository(connection).list(), OperatorRepository(connection).list(), self._now())
        said: list[Reply] = []
        held: list[Held] = []
        language = "ko" if is_korean(question) else "zh"
        for one in replies:
            about = self._held(engine, question, one, region, language) if is_answer(one) else None
            if about is None or not self._waits(rules, duty, about):
                said.append(one)
                continue
            if not held:
                text = f"{_CHECKING_KOREAN}\n{CHECKING}" if language == "ko" else CHECKING
                said.append(reply(text, "checking", seconds=20))
            held.append(about)
        return said, held

    def _held(self, engine: Engine, question: str, answer: Reply, region: str | None, language: str) -> Held:
        now, knowledge, item = self._now(), engine.knowledge, answer.custom.get("item")
        owner = next((str(source["id"]) for source in answer.custom.get("sources") or []), None)
        guide = knowledge.guides.get(str(item or owner))
        record = knowledge.qa.get(owner or "")
        domain = domain_of(knowledge, guide.id if guide is not None else owner)
        return Held(
            question=question,
            reply=answer.model_dump(mode="json"),
            item=guide.id if guide is not None else None,
            domain=None if domain == UNSORTED else domain,
            department=guide.dept_name if guide is not None else record.department if record is not None else None,
            region=region,
            language=language,
            created_at=now,
            due_at=now + PATIENCE,
        )

    def _waits(self, rules: Sequence[ValidationRule], duty: Iterable[OnDuty], held: Held) -> bool:
        parents = self._queue.parents
        if not ruled(rules, held.domain, lineage(held.region, parents)):
            return False
        return any(one.serves(held.region, held.department, held.language, parents) for one in duty)


def ruled(rules: Iterable[ValidationRule], domain: str | None, line: Sequence[str]) -> bool:
    """Whether a rule holds for a domain in a place.

    Args:
        rules: those in force.
        domain: of the answer; None when it has none, which only a rule for all domains takes in.
        line: of `banshi.desk.notices.lineage`.
    """
    return any((one.domain is None or one.domain == domain) and (one.region or PROVINCE) in line for one in rules)


def is_answer(one: Reply) -> bool:
    """Whether a reply tells what a guide or a Q&A holds; no question back, talk, status or way on."""
    custom = one.custom
    if custom.get("type") == "link":
        return bool(custom.get("item") and custom.get("links"))
    return custom.get("type") == "answer" and custom.get("decision") == "answer" and not custom.get("small_talk")
