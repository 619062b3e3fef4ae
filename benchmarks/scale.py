"""How the search grows: 10,000, 100,000 and 1,000,000 entries, against the encoder's own forward pass, in one run.

    .venv/bin/python -m benchmarks.scale [--sizes 10000,100000]

Entries are stored questions, and variations of them as citizens make them: a place, an opening, a closing, a slip. Encoding a million
texts would take hours; the vector of a variation is the vector of its text moved by the difference that a real variation of the same
kind made to another text (2,000 such differences are encoded). Texts and words are real for every entry.

Searching here is reading, encoding, gathering and ranking; rendering an answer does not depend on the number of entries. Ratios within
the run count, not milliseconds: machines are noisy.
"""

from __future__ import annotations

import argparse
import gc
import random
import time
from collections.abc import Sequence
from functools import partial

import numpy as np

from banshi.assembly import encoder_or_none, golden_half
from banshi.knowledge.library import Knowledge, load_knowledge
from banshi.search.build import TokenCache, VectorCache
from banshi.search.calibration import rank
from banshi.search.encoder.onnx import Begun, OnnxEncoder
from banshi.search.entries import owners_and_entries
from banshi.search.fusion import Channels, Encoded, Floats, find, gather
from banshi.search.lexical import LexicalIndex
from banshi.search.noise import with_slips
from banshi.search.question import QuestionReader
from banshi.search.recognition import Recogniser
from banshi.search.vectors import EXACT_UP_TO, VectorIndex
from banshi.settings import Settings

_OPENINGS = ("", "", "请问", "我想问", "麻烦问下", "俺寻思问问", "帮我查查", "急，")
_CLOSINGS = ("", "", "呢", "啊", "谢谢", "在线等", "，说细点", "，老人问的")
_DIFFERENCES = 2000
_TEXTS_AN_OWNER = 25
_QUESTIONS = 300
_LOOKED_INTO = 2_000
"""Texts whose tokens it learns from; 80 owners' texts, as many as there are guides."""
_LEARNED_FROM = 20_000
"""Texts the recogniser learns from here: what it costs to ask it depends on the number of owners, not on how much it has learned."""
_EQUALLY_NEAR = 1e-3
"""Cosines that differ by less count as ties, as in ann-benchmarks."""


def vary(text: str, places: Sequence[str], draw: random.Random) -> str:
    """One variation: an opening, a place, the text, sometimes with a slip, a closing."""
    place = f"{draw.choice(('在', '搁', '我在', '人在'))}{draw.choice(places)}，" if draw.random() < 0.8 else ""
    slipped = with_slips(text, 0.06, draw.choice(("homophone", "keyboard")), draw.randrange(1 << 30)) if draw.random() < 0.3 else text
    return f"{draw.choice(_OPENINGS)}{place}{slipped}{draw.choice(_CLOSINGS)}"


class Material:
    """Texts, vectors and questions that all sizes are made from."""

    def __init__(self, knowledge: Knowledge, encoder: OnnxEncoder, settings: Settings) -> None:
        self.reader = QuestionReader(knowledge.lexicon)
        self.draw = random.Random(11)
        _, entries = owners_and_entries(knowledge)
        texts = [self.reader.stored(entry.text).text for entry in entries]
        self.vectors = VectorCache(settings.var_dir / "vectors", encoder).encode(texts, print)
        order = list(range(len(texts)))
        self.draw.shuffle(order)
        self.texts, self.vectors = [texts[i] for i in order], self.vectors[order]
        self.places = [region.name for region in knowledge.regions.regions.values() if region.level != "province"]
        sample = self.draw.sample(range(len(self.texts)), _DIFFERENCES)
        print(f"encoding {_DIFFERENCES} variations")
        varied = encoder.encode_queries([self.reader.stored(vary(self.texts[i], self.places, self.draw)).text for i in sample])
        self.differences = varied - self.vectors[sample]

    def entries(self, size: int) -> tuple[list[str], Floats]:
        """So many texts with their vectors; the first ones are stored texts themselves."""
        if size <= len(self.texts):
            return self.texts[:size], self.vectors[:size]
        more = size - len(self.texts)
        base = np.array([self.draw.randrange(len(self.texts)) for _ in range(more)])
        texts = [*self.texts, *(vary(self.texts[i], self.places, self.draw) for i in base)]
        vectors = np.empty((size, self.vectors.shape[1]), np.float32)
        vectors[: len(self.texts)] = self.vectors
        shift = np.random.default_rng(5).integers(0, _DIFFERENCES, more)
        for start in range(0, more, 50_000):
            part = slice(start, min(start + 50_000, more))
            moved = self.vectors[base[part]] + self.differences[shift[part]]
            vectors[len(self.texts) + part.start : len(self.texts) + part.stop] = moved / np.linalg.norm(moved, axis=1, keepdims=True)
        return texts, vectors


