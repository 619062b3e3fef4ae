"""What the actions work with. The server sets it when it starts; `python -m rasa_sdk --actions actions` makes its own."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from banshi.assembly import china_now, open_engine
from banshi.connecting import Systems, connect
from banshi.desk.attempts import SlidingWindow
from banshi.desk.offered_related import offer_related
from banshi.desk.offered_themes import offer_themes
from banshi.desk.status import StatusDesk
from banshi.desk.vault import Vault
from banshi.editing.question_recorder import QuestionRecorder
from banshi.knowledge.errors import KnowledgeError
from banshi.knowledge.guide import Guide
from banshi.knowledge.library import Knowledge, load_knowledge
from banshi.knowledge.related import Related, load_related
from banshi.knowledge.themes import Themes, load_themes
from banshi.knowledge.urgent import Urgent
from banshi.search.engine import Engine
from banshi.search.snapshot import SnapshotError
from banshi.settings import Settings

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Services:
    """Everything an action may call.

    Attributes:
        engine: gives the engine in use, None while there is no index.
        systems: the ports to the systems around us, each guarded.
        vault: resolves tokens of personal numbers.
        attempts: failed status queries of a quarter of an hour, by conversation and by number.
        address_attempts: the same by network address.
        now: the clock, in China time.
        portal_url: entrance of online handling.
        urgent: emergencies and what is said.
        themes: 一件事, offered under answers.
        recorder: keeps questions, masked, for editors; None keeps none.
    """

    engine: Callable[[], Engine | None]
    systems: Systems
    now: Callable[[], datetime]
    portal_url: str
    urgent: tuple[Urgent, ...]
    themes: Themes = field(default_factory=Themes)
    recorder: QuestionRecorder | None = None
    vault: Vault = field(default_factory=Vault)
    attempts: SlidingWindow = field(default_factory=lambda: SlidingWindow(5, 900))
    address_attempts: SlidingWindow = field(default_factory=lambda: SlidingWindow(30, 900))

    @property
    def status(self) -> StatusDesk:
        """Looks applications up."""
        return StatusDesk(self.systems.applications, self.vault, self.attempts, self.address_attempts, self.now)


def _themes(settings: Settings, knowledge: Knowledge) -> Themes:
    """The themes, offered under answers from now on. A mistake in their file takes them away and nothing else."""
    try:
        themes = load_themes(settings.knowledge_dir / "themes.yml", knowledge)
    except KnowledgeError as error:
        log.error("一件事 is not offered: %s", error)
        themes = Themes()
    offer_themes(themes)
    return themes


def _related(settings: Settings, engine: Callable[[], Engine | None], knowledge: Knowledge) -> None:
    """Offer related items under answers from now on. A mistake in their file takes them away and nothing else."""
    try:
        related = load_related(settings.knowledge_dir / "related.yml", knowledge.guides)
    except KnowledgeError as error:
        log.error("Related items are not offered: %s", error)
        related = Related()

    def guides() -> Mapping[str, Guide]:
        current = engine()  # another one since a publication
        return (current.knowledge if current is not None else knowledge).guides

    offer_related(related, guides, lambda: china_now().date())


def make(settings: Settings, engine: Callable[[], Engine | None], systems: Systems, recorder: QuestionRecorder | None = None) -> Services:
    """The services of a process; without an engine the actions say so and offer a person."""
    current = engine()
    knowledge = current.knowledge if current is not None else load_knowledge(settings.knowledge_dir)
    _related(settings, engine, knowledge)
    return Services(
        engine=engine,
        systems=systems,
        now=china_now,
        portal_url=settings.portal_url,
        urgent=knowledge.lexicon.urgent,
        themes=_themes(settings, knowledge),
        recorder=recorder,
        attempts=SlidingWindow(settings.status_attempts, 900),
        address_attempts=SlidingWindow(settings.status_attempts_address, 900),
    )


_current: Services | None = None
_lock = threading.Lock()


def use(services: Services) -> None:
    """Set the services, once, at start."""
    global _current
    _current = services


def current() -> Services:
    """The services; made from the settings when nobody set them."""
    with _lock:
        if _current is None:
            settings = Settings()
            engine = None
            try:
                engine = open_engine(settings)
            except SnapshotError as error:
                log.error("%s", error)
            systems = connect(settings, now=china_now, knowledge=lambda: engine.knowledge if engine is not None else None)
            use(make(settings, lambda: engine, systems))
        assert _current is not None
        return _current
