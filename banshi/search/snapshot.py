"""Immutable index snapshots: built aside, checked, swapped by one pointer, the last few kept.

    <root>/<id>/manifest.json …     one snapshot; never changed after it was written
    <root>/CURRENT                  the id of the one in use

A snapshot whose files do not match its checksums is never used; the newest intact one before it serves instead.
"""

from __future__ import annotations

import hashlib
import json
import logging
import shutil
import tempfile
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np

from banshi.knowledge.errors import KnowledgeError
from banshi.knowledge.library import Knowledge, assemble
from banshi.knowledge.sources import Sources
from banshi.search.attention import Attention
from banshi.search.build import Built
from banshi.search.calibration import Calibration
from banshi.search.elements import ElementClassifier
from banshi.search.entries import Entry, Owner
from banshi.search.fusion import Channels
from banshi.search.jurisdiction import JurisdictionClassifier
from banshi.search.layers import Layers
from banshi.search.lexical import LexicalIndex
from banshi.search.recognition import Recogniser, Recognition
from banshi.search.vectors import VectorIndex
from banshi.text.spelling import Speller

FORMAT = 8
KEEP = 3
log = logging.getLogger(__name__)


class SnapshotError(RuntimeError):
    """No usable snapshot; the message says which files are missing or damaged and what to run."""


@dataclass(frozen=True)
class Snapshot:
    """A loaded index."""

    id: str
    knowledge: Knowledge
    built: Built

    @property
    def knowledge_version(self) -> str:
        """Of the knowledge it holds and was built from."""
        return self.knowledge.version