def build(texts: Sequence[str], vectors: Floats, reader: QuestionReader, encoder: OnnxEncoder) -> Channels:
    """Channels over texts; every 25 of them belong to one owner. Tokens tell as many owners apart as there are guides."""
    owner_of = (np.arange(len(texts)) // _TEXTS_AN_OWNER).astype(np.int32)
    owners = int(owner_of[-1]) + 1
    questions = [reader.stored(text) for text in texts]
    bodies = [[term for q in questions[i * _TEXTS_AN_OWNER : i * _TEXTS_AN_OWNER + 3] for term in q.terms] for i in range(owners)]
    words = LexicalIndex.build([question.terms for question in questions])
    sounds = LexicalIndex.build([question.sounds for question in questions])
    body = LexicalIndex.build(bodies)
    nothing = np.zeros(owners, np.bool_)
    nothing[::10] = True
    names = [str(number) for number in range(owners)]
    some = slice(0, _LEARNED_FROM)
    insides = dict(enumerate(TokenCache(encoder).look_inside([question.text for question in questions[:_LOOKED_INTO]])))
    looked = names[: _LOOKED_INTO // _TEXTS_AN_OWNER]
    recogniser = Recogniser.learn(names, questions[some], owner_of[some], vectors[some], rounds=1, insides=insides, looked=looked)
    recognition = recogniser.of(names, owner_of, questions) if recogniser is not None else None
    return Channels(VectorIndex.build(vectors), words, sounds, body, body, owner_of, np.ones(owners, np.bool_), nothing, recognition)


def encode_once(encoder: OnnxEncoder, text: str, begun: Begun) -> Encoded:
    """As the engine encodes a question: its tokens come with its vector."""
    return Encoded(encoder.encode_queries([text], begun=begun), encoder.look_inside([text])[0])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", default="10000,100000,1000000", help="numbers of entries, separated by commas")
    sizes = [int(size) for size in parser.parse_args().sizes.split(",")]
    settings = Settings()
    encoder = encoder_or_none(settings)
    if not isinstance(encoder, OnnxEncoder):
        raise SystemExit("The built-in encoder is missing: run make setup.")
    forgetful = OnnxEncoder(settings.encoder_path, cache_size=1)  # nobody has asked these questions before
    knowledge = load_knowledge(settings.knowledge_dir)
    material = Material(knowledge, encoder, settings)
    asked = [q.text for q in golden_half(settings, "dev") if q.lang == "zh"][:_QUESTIONS]
    first_p99 = None
    headings = ("encode p50", "search p50", "ratio", "encode p99", "search p99", "ratio")
    print(f"{'entries':>9} {'build s':>8} " + " ".join(f"{heading:>11}" for heading in headings))
    for size in sizes:
        texts, vectors = material.entries(size)
        started = time.perf_counter()
        channels = build(texts, vectors, material.reader, encoder)
        built = time.perf_counter() - started
        groups = [str(i) for i in range(channels.owners)]
        reader = QuestionReader(knowledge.lexicon)
        gc.collect()
        encode, search, found = [], [], []
        for text in asked:
            question = reader.stored(text)
            began = time.perf_counter()
            forgetful.forward([question.text])
            encode.append((time.perf_counter() - began) * 1000)
            began = time.perf_counter()
            question = QuestionReader.stored(reader, text)
            encoded, evidence = find(question, partial(encode_once, forgetful, question.text), channels)
            rank(question, evidence, channels, groups)
            search.append((time.perf_counter() - began) * 1000)
            if size > EXACT_UP_TO and channels.vectors is not None and encoded is not None:
                cosines = vectors @ encoded.vectors[0]
                tenth = np.partition(cosines, -10)[-10]
                # Of entries that are equally near, any will do; the index keeps vectors at half precision.
                found.append(float(np.mean(cosines[channels.vectors.search(encoded.vectors[0], 10)[0]] >= tenth - _EQUALLY_NEAR)))
        p50, p99 = np.quantile(search, 0.5), np.quantile(search, 0.99)
        first_p99 = first_p99 or p99
        more = f"p99 {p99 / first_p99:.2f} × the smallest"
        more += f", recall@10 {np.mean(found):.4f}" if found else ", exact"
        more += f", one entry published in {publish(channels, material, encoder):.2f} s"
        e50, e99 = np.quantile(encode, 0.5), np.quantile(encode, 0.99)
        figures = f"{e50:>9.1f}ms {p50:>9.1f}ms {p50 / e50:>11.2f} {e99:>9.1f}ms {p99:>9.1f}ms {p99 / e99:>11.2f}"
        print(f"{size:>9,} {built:>8.1f} {figures}  {more}", flush=True)
        del channels, texts, vectors
        gc.collect()


def publish(channels: Channels, material: Material, encoder: OnnxEncoder) -> float:
    """Seconds until one new Q&A with ten wordings is found by its own words."""
    wordings = [f"冰雪大世界门票第{i}种问法怎么退" for i in range(10)]
    started = time.perf_counter()
    questions = [material.reader.stored(text) for text in wordings]
    owner = channels.owners
    more = channels.extended(
        [(False, material.reader.terms("门票在购票平台退，按平台规则退款。"))],
        [(owner, question.terms, question.sounds) for question in questions],
        encoder.encode_queries([question.text for question in questions]),
    )
    groups = [str(i) for i in range(more.owners)]
    vector = encoder.encode_queries([questions[3].text])[0]
    ranked = rank(questions[3], gather(questions[3], vector, more), more, groups)
    seconds = time.perf_counter() - started
    if int(ranked.order[0]) != owner:
        raise SystemExit("The entry that was published is not found.")
    return seconds


if __name__ == "__main__":
    main()
