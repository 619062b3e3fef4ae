"""The trained model understands utterances that it was not trained on."""

from __future__ import annotations

import json
import subprocess

import pytest

from banshi.building import RASA_PYTHON, rasa_environment
from banshi.settings import ROOT

LEAST_ACCURACY = 0.90


def test_nine_of_ten_held_out_utterances_get_their_intent() -> None:
    if not (ROOT / "build" / "rasa" / "model.tar.gz").is_file():
        pytest.fail("There is no Rasa model in build/rasa. Run make setup first.")
    command = [str(RASA_PYTHON), "-m", "nlu.evaluate_intents"]
    done = subprocess.run(command, cwd=ROOT, env=rasa_environment(), capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr[-3000:]
    figures = json.loads(done.stdout.strip().splitlines()[-1])
    assert figures["utterances"] >= 200
    assert figures["intent accuracy"] >= LEAST_ACCURACY, figures
