"""Our search beside what one could take instead, on the same questions in one run: python -m benchmarks.search [--half test] [--without …].

Slices:

- the labelled questions of one half: guides and Q&A, Chinese and Korean, the hard ones, and the Chinese ones on guides and Q&A with 15 %
  of their characters replaced by others of the same sound;
- a FAQ that has nothing to do with our items (`faq.jsonl`: a library, a museum, bicycles, a canteen, a shop; 120 entries of four stored
  wordings): our channels and fusion as they are, on texts they were not made for. Two questions an entry name their matter as people do
  (`asked`), two more only hint at it and share hardly a word with what is stored (`hinted`);
- 30 items of 20 stored wordings each, a corpus small enough for Rasa's neural classifiers to be trained on.

Every engine is given the stored texts of guides and Q&A, as they stand, and is asked the questions as they were typed. A ranking is of
items and Q&A: one is as good as its best text. All that use vectors use those of our encoder, of texts and questions normalised as ours
are. Ours, in the first group, is the engine in use: it also knows the words of the answers, dialect words and what lies outside, and its
rankings are the candidates it tells: at most four where it asks back, passages of policies among them (a passage is never right here). In
the other groups it is our channels and fusion over the same texts as all others, by entry, as the engine holds them, and once
text by text, as `banshi evaluate` does on a corpus in BEIR layout, which does not say what belongs together.

Columns: R@n is the share of questions with a right one among the first n; intervals are of 1,000 bootstrap samples of the questions. Times
are of one question at a time, encoding included. MB is by how much the resident memory of the engine's own process grew while it indexed
(libraries, dictionaries and encoder were loaded before; vectors that were given to it count). Building leaves out encoding the texts; an
engine in use is not built but opened.

An engine that cannot be installed or fails is listed as not measured, with the reason.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt

from banshi.assembly import load_encoder
from banshi.knowledge.library import Knowledge, load_knowledge
from banshi.search.beir import measure
from banshi.search.build import Encoder, VectorCache
from banshi.search.entries import Entry, Owner, owners_and_entries
from banshi.search.fusion import Floats
from banshi.search.golden import GoldenQuestion, load_golden
from banshi.search.noise import with_slips
from banshi.search.question import QuestionReader
from banshi.settings import ROOT, Settings
from banshi.text.normalise import is_korean

SLIPS = 0.15
ITEMS, WORDINGS = 30, 20
COLUMNS = ("R@1", "R@3", "R@5", "MRR@10", "nDCG@10")
ENVIRONMENT = {
    "OMP_NUM_THREADS": "1",  # as our own engine: a second thread spins between questions
    "TOKENIZERS_PARALLELISM": "false",
    "HF_HUB_OFFLINE": "1",
    "HAYSTACK_TELEMETRY_ENABLED": "False",
    "RASA_TELEMETRY_ENABLED": "false",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "PYTHONPATH": ".",
    "PYTHONWARNINGS": "ignore",
}


class NotMeasuredError(RuntimeError):
    """An engine cannot take part; the message says why."""


@dataclass(frozen=True)
class Engine:
    """A row of the tables, or several where one engine makes several rankings.

    Attributes:
        name: what `benchmarks.competitors` calls it.
        rows: what people call its rankings.
        environment: folder of its Python environment.
        single: it is one channel: no fusion of two ways to match.
        takes_vectors: questions are encoded for it, which counts in its time.
        ours: it is not a competitor but compared with them.
    """

    name: str
    rows: tuple[str, ...]
    environment: str = ".venv"
    single: bool = False
    takes_vectors: bool = False
    ours: bool = False


IN_USE = Engine("banshi", ("banshi",), ours=True)
FUSION = (
    Engine("by-owner", ("banshi's fusion, by entry",), ours=True),
    Engine("fusion", ("banshi's fusion, text by text",), ours=True),
)
OTHERS = (
    Engine("bm25-words", ("bm25s, jieba words",), single=True),
    Engine("bm25-characters", ("bm25s, characters and pairs",), single=True),
    Engine("tfidf", ("TF-IDF, 1 to 3 characters",), single=True),
    Engine("encoder", ("our encoder alone",), single=True, takes_vectors=True),
    Engine("txtai", ("txtai, hybrid",), environment=".venv-bench", takes_vectors=True),
    Engine("haystack", ("Haystack, in-memory BM25",), environment=".venv-bench", single=True),
)
RASA = Engine("rasa", ("Rasa DIET", "Rasa ResponseSelector"), environment=".venv-rasa")
OPTIONAL = ("txtai", "haystack", "rasa")


@dataclass(frozen=True)
class Asked:
    """A question and the items or Q&A any of which answers it."""

    text: str
    wanted: frozenset[str]


@dataclass
class Case:
    """A corpus with the questions asked of it.

    Attributes:
        texts, owners: what is stored and what each text stands for.
        items: owner → the item it belongs to; an owner and its item are one in a ranking.
        slices: title → questions.
        engines: who takes part, ours first.
    """

    texts: list[str]
    owners: list[str]
    items: dict[str, str | None]
    slices: dict[str, list[Asked]]
    engines: tuple[Engine, ...]


@dataclass
class Run:
    """What one engine made of one case.

    Attributes:
        rankings: a list for each row of the engine, of owners for each question.
        times: milliseconds for each question.
    """

    seconds: float = 0.0
    megabytes: float = 0.0
    rankings: list[list[list[str]]] = field(default_factory=list)
    times: list[float] = field(default_factory=list)


def golden_case(knowledge: Knowledge, half: str, folder: Path) -> Case:
    """The stored texts of guides and Q&A and the labelled questions of one half."""
    owners, entries = searchable(knowledge)
    # A message with two questions has no one ranking, and what must be refused has none at all.
    guides, qa, hard = (
        [q for q in load_golden(folder / f"{half}{kind}.jsonl") if q.decision == "answer" and not q.also] for kind in ("", "_qa", "_hard")
    )
    chinese = [q for q in (*guides, *qa) if q.lang == "zh"]
    slices = {
        "guides, Chinese": [asked(q) for q in guides if q.lang == "zh"],
        "guides, Korean": [asked(q) for q in guides if q.lang == "ko"],
        "Q&A, Chinese": [asked(q) for q in qa if q.lang == "zh"],
        "Q&A, Korean": [asked(q) for q in qa if q.lang == "ko"],
        "hard questions": [asked(q) for q in hard],
        f"guides and Q&A, Chinese, {SLIPS:.0%} homophone slips": [
            Asked(with_slips(q.text, SLIPS, "homophone", number), frozenset(q.items)) for number, q in enumerate(chinese)
        ],
    }
    return Case(
        [entry.text for entry in entries],
        [entry.owner for entry in entries],
        {owner.id: owner.item for owner in owners},
        slices,
        (IN_USE, *OTHERS),
    )


def foreign_case(path: Path) -> Case:
    """The FAQ that has nothing to do with our items."""
    entries = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    stored = [(entry["id"], text) for entry in entries for text in (entry["question"], *entry["similar"])]
    return Case(
        [text for _, text in stored],
        [owner for owner, _ in stored],
        {entry["id"]: None for entry in entries},
        {
            f"a foreign FAQ, Chinese, {title}": [Asked(text, frozenset([entry["id"]])) for entry in entries for text in entry[kind]]
            for title, kind in (("matters named", "asked"), ("matters only hinted at", "hinted"))
        },
        (*FUSION, *OTHERS),
    )


def small_case(knowledge: Knowledge, half: str, folder: Path) -> Case:
    """Items that labelled questions ask for, with a sample of their stored wordings, and those questions."""
    questions = [q for q in load_golden(folder / f"{half}.jsonl") if q.decision == "answer" and q.lang == "zh" and not q.also]
    draw = random.Random(1)
    items = sorted({item for q in questions for item in q.items if item in knowledge.guides})
    items = sorted(draw.sample(items, min(ITEMS, len(items))))
    _, entries = searchable(knowledge)
    texts, owners = [], []
    for item in items:
        wordings = [entry.text for entry in entries if entry.owner == item and entry.is_question and not is_korean(entry.text)]
        texts += draw.sample(wordings, min(WORDINGS, len(wordings)))
        owners += [item] * min(WORDINGS, len(wordings))
    slices = {f"{len(items)} items of {WORDINGS} wordings, Chinese": [asked(q) for q in questions if set(q.items) <= set(items)]}
    return Case(texts, owners, dict.fromkeys(items), slices, (*FUSION, *OTHERS, RASA))


def searchable(knowledge: Knowledge) -> tuple[list[Owner], list[Entry]]:
    """Owners, and the stored texts of guides and Q&A: what lies outside and policies are left out."""
    owners, entries = owners_and_entries(knowledge)
    return owners, [entry for entry in entries if entry.kind in ("guide", "qa")]


def asked(question: GoldenQuestion) -> Asked:
    """A labelled question as it was typed."""
    return Asked(question.text, frozenset(question.items))


class Contest:
    """Runs the engines on cases and prints the tables.

    Args:
        knowledge: for normalising texts as the engine does.
        encoder: gives all vectors.
        cache: folder of the vectors already computed.
        without: names of engines that are left out.
    """

    def __init__(self, knowledge: Knowledge, encoder: Encoder, cache: Path, without: Sequence[str]) -> None:
        self._reader = QuestionReader(knowledge.lexicon)
        self._encoder = encoder
        self._cache = cache
        self._missing = dict.fromkeys(without, "left out by --without")
        self._encoded: dict[str, tuple[Floats, float]] = {}

    def run(self, case: Case) -> None:
        """Ask every engine every question, one engine after the other, and print a table a slice."""
        questions = [question for group in case.slices.values() for question in group]
        with tempfile.TemporaryDirectory() as temporary:
            folder = Path(temporary)
            encoding = self._lay_out(case, questions, folder)
            runs = {}
            for engine in case.engines:
                say(f"{engine.name}: {len(case.texts)} texts, {len(questions)} questions")
                try:
                    if engine.name in self._missing:
                        raise NotMeasuredError(self._missing[engine.name])
                    runs[engine.name] = ask(engine, folder, questions, encoding)
                except NotMeasuredError as error:
                    self._missing[engine.name] = str(error)
        start = 0
        for title, group in case.slices.items():
            self._print(title, case, group, slice(start, start + len(group)), runs)
            start += len(group)

    def _lay_out(self, case: Case, questions: Sequence[Asked], folder: Path) -> list[float]:
        """Write what the engines read; returns the milliseconds it took to encode each question."""
        groups = [case.items[owner] or owner for owner in case.owners]
        corpus = {"texts": case.texts, "owners": case.owners, "groups": groups}
        (folder / "corpus.json").write_text(json.dumps(corpus, ensure_ascii=False), encoding="utf-8")
        stored = [self._reader.stored(text).text for text in case.texts]
        np.save(folder / "vectors.npy", VectorCache(self._cache, self._encoder).encode(stored, say))
        self._encoder.encode_queries(["预热"])
        for question in questions:
            # The encoder remembers what it has encoded: the time is of the first time.
            if question.text not in self._encoded:
                started = time.perf_counter()
                vector = self._encoder.encode_queries([self._reader.stored(question.text).text])[0]
                self._encoded[question.text] = (vector, (time.perf_counter() - started) * 1000)
        np.save(folder / "questions.npy", np.stack([self._encoded[question.text][0] for question in questions]))
        return [self._encoded[question.text][1] for question in questions]

    def _print(self, title: str, case: Case, group: Sequence[Asked], part: slice, runs: dict[str, Run]) -> None:
        relevant = {str(number): dict.fromkeys(question.wanted, 1) for number, question in enumerate(group)}
        print(f"\n{title}: {len(group)} questions, {len(case.texts)} texts of {len(set(case.owners))}")
        print(f"{'':29}" + "".join(f"{name:^21}" for name in COLUMNS) + f"{'p50 ms':>8}{'p99 ms':>8}{'MB':>7}{'build s':>9}")
        hits: dict[str, npt.NDArray[np.bool_]] = {}
        for engine in case.engines:
            if engine.name not in runs:
                print(f"{engine.rows[0]:29}not measured: {self._missing[engine.name]}")
                continue
            run = runs[engine.name]
            for row, rankings in zip(engine.rows, run.rankings, strict=True):
                told = [as_wanted(ranking, question, case.items) for ranking, question in zip(rankings[part], group, strict=True)]
                figures = measure({str(number): ranking for number, ranking in enumerate(told)}, relevant)
                hits[row] = np.array([bool(r) and r[0] in question.wanted for r, question in zip(told, group, strict=True)])
                cells = "".join(f"{value:>8.1%} {f'({low:.1%}–{high:.1%})':<12}" for value, low, high in (figures[c] for c in COLUMNS))
                times = run.times[part]
                seconds = f"{run.seconds:>8.1f}" + ("*" if engine is IN_USE else " ")
                print(f"{row:29}{cells}{np.median(times):>8.1f}{np.quantile(times, 0.99):>8.1f}{run.megabytes:>7.0f}{seconds}")
        singles = {row for engine in case.engines if engine.single for row in engine.rows}
        own = [row for engine in case.engines if engine.ours for row in engine.rows if row in hits]
        rest = {row: right for row, right in hits.items() if row not in own}
        for row in own:
            print(verdict(row, hits[row], rest, singles))


def as_wanted(ranking: Sequence[str], question: Asked, items: dict[str, str | None]) -> list[str]:
    """A ranking of owners as one of what the labels name: a Q&A of an item counts as the item where the item is wanted."""
    return [owner if owner in question.wanted else items.get(owner) or owner for owner in ranking]


def verdict(name: str, ours: npt.NDArray[np.bool_], rest: dict[str, npt.NDArray[np.bool_]], singles: set[str]) -> str:
    """Whether ours is first on R@1, by how much, and how it stands to the best single channel."""
    if not rest:
        return f"→ {name}: nothing to compare with"
    shares = {row: float(right.mean()) for row, right in rest.items()}
    own, best = float(ours.mean()), max(shares, key=shares.__getitem__)
    channel = max((row for row in shares if row in singles), key=shares.__getitem__, default=None)
    low, high = difference(ours, rest[best])
    place = "first" if own > shares[best] else "shares the first place" if own == shares[best] else "NOT first"
    stand = ""
    if channel is not None:
        stand = "does not lose to" if own >= shares[channel] else "LOSES to"
        stand = f"; {stand} the best single channel ({channel}, {shares[channel]:.1%})"
    return (
        f"→ {name}: {place} on R@1, {own:.1%} against {shares[best]:.1%} ({best}), {own - shares[best]:+.1%} "
        f"(95 % interval {low:+.1%} to {high:+.1%}){stand}"
    )


def difference(ours: npt.NDArray[np.bool_], theirs: npt.NDArray[np.bool_], *, seed: int = 7) -> tuple[float, float]:
    """95 % interval of the difference of two shares over the same questions, by 1,000 bootstrap samples of them."""
    gaps = ours.astype(np.float64) - theirs
    samples = np.random.default_rng(seed).integers(0, len(gaps), (1000, len(gaps)))
    low, high = np.quantile(gaps[samples].mean(axis=1), (0.025, 0.975))
    return float(low), float(high)


def ask(engine: Engine, folder: Path, questions: Sequence[Asked], encoding: Sequence[float]) -> Run:
    """Start an engine, let it index, ask it everything.

    Raises:
        NotMeasuredError: it cannot be installed, does not start, or ends before it has answered.
    """
    command = [interpreter(engine.environment), "-m", "benchmarks.competitors", engine.name, str(folder)]
    log = folder / f"{engine.name}.log"
    # Rasa takes what it has once trained out of its cache: a cache of its own makes it train, and leaves ours alone.
    environment = {**os.environ, **ENVIRONMENT, "RASA_CACHE_DIRECTORY": str(folder / "rasa-cache")}
    with log.open("w", encoding="utf-8") as errors:
        process = subprocess.Popen(
            command, cwd=ROOT, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors, text=True
        )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        line = process.stdout.readline()
        built = json.loads(line)
        run = Run(built["seconds"], built["bytes"] / 1e6, [[] for _ in engine.rows])
        # The first question loads what is loaded late; it is not counted.
        for number, text in [(0, "您好请问一下"), *((number, question.text) for number, question in enumerate(questions))]:
            process.stdin.write(json.dumps({"text": text, "number": number}) + "\n")
            process.stdin.flush()
            line = process.stdout.readline()
            answer = json.loads(line)
            run.times.append(answer["ms"] + (encoding[number] if engine.takes_vectors else 0.0))
            for rankings, ranking in zip(run.rankings, answer["rankings"], strict=True):
                rankings.append(ranking)
    except (OSError, ValueError) as error:
        process.kill()
        said = [text.strip() for text in log.read_text(encoding="utf-8", errors="replace").splitlines() if text.strip()]
        raise NotMeasuredError(said[-1] if said else f"it ended without a word ({error})") from error
    finally:
        with suppress(OSError):  # what it was not there to read
            process.stdin.close()
        process.wait()
    del run.times[0]
    for rankings in run.rankings:
        del rankings[0]
    return run


def interpreter(environment: str) -> str:
    """The Python of an environment; that of the competitors is made at its first use.

    Raises:
        NotMeasuredError: there is none and none can be made.
    """
    if environment == ".venv":
        return sys.executable
    if environment == ".venv-bench":
        make = (
            "from pathlib import Path; from scripts.set_up_environments import create; "
            "create('.venv-bench', lock=['../benchmarks/requirements.txt'], with_torch=True); "
            "Path('.venv-bench/.gitignore').write_text('*\\n')"
        )
        done = subprocess.run([sys.executable, "-c", make], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        if done.returncode:
            said = done.stdout.strip().splitlines()
            raise NotMeasuredError(said[-1] if said else "its environment could not be made")
    python = ROOT / environment / "bin" / "python"
    if not python.is_file():
        raise NotMeasuredError(f"there is no {environment}; run make setup")
    return str(python)


def say(text: str) -> None:
    """A line of progress, beside the tables."""
    print(f"[search] {text}", file=sys.stderr, flush=True)


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--half", choices=("dev", "test"), default="test", help="half of the labelled questions; dev is for development")
    parser.add_argument("--without", default="", metavar="NAMES", help=f"leave out some of {','.join(OPTIONAL)}")
    arguments = parser.parse_args()
    without = [name for name in arguments.without.split(",") if name]
    if unknown := sorted(set(without) - set(OPTIONAL)):
        parser.error(f"--without knows {', '.join(OPTIONAL)}, not {', '.join(unknown)}")
    settings = Settings()
    knowledge = load_knowledge(settings.knowledge_dir)
    encoder = load_encoder(settings)
    contest = Contest(knowledge, encoder, settings.var_dir / "vectors", without)
    golden = settings.knowledge_dir / "golden"
    print(f"golden half {arguments.half}, knowledge {knowledge.version}, encoder {encoder.model_id}")
    contest.run(golden_case(knowledge, arguments.half, golden))
    contest.run(foreign_case(ROOT / "benchmarks" / "faq.jsonl"))
    contest.run(small_case(knowledge, arguments.half, golden))
    print("\n* opened, not built")


if __name__ == "__main__":
    main()
