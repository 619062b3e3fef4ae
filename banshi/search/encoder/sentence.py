"""Any sentence-transformers model by name or path, for machines that have torch; prompts come from the model itself."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from banshi.search.encoder.onnx import Begun, EncoderUnavailableError, Inner, Vectors


class SentenceTransformerEncoder:
    """Same methods as `OnnxEncoder`, run by sentence-transformers.

    Args:
        name: a name on a model hub, or a directory.

    Raises:
        EncoderUnavailableError: torch is missing or the model cannot be loaded.
    """

    def __init__(self, name: str) -> None:
        try:
            from sentence_transformers import SentenceTransformer

            self._model: Any = SentenceTransformer(name)
        except Exception as error:
            raise EncoderUnavailableError(
                f"The sentence-transformers model {name} cannot be loaded ({error}). Other encoders than the built-in one need torch "
                "(make setup says how) and a model that is on this machine or on a reachable hub; BANSHI_ENCODER names it."
            ) from error
        self.dimension = int(self._model.encode_query(["x"]).shape[1])
        self.model_id = f"{name.rstrip('/').split('/')[-1]}-{self.dimension}"

    def encode_queries(self, texts: Sequence[str], *, begun: Begun | None = None) -> Vectors:
        """Unit vectors of questions, shape (n, dimension); `begun` is called first."""
        if begun is not None:
            begun()
        return np.asarray(self._model.encode_query(list(texts), normalize_embeddings=True, show_progress_bar=False), np.float32)

    def look_inside(self, texts: Sequence[str]) -> list[Inner]:
        """None: what is inside differs from model to model, and elements are told by vectors and words."""
        return []

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors of passages, shape (n, dimension)."""
        return np.asarray(self._model.encode_document(list(texts), normalize_embeddings=True, show_progress_bar=False), np.float32)
