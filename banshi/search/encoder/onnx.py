"""The serving encoder: one ONNX file and one tokenizer file, no torch."""

from __future__ import annotations

import hashlib
import json
import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import Generic, TypeVar

import numpy as np
import numpy.typing as npt

T = TypeVar("T")
Vectors = npt.NDArray[np.float32]
Inner = npt.NDArray[np.float16]
"""Every token of one text as it is inside the encoder, (tokens, 2 × dimension); see `export`."""

Begun = Callable[[], object]
"""Called when a model begins to run, and the interpreter is free for others."""

MODEL_FILE = "model.q8.onnx"
EMBEDDING, INNER = "embedding", "inner"
_INSIDES = 256
"""So many questions' tokens are remembered: 8 MB of common ones, 100 MB of the longest."""
MAX_TOKENS = 256
BATCH = 32


class EncoderUnavailableError(RuntimeError):
    """The encoder cannot be loaded; the message says what to do. Search goes on with words alone."""


class _Recent(Generic[T]):
    """What was used last, by text, for several threads."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._kept: OrderedDict[str, T] = OrderedDict()
        self._lock = threading.Lock()

    def of(self, texts: Sequence[str]) -> dict[str, T]:
        """What is remembered of these."""
        with self._lock:
            known = {text: self._kept[text] for text in texts if text in self._kept}
            for text in known:
                self._kept.move_to_end(text)
        return known

    def keep(self, fresh: Mapping[str, T]) -> None:
        """Remember these and forget what was not used for longest."""
        with self._lock:
            self._kept.update(fresh)
            while len(self._kept) > self._size:
                self._kept.popitem(last=False)


class OnnxEncoder:
    """Encode text with a sentence-transformers directory that also holds `model.q8.onnx`.

    Args:
        directory: the model directory; prompts are read from its `config_sentence_transformers.json`.
        threads: intra-operation threads. One: on a small busy machine a second thread spins and costs more than it gives.
        cache_size: how many questions' vectors are remembered, by text; of the last few of them the tokens too.

    Example:
        >>> encoder = OnnxEncoder(Path("models/default"))
        >>> encoder.encode_queries(["身份证丢了"]).shape
        (1, 384)
    """

    def __init__(self, directory: Path, *, threads: int = 1, cache_size: int = 4096) -> None:
        model, tokenizer = directory / MODEL_FILE, directory / "tokenizer.json"
        if not model.is_file() or not tokenizer.is_file():
            raise EncoderUnavailableError(
                f"No encoder in {directory}: it needs {MODEL_FILE} and tokenizer.json. Run make setup to build it."
            )
        # Imported here so that a missing or broken onnxruntime degrades the search and does not stop the server.
        try:
            import onnxruntime
            from tokenizers import Tokenizer

            options = onnxruntime.SessionOptions()
            options.intra_op_num_threads = threads
            options.inter_op_num_threads = 1
            options.log_severity_level = 3
            # A spinning worker would take the core that the web server needs.
            options.add_session_config_entry("session.intra_op.allow_spinning", "0")
            self._session = onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])
            self._tokenizer = Tokenizer.from_file(str(tokenizer))
        except Exception as error:
            raise EncoderUnavailableError(
                f"The encoder in {directory} cannot be loaded ({error}). Run make setup to rebuild it."
            ) from error
        self._tokenizer.enable_truncation(MAX_TOKENS)
        self._tokenizer.no_padding()
        self._prompts: dict[str, str] = _prompts(directory)
        self._vectors: _Recent[Vectors] = _Recent(cache_size)
        self._insides: _Recent[Inner] = _Recent(min(cache_size, _INSIDES))
        self.model_id = _model_id(directory)
        self.dimension = int(self._session.get_outputs()[0].shape[1])

    def encode_queries(self, texts: Sequence[str], *, begun: Begun | None = None) -> Vectors:
        """Unit vectors of questions, shape (n, dimension). Same text, same vector, whatever the batch (each token has its own scale).

        Args:
            texts: the questions.
            begun: see `Begun`; not called where all are remembered.
        """
        # Whoever asks for many looks inside none of them.
        known = self._vectors.of(texts)
        if missing := [text for text in dict.fromkeys(texts) if text not in known]:
            known.update(self._encoded(missing, look_inside=len(texts) <= BATCH, begun=begun)[0])
        return np.stack([known[text] for text in texts])

    def look_inside(self, texts: Sequence[str]) -> list[Inner]:
        """The tokens of questions; see `Inner`. Those of a question that was just encoded are at hand."""
        known = self._insides.of(texts)
        if missing := [text for text in dict.fromkeys(texts) if text not in known]:
            known.update(self._encoded(missing, look_inside=True)[1])
        return [known[text] for text in texts]

    def _encoded(
        self, texts: Sequence[str], *, look_inside: bool, begun: Begun | None = None
    ) -> tuple[dict[str, Vectors], dict[str, Inner]]:
        vectors, insides = self._run([self._prompts["query"] + text for text in texts], look_inside=look_inside, begun=begun)
        encoded, seen = dict(zip(texts, vectors, strict=True)), dict(zip(texts, insides, strict=True)) if look_inside else {}
        self._vectors.keep(encoded)
        self._insides.keep(seen)
        return encoded, seen

    def forward(self, texts: Sequence[str]) -> Vectors:
        """Vectors of questions without looking at the cache, shape (n, dimension): what encoding itself costs."""
        return self._run([self._prompts["query"] + text for text in texts])[0]

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors of longer passages, shape (n, dimension); not cached."""
        return self._run([self._prompts["document"] + text for text in texts])[0]

    def _run(self, texts: Sequence[str], *, look_inside: bool = False, begun: Begun | None = None) -> tuple[Vectors, list[Inner]]:
        # Texts of one length go together: nothing is padded, so a vector is the same to the last bit whatever was encoded with it,
        # and an index made of kept vectors is the same as one made from nothing.
        encoded = self._tokenizer.encode_batch(list(texts))
        by_length = sorted(range(len(texts)), key=lambda number: len(encoded[number].ids))
        out = np.empty((len(texts), self.dimension), np.float32)
        insides: dict[int, Inner] = {}
        wanted = [EMBEDDING, INNER] if look_inside else [EMBEDDING]
        for _, group in groupby(by_length, key=lambda number: len(encoded[number].ids)):
            same = list(group)
            for start in range(0, len(same), BATCH):
                chosen = same[start : start + BATCH]
                ids = np.array([encoded[number].ids for number in chosen], np.int64)
                if begun is not None:
                    begun()
                    begun = None
                vectors, *inner = self._session.run(wanted, {"input_ids": ids, "attention_mask": np.ones_like(ids)})
                out[chosen] = vectors
                if inner:
                    insides.update(zip(chosen, inner[0].astype(np.float16), strict=True))
        return out, [insides[number] for number in range(len(insides))]


def _prompts(directory: Path) -> dict[str, str]:
    path = directory / "config_sentence_transformers.json"
    prompts = json.loads(path.read_text(encoding="utf-8")).get("prompts", {}) if path.is_file() else {}
    return {"query": prompts.get("query", ""), "document": prompts.get("document", prompts.get("passage", ""))}


def _model_id(directory: Path) -> str:
    """Name and content hash: vectors of two encoders must never meet in one index."""
    hasher = hashlib.sha256()
    with (directory / MODEL_FILE).open("rb") as file:
        while block := file.read(1 << 20):
            hasher.update(block)
    hasher.update((directory / "tokenizer.json").read_bytes())
    return f"{directory.name}-{hasher.hexdigest()[:12]}"
