"""Puts the parts together from the settings: knowledge, encoder, index, engine, names for Rasa."""

from __future__ import annotations

import json
import logging
import random
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import yaml

from banshi.connect.applications.port import CHINA_TIME
from banshi.connect.identity.citizens import CitizenIdentity
from banshi.desk.actions_asked import act_asked
from banshi.editing.holdings import Intake, intake, published_sources, release_intake
from banshi.knowledge.library import Knowledge, assemble
from banshi.knowledge.sources import read_sources
from banshi.knowledge.stored import stored_questions
from banshi.search.build import Encoder, build, calibrate
from banshi.search.calibration import Calibration
from banshi.search.current import CurrentEngine
from banshi.search.encoder.onnx import MODEL_FILE, EncoderUnavailableError, OnnxEncoder
from banshi.search.engine import Engine
from banshi.search.golden import GoldenQuestion, load_golden
from banshi.search.question import QuestionReader
from banshi.search.snapshot import SnapshotError, activate, current_manifest, load_current, read_entries, write_snapshot
from banshi.settings import ROOT, Settings
from banshi.staff.configuration import SignInSettings
from banshi.store.database import open_database, read, write
from banshi.store.releases import ReleaseRepository

log = logging.getLogger(__name__)
_QUESTIONS = 1600
"""Examples of the intent ask that are taken from the knowledge; as many as train in another minute or two."""
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
    """Take the files into the store, build a snapshot of what is published and put it in use.

    Returns:
        The id of the new snapshot; None when the one in use is of this very knowledge and encoder.

    Raises:
        KnowledgeError: a file is wrong.
        ReleaseConflictError: somebody published while the index was built; run it again.
    """
    files = read_sources(settings.knowledge_dir)
    database = open_database(settings.database_url)
    try:
        with read(database) as connection:
            taken = intake(connection, files)
            active = ReleaseRepository(connection).active()
            knowledge = assemble(published_sources(connection, dict(files.frame), files.origins).replaced(taken.changes()))
        if taken.kept:
            say(f"{len(taken.kept)} records differ from the files, since people changed them in the studio; theirs stay.")
        encoder = encoder_or_none(settings)
        identifier = None if force else _intact(settings, knowledge, encoder, say)
        built = identifier is None
        if identifier is None:
            index = build(
                knowledge,
                encoder,
                cache=settings.var_dir / "vectors",
                golden=golden_half(settings, "dev"),
                out_of_scope=out_of_scope_utterances(),
                say=say,
            )
            identifier = write_snapshot(index, settings.snapshots, knowledge=knowledge, created=china_now())
        if taken or active is None or active.snapshot != identifier:
            base, reason = (active.id if active is not None else None), ("知识目录的文件" if taken else "索引重建")
            with write(database) as connection:
                release_intake(connection, taken, base=base, snapshot=identifier, version=knowledge.version, now=china_now(), reason=reason)
        activate(settings.snapshots, identifier)
        return identifier if built else None
    finally:
        database.dispose()


def _intact(settings: Settings, knowledge: Knowledge, encoder: Encoder | None, say: Say) -> str | None:
    """The snapshot in use when it is whole, of this very knowledge and this encoder."""
    manifest = current_manifest(settings.snapshots)
    model = encoder.model_id if encoder else "none"
    if manifest is None or manifest["knowledge"] != knowledge.version or manifest["model"] != model:
        return None
    try:
        return load_current(settings.snapshots).id
    except SnapshotError as error:
        say(str(error))
        return None


