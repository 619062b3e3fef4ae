"""Several systems that know applications, behind one port: 全流程审批系统 for most items, ministries' and departments' own for some.

Who has a number is told by its beginning. Where that does not say, all are asked at once, and each has its own guard: one that is away
or slow keeps nothing back that another one knows.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from typing import TypeVar

from banshi.connect.applications.port import Application, ApplicationSource, canonical_number
from banshi.connect.resilience.errors import SystemUnavailableError

log = logging.getLogger(__name__)
T = TypeVar("T")


@dataclass(frozen=True)
class Registered:
    """A source with what is kept there.

    Attributes:
        name: of the system, as the settings have it.
        source: guarded.
        items: ids of guides, or beginnings of them, whose applications are kept there; none: those of nobody else.
        numbers: beginnings of its numbers; none: it may have any.
    """

    name: str
    source: ApplicationSource
    items: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()


class ApplicationRegistry:
    """`ApplicationSource` over several.

    Args:
        sources: at least one.

    Raises:
        ValueError: there is none, or two have the same beginning of numbers or of items.

    Example:
        >>> registry = ApplicationRegistry([Registered("applications", approvals), Registered("applications.vehicles", cars, ("jt-",))])
        >>> registry.of_item("jt-license-renew").name
        'applications.vehicles'
    """

    def __init__(self, sources: Sequence[Registered]) -> None:
        if not sources:
            raise ValueError("a registry needs at least one source of applications")
        for what in ("items", "numbers"):
            given = [one for source in sources for one in getattr(source, what)]
            if twice := sorted({one for one in given if given.count(one) > 1}):
                raise ValueError(f"two sources of applications have the {what} {', '.join(twice)}; give them to one")
        self.sources = tuple(sources)

    def of_item(self, item: str) -> Registered:
        """Where the applications of an item are kept: the source that names it most exactly, else the first that names none."""
        named = [(len(start), one) for one in self.sources for start in one.items if item.startswith(start)]
        if named:
            return max(named, key=lambda pair: pair[0])[1]
        return next((one for one in self.sources if not one.items), self.sources[0])

    def of_number(self, application_no: str) -> tuple[Registered, ...]:
        """Who may have an application: whose number it is by its beginning, else those whose numbers may begin in any way."""
        number = canonical_number(application_no)
        named = [(len(start), one) for one in self.sources for start in one.numbers if number.startswith(start.upper())]
        if named:
            return (max(named, key=lambda pair: pair[0])[1],)
        return tuple(one for one in self.sources if not one.numbers) or self.sources

    def find(self, application_no: str, second_factor: str) -> Application | None:
        """See `ApplicationSource.find`. What one source has found is given at once, whatever becomes of the others."""
        away: SystemUnavailableError | None = None
        for _, answer in _asked(self.of_number(application_no), lambda source: source.find(application_no, second_factor)):
            if isinstance(answer, SystemUnavailableError):
                away = answer
            elif answer is not None:
                return answer
        if away is not None:
            raise away  # it may be there
        return None

    def of_person(self, identity: str) -> tuple[Application, ...]:
        """See `ApplicationSource.of_person`. Where a source is away, what the others have."""
        found: dict[str, Application] = {}
        away: SystemUnavailableError | None = None
        for asked, answer in _asked(self.sources, lambda source: source.of_person(identity)):
            if isinstance(answer, SystemUnavailableError):
                away = answer
                continue
            for one in answer:
                # Copies are gathered in other systems; the one that keeps the item knows best.
                if one.application_no not in found or self.of_item(one.item) is asked:
                    found[one.application_no] = one
        if away is not None and not found:
            raise away
        return tuple(sorted(found.values(), key=lambda one: (one.received_on, one.application_no), reverse=True))


def _asked(asked: Sequence[Registered], ask: Callable[[ApplicationSource], T]) -> Iterator[tuple[Registered, T | SystemUnavailableError]]:
    """Each of them with what it answers, as the answers come. Their guards bound the waiting."""
    if len(asked) == 1:
        yield asked[0], _answer(asked[0], ask)
        return
    # Threads of this one question: a pool for all of them would let those of a slow source use up the places of the others.
    threads = ThreadPoolExecutor(len(asked), thread_name_prefix="applications")
    try:
        begun = {threads.submit(_answer, one, ask): one for one in asked}
        for done in as_completed(begun):
            yield begun[done], done.result()
    finally:
        threads.shutdown(wait=False)


def _answer(one: Registered, ask: Callable[[ApplicationSource], T]) -> T | SystemUnavailableError:
    try:
        return ask(one.source)
    except SystemUnavailableError as error:
        log.warning("%s could not be asked for applications: %s", one.name, error)
        return error
