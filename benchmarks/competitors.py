"""One search engine in a process of its own: python -m benchmarks.competitors ENGINE FOLDER, started by `benchmarks.search`.

The engines live in three environments that cannot be one (`.venv`, `.venv-bench`, `.venv-rasa`), so each is driven over pipes: first it
indexes the texts in FOLDER and writes how long that took and by how much its memory grew; then it reads a question a line and writes a
ranking a line. Everything is imported where it is used, since no environment holds all of it.

FOLDER holds `corpus.json` (texts, the owner of each, the group of each owner), `vectors.npy` (a row a text) and `questions.npy` (a row a
question): all engines that use vectors use those of one encoder. A ranking is a list of owners, one a group, best first: an owner is as
good as its best text.
"""

from __future__ import annotations

import asyncio
import ctypes
import gc
import json
import os
import re
import sys
import time
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

DEPTH = 10
"""Owners in a ranking."""
TEXTS = 500
"""Texts asked of an engine that gives a list and not all scores: enough for ten owners of some twenty to a hundred texts each."""

Scores = npt.NDArray[Any]


class Corpus:
    """The texts to be found.

    Attributes:
        texts: what is indexed.
        owners: owner id of each text.
        vectors: (texts, dimension) unit vectors.
        questions: (questions, dimension) unit vectors.
    """

    def __init__(self, folder: Path) -> None:
        stored = json.loads((folder / "corpus.json").read_text(encoding="utf-8"))
        self.folder = folder
        self.texts: list[str] = stored["texts"]
        self.owners: list[str] = stored["owners"]
        self._groups: list[str] = stored["groups"]
        names, self._group_of = np.unique(np.array(self._groups), return_inverse=True)
        self._count = len(names)
        self.vectors: Scores = np.load(folder / "vectors.npy")
        self.questions: Scores = np.load(folder / "questions.npy")

    def best(self, scores: Scores) -> list[str]:
        """Owners by their best text, from one score a text; a text that scores nothing is not found."""
        tops = np.zeros(self._count, np.float64)
        np.maximum.at(tops, self._group_of, scores)
        # Ten groups have at least ten texts at or above the tenth best group's score: only those need sorting.
        rim = np.partition(tops, -DEPTH)[-DEPTH] if self._count > DEPTH else 0.0
        near = np.flatnonzero((scores >= rim) & (scores > 0))
        return self.first_of_each(near[np.argsort(-scores[near], kind="stable")])

    def first_of_each(self, numbers: Iterable[int]) -> list[str]:
        """Owners of the texts, best first, the first of every group."""
        owners: list[str] = []
        seen: set[str] = set()
        for number in numbers:
            group = self._groups[int(number)]
            if group not in seen:
                seen.add(group)
                owners.append(self.owners[int(number)])
                if len(owners) == DEPTH:
                    break
        return owners


class SearchEngine(Protocol):
    """What a competitor offers. Its constructor loads what is no index: libraries, dictionaries, the encoder."""

    def index(self, corpus: Corpus) -> None:
        """Make the texts findable."""

    def search(self, text: str, number: int) -> list[list[str]]:
        """One ranking of owners, or several from an engine that makes several; `number` is the row of the question's vector."""


def load_dictionaries() -> None:
    """Load what our text processing reads at its first use: it is no part of an index."""
    import banshi.search.beir  # noqa: F401  # brings FAISS
    from banshi.text.normalise import search_form
    from banshi.text.spelling import Speller
    from banshi.text.terms import sound_terms

    sound_terms(search_form("預熱一下"))
    Speller.build(["预热一下"], foreign={})


class Banshi:
    """The engine in use, over its snapshot: the corpus is a part of what it holds."""

    def __init__(self) -> None:
        from banshi.assembly import load_encoder
        from banshi.settings import Settings

        self._settings = Settings()
        self._encoder = load_encoder(self._settings)
        load_dictionaries()

    def index(self, corpus: Corpus) -> None:
        from banshi.assembly import open_engine

        self._engine = open_engine(self._settings, self._encoder)
        if self._engine.degraded or self._engine.snapshot.knowledge_version != self._engine.knowledge.version:
            raise RuntimeError("The index was built from other knowledge or with another encoder; run banshi index.")

    def search(self, text: str, number: int) -> list[list[str]]:
        from banshi.search.result import SearchRequest

        return [[candidate.id for candidate in self._engine.search(SearchRequest(text=text, top_k=DEPTH)).candidates]]


class BanshiFusion:
    """The assistant's channels and fusion over texts that are not its knowledge; each text is a document."""

    def __init__(self) -> None:
        from banshi.assembly import load_encoder
        from banshi.knowledge.library import load_lexicon
        from banshi.settings import Settings

        settings = Settings()
        self._encoder = load_encoder(settings)
        self._lexicon = load_lexicon(settings.knowledge_dir / "lexicon")
        load_dictionaries()

    def index(self, corpus: Corpus) -> None:
        from banshi.search.beir import CorpusSearch

        self._corpus = corpus
        documents = {str(number): ("", text) for number, text in enumerate(corpus.texts)}
        self._search = CorpusSearch(documents, self._encoder, self._lexicon, encode=lambda _: corpus.vectors)

    def search(self, text: str, number: int) -> list[list[str]]:
        return [self._corpus.first_of_each(int(found) for found in self._search.search(text, TEXTS))]


