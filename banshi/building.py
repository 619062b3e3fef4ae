"""Everything that set-up builds after the environments exist: encoder, index, names, spaCy pipeline, Rasa model.

Each step is skipped when its inputs have not changed.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import time
from collections.abc import Callable, Iterable
from pathlib import Path

from banshi.assembly import build_index, write_names, write_questions
from banshi.knowledge.library import load_knowledge
from banshi.search.encoder.build import build_default_encoder
from banshi.settings import ROOT, Settings

Say = Callable[[str], None]
RASA_PYTHON = ROOT / ".venv-rasa" / "bin" / "python"


class BuildError(RuntimeError):
    """A step failed; the message says which and shows the end of its output."""


def rasa_environment() -> dict[str, str]:
    """Environment variables for processes of the Rasa environment."""
    quiet = {
        "RASA_TELEMETRY_ENABLED": "false",
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "OMP_WAIT_POLICY": "PASSIVE",
        "PYTHONWARNINGS": "ignore",
        "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
        "PYTHONPATH": str(ROOT),
        "LOG_LEVEL_LIBRARIES": "ERROR",
    }
    return {**os.environ, **quiet}


def rasa_model(settings: Settings) -> Path:
    """The trained model."""
    return settings.build_dir / "rasa" / "model.tar.gz"


def build_all(settings: Settings, *, say: Say) -> None:
    """Bring everything up to date. The Rasa model trains in its own process while the index is built.

    Raises:
        BuildError: a step failed.
    """
    started = time.monotonic()
    if settings.encoder == Settings.model_fields["encoder"].default:
        say("encoder: checking")
        if build_default_encoder(settings.encoder_path, lambda text: say(f"encoder: {text}")):
            say("encoder: built")
    knowledge = load_knowledge(settings.knowledge_dir)
    names = settings.build_dir / "nlu"
    stamp = settings.build_dir / "rasa" / "inputs"
    wanted = _digest(settings, knowledge.version)
    training: subprocess.Popen[str] | None = None
    if not (rasa_model(settings).is_file() and stamp.is_file() and stamp.read_text(encoding="utf-8") == wanted):
        say(f"names: {write_names(knowledge, names)} names of items, regions, departments and elements")
        say(f"questions: {write_questions(knowledge, names / 'data')} stored questions, for the intent ask")
        _run([RASA_PYTHON, "-m", "nlu.spacy_pipeline", names], "the spaCy pipeline")
        say("dialogue: training the Rasa model (about a minute)")
        stamp.parent.mkdir(parents=True, exist_ok=True)
        stamp.unlink(missing_ok=True)
        training = _train(settings)
    try:
        say("index: checking")
        identifier = build_index(settings, say=lambda text: say(f"index: {text}"))
        say(f"index: {identifier} is in use" if identifier else "index: up to date")
    except BaseException:
        if training is not None:
            training.terminate()
        raise
    if training is not None:
        while training.poll() is None:
            try:
                training.wait(timeout=15)
            except subprocess.TimeoutExpired:
                say(f"dialogue: still training after {time.monotonic() - started:.0f} s")
        output = (settings.build_dir / "rasa" / "train.log").read_text(encoding="utf-8")
        if training.returncode != 0 or not rasa_model(settings).is_file():
            raise BuildError(f"The Rasa model could not be trained.\n{output[-3000:]}")
        stamp.write_text(wanted, encoding="utf-8")
        say("dialogue: trained")
    else:
        say("dialogue: up to date")


def _train(settings: Settings) -> subprocess.Popen[str]:
    folder = settings.build_dir / "rasa"
    # --force: Rasa's cache does not see changes of the jieba dictionary or the spaCy folder; the digest above does.
    data = ["--data", "data", str(settings.build_dir / "nlu" / "data")]
    arguments = ["-m", "rasa", "train", "--force", "--fixed-model-name", "model", "--out", str(folder), *data]
    with (folder / "train.log").open("w", encoding="utf-8") as log:
        return subprocess.Popen([str(RASA_PYTHON), *arguments], cwd=ROOT, env=rasa_environment(), stdout=log, stderr=log, text=True)


def _run(command: Iterable[object], what: str) -> None:
    done = subprocess.run([str(part) for part in command], cwd=ROOT, env=rasa_environment(), capture_output=True, text=True)
    if done.returncode != 0:
        raise BuildError(f"{what} could not be built.\n{(done.stdout + done.stderr)[-3000:]}")


def _digest(settings: Settings, knowledge_version: str) -> str:
    """Hash of everything that the Rasa model is made from."""
    hasher = hashlib.sha256(knowledge_version.encode())
    files = [ROOT / "config.yml", ROOT / "domain.yml", ROOT / "requirements" / "rasa.txt", settings.encoder_path / "built.json"]
    for folder, pattern in (("data", "*.yml"), ("nlu", "*.py"), ("banshi/text", "*.py")):
        files += sorted((ROOT / folder).rglob(pattern))
    for path in files:
        hasher.update(path.read_bytes() if path.is_file() else b"")
    return hasher.hexdigest()
