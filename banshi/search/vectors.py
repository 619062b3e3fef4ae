"""Dense vectors in FAISS, in the same shape as the lexical index: build, search, extend, save, load."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import faiss
import numpy as np
import numpy.typing as npt

from banshi.search.encoder.onnx import Vectors

# One thread a query: with more, OpenMP's threads spin between queries and take the processor from the rest of the server (measured
# on two cores: 0.8 ms with one thread, 7 to 20 ms with two). Parallel work comes from parallel questions.
faiss.omp_set_num_threads(1)

EXACT_UP_TO = 200_000
"""More entries than this are searched approximately; benchmarks/scale.py shows where the two lines cross."""
_PROBED = 16
"""Approximate search looks into one in so many lists, of which there are about 4 √n."""
_SAMPLE_PER_LIST = 40
_ROUNDS = 8
"""Of k-means; more rounds move recall by less than a thousandth."""


class VectorIndex:
    """Inner-product search over half-precision vectors: exact while that is fast, in inverted lists (IVF) beyond.

    Inner product is cosine similarity, since the vectors are of unit length. Half precision halves the memory that a search reads and
    changes no ranking. Approximate search keeps the same half-precision codes, so that what it finds has its exact score. FAISS may not
    be changed while it is searched: extend a copy and swap.
    """

    def __init__(self, index: faiss.Index, *, mapped: bool = False) -> None:
        self._index = index
        self._mapped = mapped

    @classmethod
    def build(cls, vectors: Vectors, *, exact_up_to: int = EXACT_UP_TO) -> VectorIndex:
        """Index unit vectors, shape (n, dimension); row numbers are the ids that `search` gives back."""
        dimension = vectors.shape[1]
        half, inner = faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT
        if len(vectors) <= exact_up_to:
            index: faiss.Index = faiss.IndexScalarQuantizer(dimension, half, inner)
            index.train(vectors)
        else:
            lists = int(4 * np.sqrt(len(vectors)))
            index = faiss.IndexIVFScalarQuantizer(faiss.IndexFlatIP(dimension), dimension, lists, half, inner)
            # Residuals would lose the exactness of the score and gain nothing at half precision.
            index.by_residual = False
            index.nprobe = max(1, lists // _PROBED)
            index.cp.niter = _ROUNDS
            step = max(1, len(vectors) // (lists * _SAMPLE_PER_LIST))
            index.train(np.ascontiguousarray(vectors[::step]))
        index.add(vectors)
        return cls(index)

    @property
    def size(self) -> int:
        """Number of vectors."""
        return int(self._index.ntotal)

    @property
    def dimension(self) -> int:
        """Length of each vector."""
        return int(self._index.d)

    def search(self, query: Vectors, count: int) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float32]]:
        """Ids and cosines of the `count` nearest entries for one vector, best first."""
        scores, ids = self._index.search(query.reshape(1, -1), min(count, self.size))
        found = ids[0] >= 0  # approximate search may come back with fewer
        return ids[0][found], scores[0][found]

    def vectors(self, rows: Sequence[int]) -> Vectors:
        """The stored vectors of some rows, shape (rows, dimension), at half precision."""
        index: Any = self._index
        if hasattr(index, "make_direct_map"):  # inverted lists know no row numbers of their own
            index = faiss.clone_index(index)
            index.make_direct_map()
        stored: Vectors = index.reconstruct_n(0, self.size)
        return np.ascontiguousarray(stored[list(rows)])

    def extended(self, vectors: Vectors) -> VectorIndex:
        """A copy with more entries, numbered on from the last."""
        # A clone of what is mapped from a file is mapped too, and FAISS ends the process that adds to it.
        copy = faiss.deserialize_index(faiss.serialize_index(self._index)) if self._mapped else faiss.clone_index(self._index)
        copy.add(vectors)
        return VectorIndex(copy)

    def save(self, folder: Path, name: str) -> list[Path]:
        """Write `name.faiss`; returns the path."""
        path = folder / f"{name}.faiss"
        faiss.write_index(self._index, str(path))
        return [path]

    @classmethod
    def load(cls, folder: Path, name: str) -> VectorIndex:
        """Read what `save` wrote; the vectors stay on disk and are mapped into memory."""
        return cls(faiss.read_index(str(folder / f"{name}.faiss"), faiss.IO_FLAG_MMAP_IFC), mapped=True)