class BanshiByOwner(BanshiFusion):
    """The same with the texts under their owners, as the engine in use holds them: an owner is judged by the mean of its best texts, its
    texts together are its body, and where owners have texts enough a recogniser learns from them."""

    def index(self, corpus: Corpus) -> None:
        from banshi.search.lexical import LexicalIndex
        from banshi.search.question import QuestionReader
        from banshi.search.recognition import Recogniser

        super().index(corpus)
        names, owner_of = np.unique(np.array(corpus.owners), return_inverse=True)
        reader = QuestionReader(self._lexicon)
        questions = [reader.stored(text) for text in corpus.texts]
        bodies: list[list[str]] = [[] for _ in names]
        for owner, question in zip(owner_of, questions, strict=True):
            bodies[owner] += question.terms
        body = LexicalIndex.build(bodies)
        self._search.ids = names.tolist()
        numbers = owner_of.astype(np.int32)
        recogniser = Recogniser.learn(self._search.ids, questions, numbers, corpus.vectors)
        self._search.channels = replace(
            self._search.channels,
            bodies=body,
            everything=body,
            owner_of=numbers,
            recognition=recogniser.of(self._search.ids, numbers, questions) if recogniser is not None else None,
            is_guide=np.ones(len(names), np.bool_),
            is_outside=np.zeros(len(names), np.bool_),
        )

    def search(self, text: str, number: int) -> list[list[str]]:
        return [self._search.search(text, DEPTH)]


class Bm25Words:
    """bm25s with its own settings over jieba's words for search engines."""

    def __init__(self) -> None:
        import bm25s
        import jieba

        jieba.setLogLevel("ERROR")
        jieba.initialize()
        self._cut, self._library = jieba.lcut_for_search, bm25s

    def terms(self, text: str) -> list[str]:
        return [word for word in self._cut(text.lower()) if re.search(r"\w", word)]

    def index(self, corpus: Corpus) -> None:
        self._corpus = corpus
        self._bm25 = self._library.BM25()
        self._bm25.index([self.terms(text) for text in corpus.texts], show_progress=False)

    def search(self, text: str, number: int) -> list[list[str]]:
        terms = self.terms(text)
        return [self._corpus.best(self._bm25.get_scores(terms)) if terms else []]


class Bm25Characters(Bm25Words):
    """bm25s with its own settings over single characters and pairs; a Latin word or a number counts as one character."""

    def __init__(self) -> None:
        import bm25s

        self._library = bm25s

    def terms(self, text: str) -> list[str]:
        units = re.findall(r"[a-z0-9]+|[^\W_]", text.lower())
        return units + [first + second for first, second in pairwise(units)]


class TfIdf:
    """scikit-learn's TF-IDF over runs of one to three characters, cosine."""

    def __init__(self) -> None:
        from sklearn.feature_extraction.text import TfidfVectorizer

        self._vectoriser = TfidfVectorizer(analyzer="char", ngram_range=(1, 3))

    def index(self, corpus: Corpus) -> None:
        self._corpus = corpus
        self._columns = self._vectoriser.fit_transform(corpus.texts).T.tocsr()

    def search(self, text: str, number: int) -> list[list[str]]:
        # Rows are of unit length, so the product is the cosine.
        return [self._corpus.best((self._vectoriser.transform([text]) @ self._columns).toarray()[0])]


class Encoder:
    """Cosine of the best stored text, and nothing else."""

    def index(self, corpus: Corpus) -> None:
        self._corpus = corpus
        self._vectors = corpus.vectors.copy()  # what an index of them takes

    def search(self, text: str, number: int) -> list[list[str]]:
        return [self._corpus.best(self._vectors @ self._corpus.questions[number])]


class Txtai:
    """txtai's hybrid index as documented: its BM25 and its dense index, equal weights, vectors from outside."""

    def __init__(self) -> None:
        from txtai import Embeddings

        self._embeddings = Embeddings

    def index(self, corpus: Corpus) -> None:
        self._corpus = corpus
        rows = {text: number for number, text in enumerate(corpus.texts)}
        self._asked: dict[str, Scores] = {}

        def transform(texts: Sequence[str]) -> Scores:
            return np.stack([self._asked[text] if text in self._asked else corpus.vectors[rows[text]] for text in texts])

        self._index = self._embeddings(method="external", transform=transform, hybrid=True)
        self._index.index(corpus.texts)

    def search(self, text: str, number: int) -> list[list[str]]:
        self._asked = {text: self._corpus.questions[number]}
        return [self._corpus.first_of_each(found for found, _ in self._index.search(text, TEXTS))]


