"""Figures on corpora in BEIR layout, and the calibration error, against plain computations of the same and cases counted by hand."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from banshi.knowledge.library import Lexicon, load_lexicon
from banshi.search.beir import BeirError, Corpus, CorpusSearch, evaluate_beir, format_beir, load_beir, measure
from banshi.search.evaluation import expected_calibration_error
from banshi.settings import Settings

DEPTHS = (1, 3, 5, 10)


def gain(grade: int) -> int:
    """Järvelin and Kekäläinen 2002, as trec_eval counts."""
    return grade


def reference(rankings: dict[str, list[str]], relevant: dict[str, dict[str, int]]) -> dict[str, float]:
    """Each measure as its definition says it, one question after the other."""
    sums: dict[str, float] = {}
    for query, ranking in rankings.items():
        grades = relevant[query]
        for depth in DEPTHS:
            found = any(document in grades for document in ranking[:depth])
            sums[f"R@{depth}"] = sums.get(f"R@{depth}", 0.0) + found
        reciprocal = 0.0
        discounted = 0.0
        for rank, document in enumerate(ranking[:10], start=1):
            if document in grades:
                reciprocal = reciprocal or 1 / rank
                discounted += gain(grades[document]) / math.log2(rank + 1)
        best = sorted(grades.values(), reverse=True)[:10]
        ideal = sum(gain(grade) / math.log2(rank + 1) for rank, grade in enumerate(best, start=1))
        sums["MRR@10"] = sums.get("MRR@10", 0.0) + reciprocal
        sums["nDCG@10"] = sums.get("nDCG@10", 0.0) + discounted / ideal
    return {name: value / len(rankings) for name, value in sums.items()}


@st.composite
def results(draw: st.DrawFn) -> tuple[dict[str, list[str]], dict[str, dict[str, int]]]:
    documents = [f"d{number}" for number in range(25)]
    rankings, relevant = {}, {}
    for number in range(draw(st.integers(1, 8))):
        rankings[f"q{number}"] = draw(st.lists(st.sampled_from(documents), unique=True, max_size=15))
        relevant[f"q{number}"] = draw(st.dictionaries(st.sampled_from(documents), st.integers(1, 3), min_size=1, max_size=14))
    return rankings, relevant


@given(case=results())
@settings(deadline=None, max_examples=150, derandomize=True)
def test_every_measure_equals_its_definition(case: tuple[dict[str, list[str]], dict[str, dict[str, int]]]) -> None:
    rankings, relevant = case
    found = measure(rankings, relevant)
    assert {name: value for name, (value, _, _) in found.items()} == pytest.approx(reference(rankings, relevant))
    for value, low, high in found.values():
        assert -1e-9 <= low <= high <= 1 + 1e-9 and 0 <= value <= 1 + 1e-9


HAND = {
    # ranking, relevant, R@1, R@3, R@5, R@10, MRR@10, nDCG@10
    "first": ("abc", {"a": 1}, 1, 1, 1, 1, 1.0, 1.0),
    "second": ("bac", {"a": 1}, 0, 1, 1, 1, 0.5, 1 / math.log2(3)),
    "fourth": ("bcda", {"a": 1}, 0, 0, 1, 1, 0.25, 1 / math.log2(5)),
    "tenth": ("bcdefghija", {"a": 1}, 0, 0, 0, 1, 0.1, 1 / math.log2(11)),
    "eleventh": ("bcdefghijka", {"a": 1}, 0, 0, 0, 0, 0.0, 0.0),
    "never": ("bcd", {"a": 1}, 0, 0, 0, 0, 0.0, 0.0),
    "nothing found": ("", {"a": 1}, 0, 0, 0, 0, 0.0, 0.0),
    "both of two": ("ab", {"a": 1, "b": 1}, 1, 1, 1, 1, 1.0, 1.0),
    "one of two": ("ac", {"a": 1, "b": 1}, 1, 1, 1, 1, 1.0, 1 / (1 + 1 / math.log2(3))),
    "the less relevant first": ("ba", {"a": 2, "b": 1}, 1, 1, 1, 1, 1.0, (1 + 2 / math.log2(3)) / (2 + 1 / math.log2(3))),
}


@pytest.mark.parametrize("name", HAND)
def test_cases_counted_by_hand(name: str) -> None:
    ranking, relevant, *expected = HAND[name]
    found = measure({"q": list(ranking)}, {"q": relevant})
    assert list(found) == ["R@1", "R@3", "R@5", "R@10", "MRR@10", "nDCG@10"]
    for (value, low, high), wanted in zip(found.values(), expected, strict=True):
        assert (value, low, high) == pytest.approx((wanted, wanted, wanted)), "one question leaves nothing to chance"


def test_the_mean_is_over_the_questions() -> None:
    rankings = {name: list(HAND[name][0]) for name in ("first", "never", "second", "fourth")}
    found = measure(rankings, {name: HAND[name][1] for name in rankings})
    assert [found[name][0] for name in ("R@1", "R@3", "R@5", "MRR@10")] == pytest.approx([0.25, 0.5, 0.75, 1.75 / 4])


@pytest.mark.parametrize(("share", "count"), [(0.5, 400), (0.9, 300), (0.2, 1000)])
def test_the_interval_is_as_wide_as_chance_is(share: float, count: int) -> None:
    """The normal approximation of a share's 95 % interval, within a fifth of its width."""
    hits = round(share * count)
    rankings = {f"q{number}": ["a" if number < hits else "b"] for number in range(count)}
    value, low, high = measure(rankings, {query: {"a": 1} for query in rankings})["R@1"]
    width = 2 * 1.959964 * math.sqrt(share * (1 - share) / count)
    assert value == pytest.approx(share)
    assert low < value < high
    assert high - low == pytest.approx(width, rel=0.2)


