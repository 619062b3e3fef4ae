"""The archive of what was published: everything in use on a day, written once, checksummed, and read again by the day.

<archive>/2026-11-22/records.jsonl    a record a line: kind, key, region, number, content and its hash, who wrote and reviewed it
<archive>/2026-11-22/manifest.json    release, numbers, and the SHA-256 of the file
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from banshi.governance.months import CHINA
from banshi.store.canonical import canonical_json, content_hash
from banshi.store.knowledge import KnowledgeRepository
from banshi.store.releases import Release, ReleaseRepository, releases

_RECORDS, _MANIFEST = "records.jsonl", "manifest.json"
_TOLD = ("kind", "key", "region", "number", "content", "content_hash", "author", "author_name", "reviewer", "reviewer_name", "reason")
_READ_ONLY = 0o444


class ArchiveError(RuntimeError):
    """It cannot be archived, or what is archived is not whole; the message says which."""


def release_on(connection: sa.Connection, day: date) -> Release | None:
    """The release in use at the end of a day of Beijing; None before the first."""
    end = datetime.combine(day + timedelta(days=1), time.min, CHINA)
    was_in_use = sa.select(releases.c.id).where(releases.c.created_at < end, releases.c.state.in_(("active", "superseded")))
    newest = connection.execute(was_in_use.order_by(releases.c.id.desc()).limit(1)).scalar_one_or_none()
    return ReleaseRepository(connection).get(newest) if newest is not None else None


def write_archive(connection: sa.Connection, archive: Path, day: date, *, now: datetime) -> Path:
    """Archive what was in use at the end of a day.

    Args:
        connection: the store.
        archive: folder of all days.
        day: of Beijing; not one that is still to come.
        now: the moment.

    Returns:
        The day's folder.

    Raises:
        ArchiveError: the day is archived already, is still to come, or nothing was in use then.
    """
    if day > now.astimezone(CHINA).date():
        raise ArchiveError(f"{day} is still to come.")
    folder = archive / day.isoformat()
    if folder.exists():
        raise ArchiveError(f"{folder} is there already. What is archived is never written again.")
    release = release_on(connection, day)
    if release is None:
        raise ArchiveError(f"Nothing was in use on {day}.")
    revisions = KnowledgeRepository(connection).by_ids(ReleaseRepository(connection).contents(release.id))
    lines = [canonical_json({name: getattr(one, name) for name in _TOLD}) for one in revisions]
    content = "".join(f"{line}\n" for line in sorted(lines)).encode("utf-8")
    manifest = {
        "day": day.isoformat(),
        "release": release.id,
        "released_at": release.created_at.isoformat(),
        "knowledge": release.knowledge_version,
        "archived_at": now.isoformat(),
        "records": len(lines),
        "sha256": hashlib.sha256(content).hexdigest(),
    }
    # Under another name until it is whole: a folder of a day is complete, or not there.
    making = archive / f".{day.isoformat()}.new"
    making.mkdir(parents=True, exist_ok=True)
    for name, text in ((_RECORDS, content), (_MANIFEST, json.dumps(manifest, ensure_ascii=False, indent=2).encode("utf-8"))):
        path = making / name
        path.unlink(missing_ok=True)
        path.write_bytes(text)
        path.chmod(_READ_ONLY)
    making.rename(folder)
    return folder


def archived_days(archive: Path) -> list[date]:
    """The days there are, oldest first."""
    found = []
    for path in archive.iterdir() if archive.is_dir() else ():
        try:
            found.append(date.fromisoformat(path.name))
        except ValueError:
            continue
    return sorted(found)


def archived_on(archive: Path, day: date) -> Path | None:
    """The newest folder that is not younger than the day."""
    earlier = [one for one in archived_days(archive) if one <= day]
    return archive / earlier[-1].isoformat() if earlier else None


def read_archive(folder: Path) -> Iterator[dict[str, Any]]:
    """The records of a day.

    Raises:
        ArchiveError: they are not what was archived.
    """
    if fault := fault_of(folder):
        raise ArchiveError(fault)
    for line in (folder / _RECORDS).read_text(encoding="utf-8").splitlines():
        yield json.loads(line)


def fault_of(folder: Path) -> str | None:
    """What is wrong with a day, in a sentence; None when it is whole."""
    try:
        manifest = json.loads((folder / _MANIFEST).read_text(encoding="utf-8"))
        content = (folder / _RECORDS).read_bytes()
        if hashlib.sha256(content).hexdigest() != manifest["sha256"]:
            return f"{folder / _RECORDS} is not what was archived: its checksum differs."
        rows = [json.loads(line) for line in content.decode("utf-8").splitlines()]
    except (OSError, ValueError, KeyError) as error:
        return f"{folder} cannot be read: {error}"
    wrong = next((row for row in rows if content_hash(row["content"]) != row["content_hash"]), None)
    if wrong is not None:
        return f"{folder}: the content of {wrong['kind']} {wrong['key']} is not what was published."
    return None if len(rows) == manifest["records"] else f"{folder} has {len(rows)} records, not {manifest['records']}."