def write_snapshot(built: Built, root: Path, *, knowledge: Knowledge, created: datetime) -> str:
    """Write a snapshot folder and return its id. It is not in use until `activate`.

    Args:
        built: the index.
        root: folder of the snapshots.
        knowledge: what it was built from; kept beside it, so that a snapshot answers by itself.
        created: the time.
    """
    if knowledge.sources is None:
        raise ValueError("This knowledge was changed after it was assembled; a snapshot holds what it was assembled from.")
    root.mkdir(parents=True, exist_ok=True)
    for abandoned in root.glob(".building-*"):  # of a process that was killed while it wrote
        shutil.rmtree(abandoned, ignore_errors=True)
    folder = Path(tempfile.mkdtemp(prefix=".building-", dir=root))
    folder.chmod(0o755)  # the server may run as another user than the one who builds
    channels = built.channels
    files = [*channels.words.save(folder, "words"), *channels.sounds.save(folder, "sounds"), *channels.bodies.save(folder, "bodies")]
    files += channels.everything.save(folder, "everything")
    files += built.speller.save(folder, "speller")
    if channels.vectors is not None:
        files += channels.vectors.save(folder, "vectors")
    if channels.recognition is not None:
        files += channels.recognition.recogniser.save(folder, "recogniser")
    arrays: dict[str, Any] = {
        "owner_of": channels.owner_of,
        "is_guide": channels.is_guide,
        "is_outside": channels.is_outside,
        "elements_full": built.elements.full,
        "elements_words": built.elements.words_only,
        "elements_rarity": built.elements.rarity,
        "elements_asked": built.elements.asked,
        "jurisdiction_full": built.jurisdiction.full,
        "jurisdiction_words": built.jurisdiction.words_only,
    }
    if built.jurisdiction.centre is not None:
        arrays["jurisdiction_centre"] = built.jurisdiction.centre
    if built.elements.layers is not None:
        np.savez(folder / "elements.npz", **built.elements.layers.arrays())
        files.append(folder / "elements.npz")
    if built.elements.attention is not None:
        np.savez(folder / "attention.npz", **built.elements.attention.arrays())
        files.append(folder / "attention.npz")
    if built.elements.centre is not None:
        arrays["elements_centre"] = built.elements.centre
    if channels.recognition is not None:
        arrays["fresh"] = channels.recognition.fresh
    np.savez(folder / "arrays.npz", **arrays)
    texts = {"owners": [asdict(owner) for owner in built.owners], "element_words": built.elements.words}
    (folder / "texts.json").write_text(json.dumps(texts, ensure_ascii=False), encoding="utf-8")
    # What was indexed, for people who want to know why something was found; searching does not read it.
    lines = (json.dumps(asdict(entry), ensure_ascii=False) for entry in built.entries)
    (folder / "entries.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (folder / "knowledge.json").write_text(knowledge.sources.to_json(), encoding="utf-8")
    files += [folder / "knowledge.json", folder / "arrays.npz", folder / "texts.json", folder / "entries.jsonl"]
    checksums = {path.name: _checksum(path) for path in sorted(files)}
    manifest: dict[str, Any] = {
        "format": FORMAT,
        "created": created.isoformat(timespec="seconds"),
        "knowledge": knowledge.version,
        "model": built.model_id,
        "owners": len(built.owners),
        "entries": len(built.entries),
        "calibration": built.calibration.as_dict(),
        "checksums": checksums,
    }
    identifier = f"{created:%Y%m%dT%H%M%S}-{_manifest_checksum(manifest)}"
    manifest["id"] = identifier
    (folder / "manifest.json").write_text(json.dumps(manifest, ensure_ascii=False, indent=1), encoding="utf-8")
    target = root / identifier
    if target.exists():
        shutil.rmtree(folder)
    else:
        folder.rename(target)
    return identifier


def activate(root: Path, identifier: str) -> None:
    """Point CURRENT at a snapshot, atomically, and drop all but the last few."""
    temporary = root / ".CURRENT.new"
    temporary.write_text(identifier + "\n", encoding="utf-8")
    temporary.replace(root / "CURRENT")
    for old in _identifiers(root)[KEEP:]:
        if old != identifier:
            shutil.rmtree(root / old, ignore_errors=True)


def current_manifest(root: Path) -> dict[str, Any] | None:
    """The manifest of the snapshot in use, None when there is none that can be read."""
    try:
        identifier = (root / "CURRENT").read_text(encoding="utf-8").strip()
        manifest = json.loads((root / identifier / "manifest.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return manifest if isinstance(manifest, dict) and manifest.get("id") == identifier else None


def current_id(root: Path) -> str | None:
    """The id that the pointer names, whether or not there is such a snapshot; None without a pointer."""
    try:
        return (root / "CURRENT").read_text(encoding="utf-8").strip() or None
    except OSError:
        return None


def load_current(root: Path) -> Snapshot:
    """Load the snapshot in use, or the newest intact one before it.

    Raises:
        SnapshotError: there is none.
    """
    manifest = current_manifest(root)
    first = [str(manifest["id"])] if manifest else []
    problems: list[str] = []
    # Older ones before newer ones: what is newer than the one in use was rolled back.
    older = [identifier for identifier in _identifiers(root) if not first or identifier < first[0]]
    for identifier in dict.fromkeys([*first, *older, *_identifiers(root)]):
        try:
            snapshot = load_snapshot(root / identifier)
        except SnapshotError as error:
            log.error("%s", error)
            problems.append(str(error))
            continue
        if first and identifier != first[0]:
            log.warning("The index %s is damaged; serving with the previous one, %s. Run banshi index to rebuild.", first[0], identifier)
        return snapshot
    raise SnapshotError(" ".join(problems) or f"There is no index in {root}. Run banshi index to build it.")


def load_snapshot(folder: Path) -> Snapshot:
    """Load one snapshot after checking every file.

    Raises:
        SnapshotError: a file is missing, differs from its checksum, or the format is of another version.
    """
    try:
        manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        if manifest["format"] != FORMAT:
            raise SnapshotError(f"The index {folder.name} has format {manifest['format']}, this version reads {FORMAT}. Run banshi index.")
        if not str(manifest["id"]).endswith(_manifest_checksum(manifest)):
            raise SnapshotError(f"The index {folder.name} is damaged (its manifest was changed). Run banshi index.")
        damaged = [name for name, checksum in manifest["checksums"].items() if _checksum(folder / name) != checksum]
        if damaged:
            raise SnapshotError(f"The index {folder.name} is damaged ({', '.join(damaged)} differ from their checksums). Run banshi index.")
        knowledge = assemble(Sources.from_json((folder / "knowledge.json").read_text(encoding="utf-8")))
        return Snapshot(manifest["id"], knowledge, _read(folder, manifest))
    except (OSError, ValueError, KeyError, TypeError, AttributeError, KnowledgeError) as error:
        raise SnapshotError(f"The index {folder.name} cannot be read ({error}). Run banshi index to rebuild it.") from error


def _read(folder: Path, manifest: dict[str, Any]) -> Built:
    texts = json.loads((folder / "texts.json").read_text(encoding="utf-8"))
    with np.load(folder / "arrays.npz") as stored:
        arrays = {name: stored[name] for name in stored.files}
    owners = [Owner(**owner) for owner in texts["owners"]]
    recognition = None
    if "recogniser.npz" in manifest["checksums"]:
        recogniser = Recogniser.load(folder, "recogniser")
        recognition = Recognition(recogniser, recogniser.classes(owner.id for owner in owners), arrays["fresh"])
    layers = attention = None
    if "elements.npz" in manifest["checksums"]:
        with np.load(folder / "elements.npz") as stored:
            layers = Layers.of(stored)
    if "attention.npz" in manifest["checksums"]:
        with np.load(folder / "attention.npz") as stored:
            attention = Attention.of(stored)
    dense = (folder / "vectors.faiss").is_file()
    channels = Channels(
        VectorIndex.load(folder, "vectors") if dense else None,
        LexicalIndex.load(folder, "words"),
        LexicalIndex.load(folder, "sounds"),
        LexicalIndex.load(folder, "bodies"),
        LexicalIndex.load(folder, "everything"),
        arrays["owner_of"],
        arrays["is_guide"],
        arrays["is_outside"],
        recognition,
    )
    words = tuple(tuple(group) for group in texts["element_words"])
    return Built(
        owners,
        [],
        channels,
        Calibration.from_dict(manifest["calibration"]),
        ElementClassifier(
            words,
            arrays["elements_rarity"],
            arrays.get("elements_centre"),
            arrays["elements_full"],
            arrays["elements_words"],
            arrays["elements_asked"],
            layers,
            attention,
        ),
        JurisdictionClassifier(arrays.get("jurisdiction_centre"), arrays["jurisdiction_full"], arrays["jurisdiction_words"]),
        Speller.load(folder, "speller"),
        manifest["model"],
    )


def read_entries(folder: Path) -> list[Entry]:
    """What a snapshot was built from; elements as their names."""
    return [Entry(**json.loads(line)) for line in (folder / "entries.jsonl").read_text(encoding="utf-8").splitlines()]


def _identifiers(root: Path) -> list[str]:
    """Snapshot folders, newest first."""
    return sorted((path.name for path in root.glob("[0-9]*") if (path / "manifest.json").is_file()), reverse=True) if root.is_dir() else []


def _manifest_checksum(manifest: dict[str, Any]) -> str:
    """Of everything but the id, which ends with it."""
    content = {key: value for key, value in manifest.items() if key != "id"}
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:12]


def _checksum(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
