"""Other systems' codes and words, and ours. By label, never by number alone: vendors give the same number opposite meanings.

Each system that has codes has a table, a YAML file beside its adapter: field → {what they send: what we say}. What a table does not
name is refused, with the field, the value and what is known; guessing would tell a citizen the opposite of what is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

from banshi.connect.resilience.errors import SystemUnavailableError


class UnknownLabelError(SystemUnavailableError):
    """A system sent a label or code that its table does not name; the table must be extended by somebody who knows what it means."""


@dataclass(frozen=True)
class Labels:
    """One field of one system.

    Attributes:
        system: as the settings call it.
        field: as the system calls it.
        ours: what they send → what we say.
    """

    system: str
    field: str
    ours: Mapping[str, str]

    def read(self, theirs: str | int) -> str:
        """What we call it.

        Raises:
            UnknownLabelError: the table does not name it.
        """
        found = self.ours.get(str(theirs).strip())
        if found is None:
            known = ", ".join(f"{code} ({label})" for code, label in self.ours.items())
            raise UnknownLabelError(
                f"{self.system} sent {self.field} {str(theirs)[:40]!r}, which its label table does not name; known: {known}."
            )
        return found

    def write(self, ours: str) -> str:
        """What they call it.

        Raises:
            UnknownLabelError: they have no word for it.
        """
        for theirs, label in self.ours.items():
            if label == ours:
                return theirs
        raise UnknownLabelError(f"{self.system} has no {self.field} for {ours!r}; its label table must be extended.")


def load_labels(system: str, path: Path) -> dict[str, Labels]:
    """The tables of a system, by field.

    Raises:
        ValueError: the file is not field → {theirs: ours}; the message names the file.
    """
    raw = yaml.safe_load(path.read_text(encoding="utf-8"))
    if not isinstance(raw, dict) or not all(isinstance(table, dict) and table for table in raw.values()):
        raise ValueError(f"{path} must hold one mapping for each field: what the system sends → what we say.")
    return {field: Labels(system, field, {str(theirs): str(ours) for theirs, ours in table.items()}) for field, table in raw.items()}
