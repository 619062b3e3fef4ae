"""What `banshi doctor` looks at beside models and indexes: disk, the files of the settings, and a running server with its systems."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import httpx

from banshi.connect.resilience.reach import Reach, ReachFileError
from banshi.settings import Settings

_LEAST_FREE = 2_000_000_000
"""Bytes: an index with its candidate and the database's log need about half of it."""
_TODO = {
    "failing": "its last call failed; look at its address, key and certificate in the file of BANSHI_SYSTEMS, and at the log.",
    "resting": "it has failed so often that it is left alone for a while; citizens hear another way on. Ask whoever runs it.",
}


class Check(NamedTuple):
    """One thing looked at: its name, how it stands, and what to do when it is not good."""

    name: str
    good: bool
    told: str


def checks(settings: Settings) -> Iterator[Check]:
    """Look at each; nothing is changed and no outside system is asked."""
    yield _disk(settings.var_dir)
    yield _systems_file(settings)
    yield from _server(settings)


def _disk(folder: Path) -> Check:
    there = next(path for path in (folder, *folder.resolve().parents) if path.exists())
    free = shutil.disk_usage(there).free
    told = f"{free / 1e9:.1f} GB free at {folder}"
    return Check("disk", free >= _LEAST_FREE, told if free >= _LEAST_FREE else f"{told}. Make room: publishing needs 2 GB.")


def _systems_file(settings: Settings) -> Check:
    from banshi.assembly import china_now

    if settings.systems is None:
        return Check("systems", True, "demos stand behind all ports; BANSHI_SYSTEMS names the file of the real ones")
    try:
        reach = Reach(settings.systems, now=china_now)
    except (ReachFileError, OSError) as error:
        return Check("systems", False, str(error))
    reach.close()
    return Check("systems", True, str(settings.systems))


def _server(settings: Settings) -> Iterator[Check]:
    """The running server, as it tells of itself."""
    base = f"http://127.0.0.1:{settings.port}"
    try:
        told: dict[str, Any] = httpx.get(f"{base}/readyz", timeout=10, trust_env=False).json()
    except (httpx.HTTPError, ValueError):
        yield Check("server", True, f"none runs at {base}; start it with banshi up")
        return
    full = told.get("search") == "full"
    meaning = "searches by meaning" if full else f"search: {told.get('search')}. Run banshi index, and look at the lines above."
    yield Check("server", full, f"{base}: {meaning}")
    for system in told.get("systems", []):
        standing = str(system["standing"])
        todo = _TODO.get(standing)
        yield Check(f"system {system['system']}", todo is None, f"{system['kind']}, {standing}" + (f": {todo}" if todo else ""))
    if (parity := told.get("parity")) is not None:
        whole = parity["equal"] == parity["asked"]
        what = f"{parity['equal']} of {parity['asked']} questions answered alike at every end on {parity['at'][:10]}"
        yield Check("parity", whole, what if whole else f"{what}. Run banshi parity to see where they differ.")
    yield _rasa(settings)


def _rasa(settings: Settings) -> Check:
    try:
        # Any answer shows that it listens; the channel itself needs the secret of the running server.
        httpx.get(f"http://127.0.0.1:{settings.rasa_port}/", timeout=3, trust_env=False)
    except httpx.HTTPError:
        return Check("Rasa", False, f"does not listen at port {settings.rasa_port}; the search answers directly. See rasa.log.")
    return Check("Rasa", True, f"listens at port {settings.rasa_port}")