def test_the_same_seed_gives_the_same_interval_whatever_the_names_of_the_questions() -> None:
    rankings = {f"q{number}": ["a"] if number % 3 else ["b"] for number in range(60)}
    renamed = {f"other {query}": ranking for query, ranking in rankings.items()}
    first = measure(rankings, {query: {"a": 1} for query in rankings})
    assert measure(rankings, {query: {"a": 1} for query in rankings}) == first
    assert measure(renamed, {query: {"a": 1} for query in renamed}) == first


# Reading a corpus

DOCUMENTS = [
    {"_id": "d1", "title": "补领身份证", "text": "身份证丢了，到派出所补领，带户口簿，工本费四十元。"},
    {"_id": "d2", "title": "", "text": "护照到期了，到出入境窗口换发，带旧护照和照片。"},
    {"_id": "d3", "text": "公积金可以提取来付房租，每年一次。"},
]
QUERIES = [{"_id": "q1", "text": "身份证丢了怎么补"}, {"_id": "q2", "text": "护照过期怎么换"}, {"_id": "q3", "text": "没有人问的"}]
QRELS = "q1\td1\t1\nq2\td2\t2\nq2\td3\t0\n"


def lines(rows: Sequence[object]) -> str:
    return "".join(f"{json.dumps(row, ensure_ascii=False)}\n" for row in rows)


def write(folder: Path, *, corpus: str | None = None, queries: str | None = None, qrels: str = QRELS) -> tuple[Path, Path, Path]:
    paths = folder / "corpus.jsonl", folder / "queries.jsonl", folder / "qrels.tsv"
    contents = lines(DOCUMENTS) if corpus is None else corpus, lines(QUERIES) if queries is None else queries, qrels
    for path, content in zip(paths, contents, strict=True):
        path.write_bytes(content.encode())
    return paths


EXPECTED = {"q1": {"d1": 1}, "q2": {"d2": 2}}


@pytest.mark.parametrize(
    "qrels",
    [
        pytest.param(QRELS, id="three columns"),
        pytest.param("query-id\tcorpus-id\tscore\n" + QRELS, id="heading"),
        pytest.param("q1\t0\td1\t1\nq2\t0\td2\t2\nq2\t0\td3\t0\n", id="TREC's four columns"),
        pytest.param("query-id\titer\tcorpus-id\tscore\nq1\t0\td1\t1\nq2\t0\td2\t2\n", id="four columns and a heading"),
        pytest.param(QRELS.replace("\n", "\r\n"), id="Windows"),
        pytest.param(f"{QRELS}\n\n", id="empty lines"),
        pytest.param(QRELS + "q1\tnowhere\t0\n", id="a document that is not right need not exist"),
        pytest.param(QRELS + "q1\td2\t-1\n", id="a grade below nothing"),
    ],
)
def test_judgements_are_read_in_each_usual_layout(tmp_path: Path, qrels: str) -> None:
    corpus = load_beir(*write(tmp_path, qrels=qrels))
    assert corpus.relevant == EXPECTED
    assert corpus.documents["d1"] == ("补领身份证", DOCUMENTS[0]["text"])
    assert [title for title, _ in corpus.documents.values()] == ["补领身份证", "", ""]
    assert corpus.queries == {"q1": "身份证丢了怎么补", "q2": "护照过期怎么换", "q3": "没有人问的"}


def test_numbers_as_ids_are_the_same_as_their_digits(tmp_path: Path) -> None:
    documents, queries = lines([{"_id": 7, "text": "甲"}]), lines([{"_id": 1, "text": "乙"}])
    corpus = load_beir(*write(tmp_path, corpus=documents, queries=queries, qrels="1\t7\t1\n"))
    assert corpus == Corpus({"7": ("", "甲")}, {"1": "乙"}, {"1": {"7": 1}})


