"""Which outside systems are reached, and how: the settings of all of them in one file, and a guard for each."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, SecretStr, ValidationError

from banshi.connect.resilience.guard import CallLimits, Guard, Health
from banshi.connect.resilience.http import HttpSystem, SystemSettings

SYSTEMS = (
    "applications",
    "approvals",
    "booking",
    "certificates",
    "cross_province",
    "documents",
    "hotline",
    "items",
    "messages",
    "ratings",
    "sharing",
)
"""Short names of the systems that are asked, or handed something, over a port."""
_SHORTEST_SECRET = 16


_SEVERAL = ("applications",)
"""Kinds of which there may be several, each with a name of its own after a dot."""


def kind_of(name: str) -> str:
    """The kind of a system: `applications` of `applications.vehicles`."""
    return name.partition(".")[0]


class ReachFileError(ValueError):
    """The file of the systems cannot be used; the message says where."""


class Source(SystemSettings):
    """A system, or one of several of a kind, such as `applications.vehicles` beside `applications`."""

    items: tuple[str, ...] = ()
    """Ids of guides, or beginnings of them, whose matters are kept there."""
    numbers: tuple[str, ...] = ()
    """Beginnings of the numbers that it gives."""


class _Callback(BaseModel):
    model_config = ConfigDict(extra="forbid")
    secret: SecretStr = SecretStr("")
    secret_file: Path | None = None
    systems: tuple[str, ...] | None = None
    """Which callbacks it may make; None: all."""

    def shared_secret(self) -> bytes:
        return self.secret_file.read_bytes().strip() if self.secret_file is not None else self.secret.get_secret_value().encode()


class _ReachFile(BaseModel):
    model_config = ConfigDict(extra="forbid")
    systems: dict[str, Source] = {}
    callbacks: dict[str, _Callback] = {}


class Reach:
    """The ways out of this process.

    Args:
        path: YAML file: `systems`, name → `Source`, and `callbacks`, key → `secret` or `secret_file` of those who may call us back, and
            `systems`, for which of them. None: a demo stands behind every port, and nobody may call back.
        now: the clock, time zone included.

    Raises:
        ReachFileError: the file is missing or wrong.
    """

    def __init__(self, path: Path | None, *, now: Callable[[], datetime]) -> None:
        given = _read(path) if path is not None else _ReachFile()
        self.now = now
        self._settings = given.systems
        self._guards: dict[str, Guard] = {}
        self._clients: list[HttpSystem] = []
        self.callback_secrets: dict[str, bytes] = {key: one.shared_secret() for key, one in given.callbacks.items()}
        """Who may call us back: key → secret."""
        self._calls_back = {key: one.systems for key, one in given.callbacks.items()}

    def may_call_back(self, key: str, system: str) -> bool:
        """Whether a key that fits may be used for a system's callback."""
        allowed = self._calls_back.get(key)
        return allowed is None or system in allowed

    def sources(self, kind: str) -> dict[str, Source]:
        """The systems of a kind by name, `kind` itself first and then `kind.…`; empty when the settings name none."""
        return {name: self._settings[name] for name in sorted(self._settings) if kind_of(name) == kind}

    def http(self, system: str) -> HttpSystem | None:
        """The way to a system; None when the settings name none, and a demo takes its place."""
        if system not in self._settings:
            return None
        client = HttpSystem(system, self._settings[system], now=self.now)
        self._clients.append(client)
        return client

    def guard(self, system: str, limits: CallLimits | None = None) -> Guard:
        """The guard of a system, the same at each call."""
        if system not in self._guards:
            kind = "http" if system in self._settings else "demo"
            self._guards[system] = Guard(system, now=self.now, kind=kind, limits=limits)
        return self._guards[system]

    def health(self) -> list[Health]:
        """How all of them stand, by name."""
        return [self._guards[name].health() for name in sorted(self._guards)]

    def close(self) -> None:
        """Begin no more calls and close the connections."""
        for guard in self._guards.values():
            guard.close()
        for client in self._clients:
            client.close()


def _is_system(name: str) -> bool:
    kind, dot, own = name.partition(".")
    return kind in SYSTEMS and (not dot or (bool(own) and kind in _SEVERAL))


def _read(path: Path) -> _ReachFile:
    try:
        given = _ReachFile.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")) or {})
    except (OSError, yaml.YAMLError) as error:
        raise ReachFileError(f"BANSHI_SYSTEMS names {path}, which cannot be read: {error}") from error
    except ValidationError as error:
        wrong = "; ".join(f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors(include_input=False)[:5])
        raise ReachFileError(f"{path} is wrong: {wrong}") from error
    if unknown := sorted(name for name in given.systems if not _is_system(name)):
        raise ReachFileError(f"{path} names {', '.join(unknown)}, which is no system; known: {', '.join(SYSTEMS)}.")
    for key, one in given.callbacks.items():
        try:
            weak = len(one.shared_secret()) < _SHORTEST_SECRET
        except OSError as error:
            raise ReachFileError(f"{path}: the secret of the callback key {key} cannot be read: {error}") from error
        if weak:
            raise ReachFileError(f"{path}: the secret of the callback key {key} must have at least {_SHORTEST_SECRET} characters.")
    return given