def recalibrate(settings: Settings, *, say: Say) -> tuple[str, Calibration]:
    """Fit probability and thresholds of the index in use anew, on the labelled questions as they are now, and put the result in use as a
    snapshot of its own.

    Raises:
        SnapshotError: there is no usable index.
        ReleaseConflictError: somebody published meanwhile; run it again.
    """
    snapshot = load_current(settings.snapshots)
    knowledge = snapshot.knowledge
    encoder = encoder_or_none(settings)
    fitting = encoder if encoder is not None and encoder.model_id == snapshot.built.model_id else None
    built = snapshot.built
    asking = QuestionReader(knowledge.lexicon, built.speller)
    golden = golden_half(settings, "dev")
    say(f"fitting on {len(golden)} labelled questions of the development half")
    calibration = calibrate(built.owners, built.channels, asking, fitting, golden, out_of_scope_utterances())
    entries = read_entries(settings.snapshots / snapshot.id)
    renewed = replace(built, entries=entries, calibration=calibration)
    identifier = write_snapshot(renewed, settings.snapshots, knowledge=knowledge, created=china_now())
    database = open_database(settings.database_url)
    try:
        with write(database) as connection:
            active = ReleaseRepository(connection).active()
            if active is not None and active.snapshot == snapshot.id:
                nothing = Intake({}, (), ())
                release_intake(
                    connection,
                    nothing,
                    base=active.id,
                    snapshot=identifier,
                    version=knowledge.version,
                    now=china_now(),
                    reason="重新校准",
                )
    finally:
        database.dispose()
    activate(settings.snapshots, identifier)
    return identifier, calibration


def open_engine(settings: Settings, encoder: Encoder | None = None) -> Engine:
    """The engine over the snapshot in use.

    Raises:
        SnapshotError: there is no usable index.
    """
    snapshot = load_current(settings.snapshots)
    return Engine(
        snapshot.knowledge,
        snapshot,
        encoder if encoder is not None else encoder_or_none(settings),
        today=lambda: china_now().date(),
        portal_url=settings.portal_url,
    )


def sign_in_settings(settings: Settings) -> SignInSettings:
    """What sign-in of staff is told."""
    roles = dict(pair.split("=", 1) for pair in settings.oidc_roles.split(";") if "=" in pair)
    return SignInSettings(
        session_hours=settings.session_hours,
        idle_minutes=settings.idle_minutes,
        public_url=settings.public_url,
        oidc_issuer=settings.oidc_issuer,
        oidc_client_id=settings.oidc_client_id,
        oidc_client_secret=settings.oidc_client_secret,
        oidc_name=settings.oidc_name,
        oidc_roles_claim=settings.oidc_roles_claim,
        oidc_roles=roles,  # type: ignore[arg-type]  # checked there, with a message
    )


def citizen_identity(settings: Settings) -> CitizenIdentity | None:
    """Who checks the platform's tokens of citizens; None while no issuer is set.

    Raises:
        ValueError: the settings do not fit together; the message says which.
    """
    given = settings.citizen_issuer, settings.citizen_audience, settings.citizen_jwks
    return CitizenIdentity(*given, now=china_now) if any(given) else None


def parents_of(engine: CurrentEngine) -> Callable[[str], str | None]:
    """Region code → code of the region above, in the knowledge in use."""

    def parent(region: str) -> str | None:
        current = engine()
        node = current.knowledge.regions.regions.get(region) if current is not None else None
        return node.parent if node is not None else None

    return parent


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


def write_questions(knowledge: Knowledge, folder: Path) -> int:
    """Write `asked.yml`: stored questions as examples of the intent ask. Nine messages in ten are questions, in any words; a classifier
    that has seen few of them takes an angry one for a complaint and a worried one for an emergency.

    Returns:
        The number of questions.
    """
    urgent = knowledge.lexicon.urgent
    asked = sorted({question for question in stored_questions(knowledge) if act_asked(question, urgent) is None and "\n" not in question})
    chosen = sorted(random.Random(1).sample(asked, min(_QUESTIONS, len(asked))))
    folder.mkdir(parents=True, exist_ok=True)
    examples = "".join(f"    - {_plain(question)}\n" for question in chosen)
    (folder / "asked.yml").write_text(f'version: "3.1"\nnlu:\n- intent: ask\n  examples: |\n{examples}', encoding="utf-8")
    return len(chosen)


def _plain(question: str) -> str:
    """Without the brackets by which Rasa marks entities in examples."""
    return question.translate({ord(char): None for char in "[](){}"})