@pytest.mark.parametrize("char", ["\u2028", "\u2029", "\x85"])
def test_a_text_may_hold_any_character_that_json_allows(tmp_path: Path, char: str) -> None:
    """Scraped pages are full of such separators; JSON need not escape them."""
    documents = [{**DOCUMENTS[0], "text": f"身份证{char}补领"}, *DOCUMENTS[1:]]
    assert load_beir(*write(tmp_path, corpus=lines(documents))).documents["d1"][1] == f"身份证{char}补领"


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"corpus": lines(DOCUMENTS) + "{_id: d4}\n"}, r"corpus\.jsonl line 4: not JSON"),
        ({"corpus": lines(DOCUMENTS)[:-5]}, r"corpus\.jsonl line 3: not JSON"),
        ({"corpus": lines([DOCUMENTS[0], {"_id": "d2"}])}, r"corpus\.jsonl line 2: text missing"),
        ({"corpus": lines([{"id": "d1", "contents": "甲"}])}, r"corpus\.jsonl line 1: _id, text missing"),
        ({"corpus": '["d1", "甲"]\n'}, r"corpus\.jsonl line 1: _id, text missing"),
        ({"queries": "\n" + lines([{"_id": "q1"}])}, r"queries\.jsonl line 2: text missing"),
        ({"queries": "q1 身份证\n"}, r"queries\.jsonl line 1: not JSON"),
        ({"qrels": "q1\td1\t1\nq9\td1\t1\n"}, r"qrels\.tsv line 2: query q9 is not in queries\.jsonl"),
        ({"qrels": "q1\td1\t1\nq1\td9\t1\n"}, r"qrels\.tsv line 2: document d9 is not in corpus\.jsonl"),
        ({"qrels": "q1\t0\td9\t1\n"}, r"qrels\.tsv line 1: document d9 is not in corpus\.jsonl"),
        ({"qrels": "q1\td1\t1\nq1\td2\n"}, r"qrels\.tsv line 2: expected query id, corpus id and a whole number"),
        ({"qrels": "q1\td1\t1\nq1\td2\tyes\n"}, r"qrels\.tsv line 2: expected .* a whole number"),
        ({"qrels": "q1\td1\t1\nq1 d2 1\n"}, r"qrels\.tsv line 2: expected .* tab-separated"),
        ({"qrels": ""}, "nothing to measure"),
        ({"qrels": "q1\td1\t0\n"}, "nothing to measure"),
        ({"corpus": "", "qrels": ""}, "nothing to measure"),
    ],
)
def test_what_is_no_such_corpus_is_refused_with_file_line_and_reason(tmp_path: Path, changed: dict[str, str], told: str) -> None:
    with pytest.raises(BeirError, match=told):
        load_beir(*write(tmp_path, **changed))


# Searching it

STORY = "办事大厅的开放时间和各个窗口的位置，请以当地公布的为准。" * 12
"""Longer than what is matched as the text of a document."""
SMALL = {
    "id": ("补领身份证", "身份证丢了，到派出所补领，带户口簿，工本费四十元。"),
    "passport": ("护照换发", "护照到期了，到出入境窗口换发，带旧护照和照片。"),
    "fund": ("租房提取公积金", "没有房子的职工，每年可以提取一次公积金付房租。"),
    "licence": ("", "开小店的，先办营业执照，再去税务登记。"),
    "newborn": ("新生儿落户", f"{STORY}孩子生下来一个月之内，拿出生医学证明去报户口。"),
    "pension": ("养老保险转移接续", "换了城市上班，原来交的养老保险可以转过去接着算年限。"),
    "title only": ("老年人优待证", ""),
}
PARAPHRASES = {
    "我的身份证弄丢了，咋补一个": "id",
    "补身份证收多少钱工本费": "id",
    "护照快到期了上哪换": "passport",
    "交房租能不能提公积金": "fund",
    "想开个小店，营业执照咋办": "licence",
    "生孩子要弄出生医学证明吗": "newborn",  # stands far behind in its document
    "换城市上班了，养老保险咋转": "pension",
    "老年人优待证怎么办": "title only",
    "护造到期了怎么唤": "passport",  # homophones
}


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    return load_lexicon(Settings().knowledge_dir / "lexicon")


@pytest.fixture(scope="module")
def search(lexicon: Lexicon) -> CorpusSearch:
    return CorpusSearch(SMALL, None, lexicon)


@pytest.mark.parametrize(("question", "document"), PARAPHRASES.items())
def test_a_paraphrase_finds_its_document_by_words_alone(search: CorpusSearch, question: str, document: str) -> None:
    assert search.search(question)[0] == document


