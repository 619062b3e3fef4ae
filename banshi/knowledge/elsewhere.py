"""Places outside the province, by the names that people use."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from banshi.text.segments import word_starts

_STREET = re.compile(r"[东西南北中]?(?:大?路(?![边上局费过途程])|大街|街道?|胡同|小区|新村)")
"""After the name of a place, what is called after it: 桂林路 is in Changchun."""


@dataclass(frozen=True)
class Mention:
    """A place where a text names it: text[start:end]."""

    start: int
    end: int
    province: str


@dataclass(frozen=True)
class Elsewhere:
    """Names of other provinces, of their cities and of what else stands for them.

    Attributes:
        places: province → names of places in it.
    """

    places: Mapping[str, Sequence[str]] = field(default_factory=dict)

    @cached_property
    def _names(self) -> dict[str, str]:
        return {name: province for province, cities in self.places.items() for name in (province, *cities)}

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        return re.compile("|".join(map(re.escape, sorted(self._names, key=len, reverse=True))) or "(?!)")

    def named(self, text: str) -> list[Mention]:
        """The places a text names, in order. A name that begins within a word is none, unless another place stands before it (辽宁沈阳);
        nor is that of a street.

        Args:
            text: normalised text.
        """
        matches = list(self._pattern.finditer(text))
        starts = word_starts(text) if matches else frozenset()
        found: list[Mention] = []
        for match in matches:
            begins = match.start() in starts or (found and found[-1].end == match.start())
            if begins and not _STREET.match(text, match.end()):
                found.append(Mention(match.start(), match.end(), self._names[match[0]]))
        return found
