"""`banshi calibrate` fits thresholds anew beside the index in use, and the questions are answered from what it fitted."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from banshi.assembly import recalibrate
from banshi.search.snapshot import load_current, read_entries
from banshi.settings import Settings


def test_a_renewed_calibration_is_a_snapshot_of_its_own(tmp_path: Path) -> None:
    settings = Settings(var_dir=tmp_path)
    before = load_current(Settings().snapshots)
    settings.snapshots.mkdir()
    shutil.copytree(Settings().snapshots / before.id, settings.snapshots / before.id)
    (settings.snapshots / "CURRENT").write_text(before.id + "\n", encoding="utf-8")

    identifier, calibration = recalibrate(settings, say=lambda _: None)

    after = load_current(settings.snapshots)
    assert after.id == identifier != before.id
    assert after.knowledge_version == before.knowledge_version
    assert read_entries(settings.snapshots / identifier) == read_entries(settings.snapshots / before.id)
    for head in (calibration.full, calibration.words_only):
        assert 0 < head.reject_below < head.answer_at < 1
    # Nothing that it is fitted on has changed; vectors of another batch differ in their last bits.
    assert after.built.calibration.full.answer_at == pytest.approx(before.built.calibration.full.answer_at, abs=0.05)
    assert after.built.calibration.full.reject_below == pytest.approx(before.built.calibration.full.reject_below, abs=0.1)
