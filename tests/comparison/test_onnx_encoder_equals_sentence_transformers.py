"""The serving encoder gives the vectors that sentence-transformers gives for the same model, without torch."""

from __future__ import annotations

import subprocess
import sys
import textwrap
from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np
import pytest

from banshi.search.encoder.onnx import BATCH, EncoderUnavailableError, OnnxEncoder
from banshi.settings import ROOT

MODEL = ROOT / "models" / "default"
TEXTS = (
    "身份证丢了咋整",
    "社保卡补办需要什么材料",
    "我妈今年七十八了腿脚不好，户口在农安，人在长春跟我住，她的高龄津贴能不能我替她去办，都要带啥",
    "公积金",
    "多少钱",
    "俺家老丫头才上小学，寻思给她整个身份证",
    "신분증을 잃어버렸는데 어디 가서 다시 합니까",
    "여권 재발급 비용이 얼마예요",
    "연길에서 호구를 옮기려면 무엇이 필요합니까",
    "How do I renew a passport?",
    "ETC怎么在线上办理 online",
    "12345",
)


LEAST = 0.998
"""Cosine to single precision: integers of 7 and 8 bits move a vector by so much at most."""


def cosines(one: Any, other: Any) -> Any:
    return (one * other).sum(axis=1) / np.linalg.norm(one, axis=1) / np.linalg.norm(other, axis=1)


@pytest.fixture(scope="module")
def encoder() -> OnnxEncoder:
    try:
        return OnnxEncoder(MODEL, cache_size=0)
    except EncoderUnavailableError as error:
        pytest.fail(f"run make setup first: {error}")


@pytest.fixture(scope="module")
def original() -> Any:
    pytest.importorskip("torch", reason="torch is not installed; only the build of the encoder needs it")
    from sentence_transformers import SentenceTransformer

    return SentenceTransformer(str(MODEL), device="cpu")


def test_questions_get_the_same_vectors(encoder: OnnxEncoder, original: Any) -> None:
    expected = original.encode_query(list(TEXTS), normalize_embeddings=True, show_progress_bar=False)
    assert cosines(encoder.encode_queries(TEXTS), expected).min() >= LEAST


def test_passages_get_the_same_vectors(encoder: OnnxEncoder, original: Any) -> None:
    expected = original.encode_document(list(TEXTS), normalize_embeddings=True, show_progress_bar=False)
    assert cosines(encoder.encode_passages(TEXTS), expected).min() >= LEAST


def test_questions_and_passages_are_told_apart_as_the_model_wants(encoder: OnnxEncoder) -> None:
    assert cosines(encoder.encode_queries(TEXTS), encoder.encode_passages(TEXTS)).max() < 0.999


def test_a_text_has_one_vector_alone_and_in_a_batch(encoder: OnnxEncoder) -> None:
    # To the last bit: what is learned from kept vectors must be what is learned from new ones.
    alone = np.concatenate([encoder.encode_queries([text]) for text in TEXTS])
    assert (encoder.encode_queries(TEXTS) == alone).all()
    assert (encoder.encode_queries([f"{text}{end}" for text in TEXTS for end in ("", "吗", "呢", "呀")])[::4] == alone).all()


def test_vectors_are_of_unit_length_and_in_the_order_of_the_texts(encoder: OnnxEncoder) -> None:
    vectors = encoder.encode_queries([*TEXTS, *reversed(TEXTS)])
    assert vectors.shape == (2 * len(TEXTS), encoder.dimension)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-4)
    assert (vectors[: len(TEXTS)] == vectors[len(TEXTS) :][::-1]).all()


def test_remembered_vectors_are_those_computed_anew(encoder: OnnxEncoder) -> None:
    remembering = OnnxEncoder(MODEL, cache_size=4)
    remembering.encode_queries(TEXTS)
    again = remembering.encode_queries([TEXTS[-1], TEXTS[0], TEXTS[-2]])
    assert (again == encoder.encode_queries([TEXTS[-1], TEXTS[0], TEXTS[-2]])).all()


def test_the_tokens_inside_are_those_of_the_model(encoder: OnnxEncoder, original: Any) -> None:
    import torch

    transformer = original[0]
    layers = transformer.auto_model.config.num_hidden_layers
    for text, inner in zip(TEXTS, encoder.look_inside(TEXTS), strict=True):
        tokens = transformer.tokenizer(original.prompts["query"] + text, return_tensors="pt")
        with torch.no_grad():
            states = transformer.auto_model(**tokens, output_hidden_states=True).hidden_states
        expected = torch.cat([states[layers // 2][0], states[layers * 3 // 4][0]], dim=1).numpy()
        assert inner.shape == expected.shape
        assert cosines(inner.astype(np.float32), expected).min() >= 0.99


def test_tokens_are_the_same_alone_in_a_batch_and_remembered(encoder: OnnxEncoder) -> None:
    remembering = OnnxEncoder(MODEL)
    remembering.encode_queries(TEXTS)
    for text, in_batch, remembered in zip(TEXTS, encoder.look_inside(TEXTS), remembering.look_inside(TEXTS), strict=True):
        assert (encoder.look_inside([text])[0] == in_batch).all()
        assert (in_batch == remembered).all()


def test_whoever_encoded_many_can_still_look_inside_one() -> None:
    remembering = OnnxEncoder(MODEL)
    remembering.encode_queries([f"{TEXTS[0]}{number}" for number in range(BATCH)] + [TEXTS[0]])
    assert len(remembering.look_inside([TEXTS[0]])) == 1


def test_what_goes_on_beside_the_model_is_begun_when_it_runs_and_only_then() -> None:
    remembering = OnnxEncoder(MODEL)
    ran: list[Sequence[str]] = []
    for texts in (TEXTS[:1], TEXTS[:1], TEXTS):
        remembering.encode_queries(texts, begun=partial(ran.append, texts))
    assert ran == [TEXTS[:1], TEXTS], "once a call, however many batches, and not for what is remembered"


def test_text_longer_than_the_model_reads_is_cut_not_refused(encoder: OnnxEncoder) -> None:
    assert np.isfinite(encoder.encode_queries(["身份证丢了咋整" * 1000])).all()


def test_serving_does_not_load_torch() -> None:
    program = """
        import sys
        import banshi.search.encoder.onnx, banshi.search.engine
        from banshi.assembly import open_engine
        from banshi.search.result import SearchRequest
        from banshi.settings import Settings
        engine = open_engine(Settings())
        assert not engine.degraded, "run make setup first: the engine searches by words alone"
        result = engine.search(SearchRequest(text="身份证丢了咋整"))
        assert result.decision in ("answer", "clarify", "reject")
        print(sorted(name for name in ("torch", "transformers", "sentence_transformers", "sklearn") if name in sys.modules))
    """
    done = subprocess.run([sys.executable, "-c", textwrap.dedent(program)], cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr[-2000:]
    assert done.stdout.strip().splitlines()[-1] == "[]"


def test_a_directory_without_a_model_says_what_to_run(tmp_path) -> None:
    with pytest.raises(EncoderUnavailableError, match="make setup"):
        OnnxEncoder(tmp_path)
