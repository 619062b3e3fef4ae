"""Puts the parts together from the settings: knowledge, encoder, index, engine, names for Rasa."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import yaml

from banshi.connect.applications import CHINA_TIME
from banshi.knowledge.library import Knowledge, load_knowledge
from banshi.search.build import Encoder, build, calibrate
from banshi.search.calibration import Calibration
from banshi.search.encoder.onnx import MODEL_FILE, EncoderUnavailableError, OnnxEncoder
from banshi.search.engine import Engine
from banshi.search.golden import GoldenQuestion, load_golden
from banshi.search.question import QuestionReader
from banshi.search.snapshot import SnapshotError, activate, current_manifest, load_current, read_entries, write_snapshot
from banshi.settings import ROOT, Settings

log = logging.getLogger(__name__)
Say = Callable[[str], None]


def china_now() -> datetime:
    """The time in China, which offices and holidays go by."""
    return datetime.now(CHINA_TIME)


def load_encoder(settings: Settings) -> Encoder:
    """The encoder the settings name: an exported directory runs on ONNX Runtime, anything else on sentence-transformers.

    Raises:
        EncoderUnavailableError: it cannot be loaded; the message says what to do.
    """
    directory = settings.encoder_path
    if (directory / MODEL_FILE).is_file():
        return OnnxEncoder(directory)
    if not directory.is_dir() and (Path(settings.encoder).is_absolute() or settings.encoder.startswith("models/")):
        raise EncoderUnavailableError(f"There is no encoder in {directory}. Run make setup, or set BANSHI_ENCODER.")
    from banshi.search.encoder.sentence import SentenceTransformerEncoder

    return SentenceTransformerEncoder(str(directory) if directory.is_dir() else settings.encoder)


def encoder_or_none(settings: Settings) -> Encoder | None:
    """The encoder, or None with the reason in the log: search then goes by words alone."""
    try:
        return load_encoder(settings)
    except EncoderUnavailableError as error:
        log.error("%s Searching by words alone.", error)
        return None


def out_of_scope_utterances() -> list[str]:
    """Training examples of the intent out_of_scope: the calibration learns from them what to refuse."""
    path = ROOT / "data" / "nlu" / "safety.yml"
    if not path.is_file():
        return []
    intents = yaml.safe_load(path.read_text(encoding="utf-8"))["nlu"]
    examples = next((intent["examples"] for intent in intents if intent.get("intent") == "out_of_scope"), "")
    return [line[2:].strip() for line in examples.splitlines() if line.startswith("- ")]


def golden_half(settings: Settings, half: str) -> list[GoldenQuestion]:
    """All labelled questions of one half: on guides (`dev.jsonl`), on Q&A (`dev_qa.jsonl`) and hard ones (`dev_hard.jsonl`)."""
    paths = sorted((settings.knowledge_dir / "golden").glob(f"{half}*.jsonl"))
    return [question for path in paths for question in load_golden(path)]


def build_index(settings: Settings, *, say: Say, force: bool = False) -> str | None:
    """Build a snapshot and put it in use.

    Returns:
        The id of the new snapshot; None when the one in use is of this very knowledge and encoder.
    """
    knowledge = load_knowledge(settings.knowledge_dir)
    encoder = encoder_or_none(settings)
    model = encoder.model_id if encoder else "none"
    manifest = current_manifest(settings.snapshots)
    if not force and manifest and manifest["knowledge"] == knowledge.version and manifest["model"] == model:
        try:
            load_current(settings.snapshots)
            return None
        except SnapshotError as error:
            say(str(error))
    built = build(
        knowledge,
        encoder,
        cache=settings.var_dir / "vectors",
        golden=golden_half(settings, "dev"),
        out_of_scope=out_of_scope_utterances(),
        say=say,
    )
    identifier = write_snapshot(built, settings.snapshots, knowledge_version=knowledge.version, created=china_now())
    activate(settings.snapshots, identifier)
    return identifier


def recalibrate(settings: Settings, *, say: Say) -> tuple[str, Calibration]:
    """Fit probability and thresholds of the index in use anew, on the labelled questions as they are now, and put the result in use as a
    snapshot of its own.

    Raises:
        SnapshotError: there is no usable index.
    """
    knowledge = load_knowledge(settings.knowledge_dir)
    snapshot = load_current(settings.snapshots)
    encoder = encoder_or_none(settings)
    fitting = encoder if encoder is not None and encoder.model_id == snapshot.built.model_id else None
    built = snapshot.built
    asking = QuestionReader(knowledge.lexicon, built.speller)
    golden = golden_half(settings, "dev")
    say(f"fitting on {len(golden)} labelled questions of the development half")
    calibration = calibrate(built.owners, built.channels, asking, fitting, golden, out_of_scope_utterances(), knowledge.asks_elsewhere)
    entries = read_entries(settings.snapshots / snapshot.id)
    renewed = replace(built, entries=entries, calibration=calibration)
    identifier = write_snapshot(renewed, settings.snapshots, knowledge_version=snapshot.knowledge_version, created=china_now())
    activate(settings.snapshots, identifier)
    return identifier, calibration


def open_engine(settings: Settings, encoder: Encoder | None = None) -> Engine:
    """The engine over the snapshot in use.

    Raises:
        SnapshotError: there is no usable index.
        KnowledgeError: the knowledge cannot be read.
    """
    knowledge = load_knowledge(settings.knowledge_dir)
    return Engine(
        knowledge,
        load_current(settings.snapshots),
        encoder if encoder is not None else encoder_or_none(settings),
        today=lambda: china_now().date(),
        portal_url=settings.portal_url,
    )


def write_names(knowledge: Knowledge, folder: Path) -> int:
    """Write what Rasa's environment needs to recognise names: `gazetteer.jsonl` for spaCy and jieba's domain dictionary.

    Returns:
        The number of names.
    """
    rows: dict[tuple[str, str], None] = {}
    for guide in knowledge.guides.values():
        for name in (guide.task_name, *guide.aliases):
            rows[("item", name)] = None
    for name, regions in knowledge.regions.names().items():
        # Towns are named like everyday words (红旗, 新立); only their full names are taken.
        if len(name) >= 2 and any(knowledge.regions.regions[region].level != "township" or len(name) >= 4 for region in regions):
            rows[("region", name)] = None
    for department, names in knowledge.lexicon.departments.items():
        for name in (department, *names):
            rows[("department", name)] = None
    for cues in knowledge.lexicon.elements.values():
        for cue in cues:
            if not cue.startswith("/"):  # a regular expression is for the classifier, not a name
                rows[("element", cue)] = None
    folder.mkdir(parents=True, exist_ok=True)
    lines = [json.dumps({"label": label, "text": name}, ensure_ascii=False) for label, name in rows]
    (folder / "gazetteer.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (folder / "jieba").mkdir(exist_ok=True)
    words = sorted({name for label, name in rows if label != "element" and " " not in name and len(name) <= 12})
    (folder / "jieba" / "domain.txt").write_text("".join(f"{word} 10\n" for word in words), encoding="utf-8")
    return len(rows)