@pytest.mark.parametrize("depth", [1, 3, 7, 10, 100])
def test_so_many_different_documents_are_told_and_the_first_stay_first(search: CorpusSearch, depth: int) -> None:
    found = search.search("身份证丢了怎么补", depth)
    assert len(found) == len(set(found)) == min(depth, len(SMALL))
    assert found == search.search("身份证丢了怎么补", 100)[:depth]


@pytest.mark.parametrize("question", ["", "？！", "hello world", "👍", "量子纠缠" * 200])
def test_a_question_that_means_nothing_here_still_gets_a_ranking(search: CorpusSearch, question: str) -> None:
    assert set(search.search(question)) == set(SMALL)


def test_a_single_document_is_found(lexicon: Lexicon) -> None:
    assert CorpusSearch({"only": ("", "护照")}, None, lexicon).search("身份证") == ["only"]


def test_a_whole_measurement_from_files_to_figures(tmp_path: Path) -> None:
    documents = [{"_id": key, "title": title, "text": text} for key, (title, text) in SMALL.items()]
    queries = [{"_id": f"q{number}", "text": question} for number, question in enumerate(PARAPHRASES)]
    qrels = "".join(f"q{number}\t{document}\t1\n" for number, document in enumerate(PARAPHRASES.values()))
    corpus = load_beir(*write(tmp_path, corpus=lines(documents), queries=lines(queries), qrels=qrels))
    report = evaluate_beir(corpus, None, Settings().knowledge_dir)
    assert (report.documents, report.questions) == (len(SMALL), len(PARAPHRASES))
    assert {name: value for name, (value, _, _) in report.figures_by_name.items()} == pytest.approx(
        {"R@1": 1.0, "R@3": 1.0, "R@5": 1.0, "R@10": 1.0, "MRR@10": 1.0, "nDCG@10": 1.0}
    )
    assert 0 < report.median_ms <= report.p99_ms
    assert json.loads(json.dumps(report.figures()))["R@1"] == {"value": 1.0, "low": 1.0, "high": 1.0}
    table = format_beir(report)
    assert f"{len(SMALL)} documents, {len(PARAPHRASES)} questions" in table
    assert all(name in table for name in report.figures_by_name)


def test_questions_without_a_relevant_document_are_not_counted(tmp_path: Path) -> None:
    report = evaluate_beir(load_beir(*write(tmp_path)), None, Settings().knowledge_dir)
    assert report.questions == 2


# Calibration


def test_calibration_error_of_cases_counted_by_hand() -> None:
    error = expected_calibration_error
    assert error([], []) == 0.0
    assert error([1.0, 1.0], [True, True]) == 0.0
    assert error([1.0, 1.0], [False, False]) == 1.0
    assert error([0.0, 0.0], [True, True]) == 1.0
    assert error([0.75] * 4, [True, True, True, False]) == pytest.approx(0.0)
    assert error([0.95] * 10, [True] * 9 + [False]) == pytest.approx(0.05)
    # Half of them say 0.2 and half of those are right; half say 0.8 and all are right.
    assert error([0.25, 0.25, 0.85, 0.85], [False, True, True, True]) == pytest.approx(0.5 * 0.25 + 0.5 * 0.15)
    # In one bin too high and too low make up for each other, in two they do not.
    assert error([0.41, 0.49], [False, True]) == pytest.approx(0.05)
    assert error([0.41, 0.49], [False, True], bins=20) == pytest.approx(0.5 * 0.41 + 0.5 * 0.51)
    # Bins are weighted by how many are in them.
    assert error([0.15] + [0.95] * 9, [True] + [True] * 9) == pytest.approx(0.1 * 0.85 + 0.9 * 0.05)


@given(
    told=st.lists(st.tuples(st.integers(0, 999), st.booleans()), min_size=1, max_size=60),
    bins=st.sampled_from([1, 5, 10, 20]),
)
@settings(deadline=None, max_examples=150, derandomize=True)
def test_calibration_error_equals_its_definition(told: list[tuple[int, bool]], bins: int) -> None:
    # Between two thousandths, so that nothing lies on the edge of a bin.
    probabilities, right = np.array([(p + 0.5) / 1000 for p, _ in told]), np.array([r for _, r in told])
    places = (probabilities * bins).astype(int)
    counts = np.bincount(places, minlength=bins)
    gaps = np.abs(np.bincount(places, probabilities, bins) - np.bincount(places, right, bins))
    expected = float(gaps[counts > 0].sum() / len(told))
    assert expected_calibration_error(probabilities.tolist(), right.tolist(), bins) == pytest.approx(expected)
