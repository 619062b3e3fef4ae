"""Questions reach the log masked, in order and without anybody waiting; trouble with the log never reaches a citizen."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
import sqlalchemy as sa

from banshi.editing.question_recorder import MOST_CHARS, QuestionRecorder
from banshi.search.engine import Engine
from banshi.search.result import SearchRequest, SearchResult
from banshi.store.database import open_database, read, write
from banshi.store.questions import Asked, QuestionLog

NOW = datetime(2026, 11, 22, 4, tzinfo=UTC)
LOST = "身份证丢了咋整"


@pytest.fixture
def database(tmp_path: Path) -> Iterator[sa.Engine]:
    opened = open_database(tmp_path / "banshi.db")
    yield opened
    opened.dispose()


@pytest.fixture
def recorder(database: sa.Engine) -> Iterator[QuestionRecorder]:
    opened = QuestionRecorder(database)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def result(engine: Engine) -> SearchResult:
    return engine.search(SearchRequest(text=LOST, region="220100"))


def logged(database: sa.Engine) -> list[Asked]:
    with read(database) as connection:
        return QuestionLog(connection).since(datetime(2000, 1, 1, tzinfo=UTC))


def test_a_question_is_kept_with_what_the_search_made_of_it(
    database: sa.Engine, recorder: QuestionRecorder, engine: Engine, result: SearchResult
) -> None:
    recorder.record(engine, LOST, result, engine.encode(LOST), "c-1", "220100", NOW)
    assert recorder.flush()
    [asked] = logged(database)
    assert (asked.text, asked.decision, asked.item, asked.region, asked.at) == (LOST, "answer", "hz-idcard-reissue", "220100", NOW)
    assert asked.candidates[0] == "hz-idcard-reissue" and asked.confidence == result.confidence
    encoder = engine.encoder
    assert encoder is not None and asked.model == encoder.model_id and asked.vector is not None
    vector = engine.encode(LOST)
    assert vector is not None
    assert np.allclose(np.frombuffer(asked.vector, np.float16).astype(np.float32), vector, atol=1e-3)


def test_a_vector_that_did_not_come_along_is_made_in_the_writers_thread(
    database: sa.Engine, recorder: QuestionRecorder, engine: Engine, words_engine: Engine, result: SearchResult
) -> None:
    recorder.record(engine, LOST, result, None, None, None, NOW)
    recorder.record(words_engine, LOST, result, None, None, None, NOW)
    assert recorder.flush()
    with_encoder, without = logged(database)
    assert with_encoder.vector is not None and with_encoder.region == "220100"
    assert (without.vector, without.model) == (None, None)


def test_personal_numbers_are_masked_again_and_long_texts_cut(
    database: sa.Engine, recorder: QuestionRecorder, engine: Engine, result: SearchResult
) -> None:
    recorder.record(engine, "我的号13812345678，补办身份证", result, None, "c-1", None, NOW)
    recorder.record(engine, "补" * (MOST_CHARS - 2) + "13812345678", result, None, "c-1", None, NOW)
    assert recorder.flush()
    first, second = logged(database)
    assert "13812345678" not in first.text and "〈手机号:" in first.text
    assert len(second.text) == MOST_CHARS and not any(char.isdigit() for char in second.text)


def test_messages_without_words_are_not_kept(database: sa.Engine, recorder: QuestionRecorder, engine: Engine, result: SearchResult) -> None:
    recorder.record(engine, "？？！", result, None, "c-1", None, NOW)
    assert recorder.flush() and logged(database) == []


def test_marks_belong_to_the_last_question_of_their_conversation(
    database: sa.Engine, recorder: QuestionRecorder, engine: Engine, result: SearchResult
) -> None:
    for text, conversation in (("补办身份证", "c-1"), ("社保卡丢了", "c-1"), ("离婚怎么办", "c-2")):
        recorder.record(engine, text, result, None, conversation, None, NOW)
    recorder.mark_rated("c-1", 2)
    recorder.mark_corrected("c-2", "li.si")
    recorder.mark_rated("c-unknown", 5)
    recorder.mark_rated("c-2", 9)
    recorder.record(engine, "补办结婚证", result, None, "c-1", None, NOW)
    assert recorder.flush()
    assert [(asked.text, asked.rating, asked.corrected_by is not None) for asked in logged(database)] == [
        ("补办身份证", None, False),
        ("社保卡丢了", 2, False),
        ("离婚怎么办", None, True),
        ("补办结婚证", None, False),
    ]


def test_closing_writes_what_is_waiting_and_refuses_what_comes_later(database: sa.Engine, engine: Engine, result: SearchResult) -> None:
    recorder = QuestionRecorder(database)
    for number in range(450):
        recorder.record(engine, f"第{number}次问补办", result, np.zeros(384, np.float32), "c-1", None, NOW)
    recorder.close()
    assert [asked.text for asked in logged(database)] == [f"第{number}次问补办" for number in range(450)]
    recorder.record(engine, LOST, result, None, "c-1", None, NOW)
    assert recorder.lost == 1 and not recorder.flush(0.1) and len(logged(database)) == 450


def test_a_full_queue_loses_questions_with_one_warning_and_never_waits(
    database: sa.Engine, engine: Engine, result: SearchResult, caplog: pytest.LogCaptureFixture
) -> None:
    recorder = QuestionRecorder(database, capacity=20)
    with write(database), caplog.at_level(logging.WARNING):  # nobody else can write meanwhile
        started = time.monotonic()
        for number in range(600):
            recorder.record(engine, f"第{number}次问补办", result, np.zeros(384, np.float32), "c-1", None, NOW)
        assert time.monotonic() - started < 1
        assert recorder.lost >= 600 - 2 * 200 - 20
    recorder.close()
    assert len(logged(database)) + recorder.lost == 600
    assert sum("lost" in record.message for record in caplog.records) == 1


def test_a_database_that_is_gone_costs_questions_and_nothing_else(
    tmp_path: Path, engine: Engine, result: SearchResult, caplog: pytest.LogCaptureFixture
) -> None:
    database = open_database(tmp_path / "banshi.db")
    with write(database) as connection:
        connection.execute(sa.text("DROP TABLE questions"))
    recorder = QuestionRecorder(database)
    with caplog.at_level(logging.WARNING):
        recorder.record(engine, LOST, result, None, "c-1", None, NOW)
        assert recorder.flush()
    assert recorder.lost == 1 and "questions" in caplog.text
    recorder.record(engine, LOST, result, None, "c-1", None, NOW)
    assert recorder.flush() and recorder.lost == 2
    recorder.close()
    database.dispose()
