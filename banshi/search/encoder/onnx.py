"""The serving encoder: one ONNX file and one tokenizer file, no torch."""

from __future__ import annotations

import hashlib
import json
import threading
from collections import OrderedDict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

Vectors = npt.NDArray[np.float32]
Inner = npt.NDArray[np.float16]
"""Every token of one text as it is inside the encoder, (tokens, 2 × dimension); see `export`."""

MODEL_FILE = "model.q8.onnx"
EMBEDDING, INNER = "embedding", "inner"
MAX_TOKENS = 256
BATCH = 32


class EncoderUnavailableError(RuntimeError):
    """The encoder cannot be loaded; the message says what to do. Search goes on with words alone."""


class OnnxEncoder:
    """Encode text with a sentence-transformers directory that also holds `model.q8.onnx`.

    Args:
        directory: the model directory; prompts are read from its `config_sentence_transformers.json`.
        threads: intra-operation threads. One: on a small busy machine a second thread spins and costs more than it gives.
        cache_size: how many questions are remembered, by text.

    Example:
        >>> encoder = OnnxEncoder(Path("models/default"))
        >>> encoder.encode_queries(["身份证丢了"]).shape
        (1, 384)
    """

    def __init__(self, directory: Path, *, threads: int = 1, cache_size: int = 1024) -> None:
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
        padding = json.loads((directory / "config.json").read_text(encoding="utf-8"))["pad_token_id"]
        self._tokenizer.enable_padding(pad_id=padding, pad_token=self._tokenizer.id_to_token(padding))
        self._prompts: dict[str, str] = _prompts(directory)
        self._cache: OrderedDict[str, tuple[Vectors, Inner | None]] = OrderedDict()
        self._cache_size = cache_size
        self._lock = threading.Lock()
        self.model_id = _model_id(directory)
        self.dimension = int(self._session.get_outputs()[0].shape[1])

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors of questions, shape (n, dimension). Same text, same vector, whatever the batch (each token has its own scale)."""
        # Whoever asks for many looks inside none of them.
        return np.stack([vector for vector, _ in self._encoded(texts, look_inside=len(texts) <= BATCH)])

    def look_inside(self, texts: Sequence[str]) -> list[Inner]:
        """The tokens of questions; see `Inner`. Those of a question that was just encoded are at hand."""
        return [inner for _, inner in self._encoded(texts, look_inside=True) if inner is not None]

    def _encoded(self, texts: Sequence[str], *, look_inside: bool) -> list[tuple[Vectors, Inner | None]]:
        known: dict[str, tuple[Vectors, Inner | None]] = {}
        with self._lock:
            for text in texts:
                row = self._cache.get(text)
                if row is not None and not (look_inside and row[1] is None):
                    self._cache.move_to_end(text)
                    known[text] = row
        missing = [text for text in dict.fromkeys(texts) if text not in known]
        if missing:
            vectors, inner = self._run([self._prompts["query"] + text for text in missing], look_inside=look_inside)
            fresh = dict(zip(missing, zip(vectors, inner, strict=True), strict=True))
            known.update(fresh)
            with self._lock:
                self._cache.update(fresh)
                while len(self._cache) > self._cache_size:
                    self._cache.popitem(last=False)
        return [known[text] for text in texts]

    def forward(self, texts: Sequence[str]) -> Vectors:
        """Vectors of questions without looking at the cache, shape (n, dimension): what encoding itself costs."""
        return self._run([self._prompts["query"] + text for text in texts])[0]

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors of longer passages, shape (n, dimension); not cached."""
        return self._run([self._prompts["document"] + text for text in texts])[0]

    def _run(self, texts: Sequence[str], *, look_inside: bool = False) -> tuple[Vectors, list[Inner | None]]:
        # Batches of similar length waste the least padding.
        order = sorted(range(len(texts)), key=lambda i: len(texts[i]))
        out = np.empty((len(texts), self.dimension), np.float32)
        insides: list[Inner | None] = [None] * len(texts)
        wanted = [EMBEDDING, INNER] if look_inside else [EMBEDDING]
        for start in range(0, len(order), BATCH):
            chosen = order[start : start + BATCH]
            encoded = self._tokenizer.encode_batch([texts[i] for i in chosen])
            feeds: dict[str, Any] = {
                "input_ids": np.array([e.ids for e in encoded], np.int64),
                "attention_mask": np.array([e.attention_mask for e in encoded], np.int64),
            }
            vectors, *inner = self._session.run(wanted, feeds)
            out[chosen] = vectors
            if inner:
                for number, tokens, length in zip(chosen, inner[0], feeds["attention_mask"].sum(axis=1), strict=True):
                    insides[number] = tokens[:length].astype(np.float16)
        return out, insides


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
