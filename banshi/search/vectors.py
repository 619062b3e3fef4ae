"""Dense vectors in FAISS, in the same shape as the lexical index: build, search, save, load."""

from __future__ import annotations

from pathlib import Path

import faiss
import numpy as np
import numpy.typing as npt

from banshi.search.encoder.onnx import Vectors

# One thread a query: with more, OpenMP's threads spin between queries and take the processor from the rest of the server (measured
# on two cores: 0.8 ms with one thread, 7 to 20 ms with two). Parallel work comes from parallel questions.
faiss.omp_set_num_threads(1)


class VectorIndex:
    """Exact inner-product search over half-precision vectors.

    Inner product is cosine similarity, since the vectors are of unit length. Flat half precision is exact and faster than flat
    single precision up to some 200,000 entries. FAISS may not be changed while it is searched: build a new one and swap.
    """

    def __init__(self, index: faiss.Index) -> None:
        self._index = index

    @classmethod
    def build(cls, vectors: Vectors) -> VectorIndex:
        """Index unit vectors, shape (n, dimension); row numbers are the ids that `search` gives back."""
        flat = faiss.IndexScalarQuantizer(vectors.shape[1], faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT)
        index = faiss.IndexIDMap2(flat)
        index.train(vectors)
        index.add_with_ids(vectors, np.arange(len(vectors), dtype=np.int64))
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
        return ids[0], scores[0]

    def save(self, folder: Path, name: str) -> list[Path]:
        """Write `name.faiss`; returns the path."""
        path = folder / f"{name}.faiss"
        faiss.write_index(self._index, str(path))
        return [path]

    @classmethod
    def load(cls, folder: Path, name: str) -> VectorIndex:
        """Read what `save` wrote."""
        return cls(faiss.read_index(str(folder / f"{name}.faiss")))
