"""Text knows nothing of knowledge, knowledge nothing of search, search nothing of those who use it, as pyproject.toml lays down."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from banshi.settings import ROOT


def test_imports_keep_the_direction_of_the_layers() -> None:
    command = [str(Path(sys.executable).with_name("lint-imports")), "--config", "pyproject.toml", "--no-cache"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "0 broken" in done.stdout
