"""Fine-tuning runs on the real encoder, and its result takes the place of the encoder only when the development half improves."""

from __future__ import annotations

import dataclasses
import shutil
from pathlib import Path

import numpy as np
import pytest

from banshi.knowledge.library import Knowledge, load_knowledge
from banshi.knowledge.outside import Outside
from banshi.search.encoder import train
from banshi.search.encoder.onnx import OnnxEncoder
from banshi.settings import Settings

QUESTION = "身份证丢了咋整"


@pytest.fixture
def knowledge() -> Knowledge:
    whole = load_knowledge(Settings().knowledge_dir)
    few = {name: whole.guides[name] for name in list(whole.guides)[:5]}
    return dataclasses.replace(whole, guides=few, qa={}, policies={}, outside=Outside())


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    return Path(shutil.copytree(Settings().encoder_path, tmp_path / "default"))


def learn(knowledge: Knowledge, directory: Path, monkeypatch: pytest.MonkeyPatch, *, before: int, after: int) -> bool:
    """Two steps of training; only the measuring, which takes minutes, is answered for."""
    found = iter((before, after))
    monkeypatch.setattr(train, "_found", lambda *_: next(found))
    return train.train_encoder(knowledge, directory, [], cache=directory.parent, steps=2, say=lambda _: None)


def test_no_better_result_leaves_everything_as_it_was(knowledge: Knowledge, directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    model = OnnxEncoder(directory).model_id
    assert not learn(knowledge, directory, monkeypatch, before=3, after=3)
    assert OnnxEncoder(directory).model_id == model
    assert [path.name for path in directory.parent.iterdir()] == ["default"]


def test_a_better_result_takes_the_place_and_the_one_before_is_kept(
    knowledge: Knowledge, directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    vector = OnnxEncoder(directory).encode_queries([QUESTION])[0]
    assert learn(knowledge, directory, monkeypatch, before=3, after=4)
    learned = OnnxEncoder(directory).encode_queries([QUESTION])[0]
    kept = OnnxEncoder(directory.with_name("default.before")).encode_queries([QUESTION])[0]
    assert np.array_equal(kept, vector)
    assert not np.array_equal(learned, vector)
    assert float(learned @ vector) > 0.9, "two steps do not make another model of it"
    assert not directory.with_name("default.trial").exists()


def test_nothing_to_learn_from_is_said(knowledge: Knowledge, directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ValueError, match="fewer than four items"):
        learn(dataclasses.replace(knowledge, guides={}), directory, monkeypatch, before=0, after=0)
    assert OnnxEncoder(directory).encode_queries([QUESTION]).shape == (1, 384)
