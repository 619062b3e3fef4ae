"""An index that entries were added to finds what one built from all of them finds."""

from __future__ import annotations

import numpy as np
import pytest

from banshi.search.lexical import LexicalIndex
from banshi.search.vectors import VectorIndex

RANDOM = np.random.default_rng(3)
WORDS = [f"w{number}" for number in range(60)]
DOCUMENTS = [list(RANDOM.choice(WORDS, size=RANDOM.integers(2, 9))) for _ in range(300)]
NEW = [["w1", "w2", "fresh"], ["w59"], ["fresh", "fresher"]]


def unit(count: int) -> np.ndarray:
    vectors = RANDOM.normal(size=(count, 64)).astype(np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


@pytest.mark.parametrize("terms", [["w1", "w2"], ["w59"], ["fresh"], ["fresher", "w3"], ["never seen"]])
def test_words_rank_as_in_a_full_build(terms: list[str]) -> None:
    before = LexicalIndex.build(DOCUMENTS)
    extended, rebuilt = before.extended(NEW), LexicalIndex.build([*DOCUMENTS, *NEW])
    assert extended.size == rebuilt.size == before.size + len(NEW)
    # Idf and mean length stay those of the last full build, so scores differ by little and places hardly.
    assert extended.scores(terms) == pytest.approx(rebuilt.scores(terms), rel=0.15, abs=0.02)
    assert [share > 0 for share in extended.coverage(terms)] == [share > 0 for share in rebuilt.coverage(terms)]


def test_the_index_that_is_searched_does_not_change() -> None:
    before = LexicalIndex.build(DOCUMENTS)
    scores = before.scores(["w1", "w2"])
    before.extended(NEW)
    assert before.size == len(DOCUMENTS)
    assert (before.scores(["w1", "w2"]) == scores).all()


def test_vectors_are_found_as_in_a_full_build() -> None:
    old, new = unit(500), unit(20)
    before = VectorIndex.build(old)
    extended, rebuilt = before.extended(new), VectorIndex.build(np.concatenate([old, new]))
    assert before.size == len(old)
    for query in unit(10):
        ids, cosines = extended.search(query, 10)
        wanted_ids, wanted = rebuilt.search(query, 10)
        assert ids.tolist() == wanted_ids.tolist()
        assert cosines == pytest.approx(wanted)
    assert extended.search(new[7], 1)[0].tolist() == [len(old) + 7]


def test_approximate_search_gives_exact_scores_and_nearly_all_neighbours() -> None:
    vectors = unit(4000)
    exact, approximate = VectorIndex.build(vectors), VectorIndex.build(vectors, exact_up_to=1000)
    kept = 0
    for query in unit(50):
        ids, cosines = approximate.search(query, 10)
        wanted = exact.search(query, 4000)
        score = dict(zip(wanted[0].tolist(), wanted[1].tolist(), strict=True))
        assert cosines == pytest.approx([score[number] for number in ids.tolist()], abs=1e-5)
        kept += len(set(ids.tolist()) & set(wanted[0][:10].tolist()))
    # Random vectors have no clusters: the hardest case there is.
    assert kept / 500 > 0.4
