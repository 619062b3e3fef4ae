"""Our BM25 against bm25s on random corpora.

bm25s' Lucene variant leaves out the factor (k1 + 1), as Lucene does since version 8; ours keeps it, as Robertson writes it. The factor is
the same for every document, so it changes no order: scores are compared after dividing by it.
"""

from __future__ import annotations

from pathlib import Path

import bm25s
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from banshi.knowledge.library import Knowledge
from banshi.search.lexical import K1, B, LexicalIndex
from banshi.text.terms import character_terms

TERMS = st.sampled_from([f"t{number}" for number in range(12)])
DOCUMENTS = st.lists(st.lists(TERMS, min_size=1, max_size=15), min_size=1, max_size=25)
QUERIES = st.lists(TERMS | st.just("unknown"), min_size=1, max_size=8)


def reference(documents: list[list[str]]) -> bm25s.BM25:
    index = bm25s.BM25(method="lucene", k1=K1, b=B)
    index.index(documents, show_progress=False)
    return index


def assert_equal(index: LexicalIndex, other: bm25s.BM25, query: list[str]) -> None:
    scores, expected = index.scores(query) / (K1 + 1), other.get_scores(query)
    np.testing.assert_allclose(scores, expected, rtol=1e-4, atol=1e-4)
    # The same order wherever the reference tells two documents apart by more than float rounding.
    order = np.argsort(-expected, kind="stable")
    assert (np.diff(scores[order]) <= 1e-4).all()


@given(documents=DOCUMENTS, query=QUERIES)
@settings(deadline=None, max_examples=150, derandomize=True)
def test_scores_and_order_on_small_corpora(documents: list[list[str]], query: list[str]) -> None:
    assert_equal(LexicalIndex.build(documents), reference(documents), query)


@pytest.mark.parametrize("seed", range(4))
def test_scores_and_order_on_larger_corpora_with_rare_and_frequent_terms(seed: int) -> None:
    random = np.random.default_rng(seed)
    documents = [[f"t{term}" for term in random.zipf(1.3, random.integers(1, 60)) % 2000] for _ in range(800)]
    index, other = LexicalIndex.build(documents), reference(documents)
    for _ in range(20):
        query = [f"t{term}" for term in random.zipf(1.3, random.integers(1, 12)) % 2200]
        assert_equal(index, other, query)


def test_scores_and_order_on_what_people_really_ask(knowledge: Knowledge) -> None:
    texts = [text for guide in knowledge.guides.values() for questions in guide.questions.values() for text in questions]
    documents = [terms for text in texts if (terms := character_terms(text))]
    index, other = LexicalIndex.build(documents), reference(documents)
    for text in ("身份证丢了补办要带啥", "公积金提前还贷", "护照多少钱一本", "老人补贴咋领", "hello 123", "的"):
        assert_equal(index, other, character_terms(text))


def test_the_best_document_is_the_same_even_after_saving_and_loading(tmp_path: Path) -> None:
    random = np.random.default_rng(11)
    documents = [[f"t{term}" for term in random.integers(0, 300, 12)] for _ in range(300)]
    other = reference(documents)
    LexicalIndex.build(documents).save(tmp_path, "words")
    index = LexicalIndex.load(tmp_path, "words")
    for document in documents[:50]:
        assert_equal(index, other, document[:6])


@pytest.mark.parametrize("documents", [[], [[]], [[], []]])
def test_a_corpus_without_words_scores_nothing(documents: list[list[str]]) -> None:
    """bm25s has no answer here; ours must not fail."""
    scores = LexicalIndex.build(documents).scores(["t1"])
    assert scores.shape == (len(documents),) and not scores.any()
