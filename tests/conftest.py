"""What many tests need once: the knowledge, and the engine over the index that set-up has built."""

from __future__ import annotations

import pytest
from hypothesis import settings as hypothesis_settings

from banshi.assembly import china_now, open_engine
from banshi.knowledge.library import Knowledge, load_knowledge
from banshi.search.encoder.onnx import EncoderUnavailableError, OnnxEncoder
from banshi.search.engine import Engine
from banshi.search.snapshot import SnapshotError, load_current
from banshi.settings import Settings

pytest_plugins = ["tests.databases"]

# A change is judged by the same examples each time; `pytest --hypothesis-profile=default` looks for new ones.
hypothesis_settings.register_profile("repeatable", derandomize=True)
hypothesis_settings.load_profile("repeatable")


@pytest.fixture(scope="session")
def knowledge() -> Knowledge:
    return load_knowledge(Settings().knowledge_dir)


@pytest.fixture(scope="session")
def engine() -> Engine:
    """The engine in use, with its encoder."""
    settings = Settings()
    try:
        found = open_engine(settings, OnnxEncoder(settings.encoder_path))
    except (SnapshotError, EncoderUnavailableError) as error:
        pytest.fail(f"There is no usable index or encoder: run make setup first. {error}")
    if found.degraded:
        pytest.fail("The index was built with another encoder: run make setup first.")
    return found


@pytest.fixture(scope="session")
def words_engine(knowledge: Knowledge) -> Engine:
    """The same index without an encoder."""
    settings = Settings()
    try:
        snapshot = load_current(settings.snapshots)
    except SnapshotError as error:
        pytest.fail(f"There is no usable index: run make setup first. {error}")
    return Engine(knowledge, snapshot, None, today=lambda: china_now().date(), portal_url=settings.portal_url)