class Haystack:
    """Haystack's in-memory document store and its BM25 retriever as shipped."""

    def __init__(self) -> None:
        from haystack import Document
        from haystack.components.retrievers.in_memory import InMemoryBM25Retriever
        from haystack.document_stores.in_memory import InMemoryDocumentStore

        self._document, self._retriever, self._store = Document, InMemoryBM25Retriever, InMemoryDocumentStore

    def index(self, corpus: Corpus) -> None:
        self._corpus = corpus
        store = self._store()
        store.write_documents([self._document(id=str(number), content=text) for number, text in enumerate(corpus.texts)])
        self._bm25 = self._retriever(store, top_k=TEXTS)

    def search(self, text: str, number: int) -> list[list[str]]:
        return [self._corpus.first_of_each(int(document.id) for document in self._bm25.run(query=text)["documents"])]


class Rasa:
    """Rasa's stock pipeline with jieba for its tokenizer and a fixed seed.

    An owner is an intent with one response, so that one training gives both rankings: DIET's of the intents and the ResponseSelector's of
    the responses.
    """

    PIPELINE = """\
recipe: default.v1
assistant_id: benchmark
language: zh
pipeline:
- name: JiebaTokenizer
- name: RegexFeaturizer
- name: LexicalSyntacticFeaturizer
- name: CountVectorsFeaturizer
- name: CountVectorsFeaturizer
  analyzer: char_wb
  min_ngram: 1
  max_ngram: 4
- name: DIETClassifier
  epochs: 100
  random_seed: 1
  constrain_similarities: true
- name: ResponseSelector
  epochs: 100
  random_seed: 1
  constrain_similarities: true
"""

    def __init__(self) -> None:
        import jieba
        from rasa.core.agent import Agent
        from rasa.model_training import train_nlu

        jieba.setLogLevel("ERROR")
        jieba.initialize()
        self._agent_class, self._train = Agent, train_nlu
        self._loop = asyncio.new_event_loop()

    def index(self, corpus: Corpus) -> None:
        from rasa.shared.utils.io import write_yaml

        names = {owner: f"owner{number}" for number, owner in enumerate(dict.fromkeys(corpus.owners))}
        self._owner_of = {name: owner for owner, name in names.items()}
        examples: dict[str, list[str]] = {name: [] for name in self._owner_of}
        for owner, text in zip(corpus.owners, corpus.texts, strict=True):
            examples[names[owner]].append(text)
        data = {
            "version": "3.1",
            "nlu": [{"intent": f"{n}/answer", "examples": "".join(f"- {t}\n" for t in e)} for n, e in examples.items()],
        }
        domain = {"version": "3.1", "intents": list(examples), "responses": {f"utter_{name}/answer": [{"text": name}] for name in examples}}
        config, nlu, domain_file = (corpus.folder / name for name in ("config.yml", "nlu.yml", "domain.yml"))
        config.write_text(self.PIPELINE, encoding="utf-8")
        write_yaml(data, nlu)
        write_yaml(domain, domain_file)
        model = self._train(str(config), str(nlu), str(corpus.folder / "model"), domain=str(domain_file))
        self._agent = self._agent_class.load(model)

    def search(self, text: str, number: int) -> list[list[str]]:
        parsed = self._loop.run_until_complete(self._agent.parse_message(text))
        selected = parsed["response_selector"]["default"]["ranking"]
        return [
            [self._owner_of[intent["name"]] for intent in parsed["intent_ranking"][:DEPTH]],
            [self._owner_of[response["intent_response_key"].split("/")[0]] for response in selected[:DEPTH]],
        ]


ENGINES: dict[str, type[SearchEngine]] = {
    "banshi": Banshi,
    "fusion": BanshiFusion,
    "by-owner": BanshiByOwner,
    "bm25-words": Bm25Words,
    "bm25-characters": Bm25Characters,
    "tfidf": TfIdf,
    "encoder": Encoder,
    "txtai": Txtai,
    "haystack": Haystack,
    "rasa": Rasa,
}


def resident_bytes() -> int:
    """Resident memory of this process after what is free was given back; 0 where there is no /proc."""
    gc.collect()
    statm = Path("/proc/self/statm")
    if not statm.is_file():
        return 0
    ctypes.CDLL(None).malloc_trim(0)
    return int(statm.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def main() -> None:
    """Index, then answer until the questions end."""
    # What libraries print must not come between the answers.
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8", buffering=1)
    os.dup2(2, 1)
    engine = ENGINES[sys.argv[1]]()
    corpus = Corpus(Path(sys.argv[2]))
    before, started = resident_bytes(), time.perf_counter()
    engine.index(corpus)
    seconds = time.perf_counter() - started
    answers.write(json.dumps({"seconds": seconds, "bytes": resident_bytes() - before}) + "\n")
    for line in sys.stdin:
        question = json.loads(line)
        started = time.perf_counter()
        rankings = engine.search(question["text"], question["number"])
        took = (time.perf_counter() - started) * 1000
        answers.write(json.dumps({"rankings": rankings, "ms": took}) + "\n")


if __name__ == "__main__":
    main()
