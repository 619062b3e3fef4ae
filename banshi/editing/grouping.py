"""Questions that ask the same, grouped by their vectors: average linkage among nearest neighbours.

Agglomerative clustering with average linkage gave the best groups of what was tried on 3,855 wordings of 270 matters, slips and talk among
them: at the distance chosen 86 % of a group are of one matter. HDBSCAN and complete linkage found fewer of the same matter at any such
share; words beside the vectors added nothing. It needs the distances of all pairs, too many for 20,000 questions. Here only nearest
neighbours are joined, by the exact mean similarity of their groups: the same groups, in memory that grows with the number of questions.
"""

from __future__ import annotations

import heapq
from collections.abc import Sequence

import faiss
import numpy as np

from banshi.search.fusion import Floats

LEAST = 0.4
"""Mean cosine, of centred vectors, at which two groups are still one."""
_NEIGHBOURS = 20
_NEARLY = 0.8
"""Neighbours below `LEAST` by this factor are kept: they may come near when groups grow."""
_EXACT_UP_TO = 4000
_PROBED = 12
_TRAINED_ON_EVERY = 2
_ROUNDS = 4


def centred(vectors: Floats, centre: Floats | None) -> Floats:
    """Unit vectors, shape (n, dimension), from which what all questions have in common is taken away."""
    if centre is not None:
        vectors = vectors - centre
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.maximum(lengths, 1e-9), np.float32)


def group(vectors: Floats, *, seeds: Sequence[tuple[Floats, int]] = (), least: float = LEAST) -> list[tuple[int | None, list[int]]]:
    """Groups of rows, each with the number of the seed it grew from, None where it is new; the largest first.

    Args:
        vectors: (n, dimension), of `centred`.
        seeds: groups that exist already: the mean of their centred vectors, and how many. They grow and are never joined with each other.
        least: see `LEAST`.
    """
    count = len(vectors)
    if count == 0:
        return []
    points = np.concatenate([vectors, np.stack([mean for mean, _ in seeds])]) if seeds else vectors
    means: list[Floats | None] = list(points)
    sizes = [1] * count + [max(1, size) for _, size in seeds]
    seed: list[int | None] = [None] * count + list(range(len(seeds)))
    rows = [[row] for row in range(count)] + [[] for _ in seeds]
    near, heap = _neighbours(np.ascontiguousarray(points, np.float32), least)
    while heap:
        _, one, other = heapq.heappop(heap)
        first, second = means[one], means[other]
        # A group that was joined is there no more; two seeds stay two.
        if first is None or second is None or (seed[one] is not None and seed[other] is not None):
            continue
        size = sizes[one] + sizes[other]
        mean = ((first * sizes[one] + second * sizes[other]) / size).astype(np.float32)
        means[one] = means[other] = None
        around = [number for number in near[one] | near[other] if means[number] is not None]
        joined = len(means)
        means.append(mean)
        sizes.append(size)
        seed.append(seed[one] if seed[one] is not None else seed[other])
        rows.append(rows[one] + rows[other])
        near.append(set(around))
        if around:
            similar = np.array([means[number] for number in around], np.float32) @ mean
            for number, similarity in zip(around, similar, strict=True):
                near[number].add(joined)
                if similarity >= least:
                    heapq.heappush(heap, (-float(similarity), number, joined))
    found = [(seed[number], sorted(rows[number])) for number, mean in enumerate(means) if mean is not None and rows[number]]
    return sorted(found, key=lambda one: (-len(one[1]), one[1][0]))


def medoid(vectors: Floats, weights: Sequence[int]) -> int:
    """The row that is likest to all, each counted by its weight."""
    similar = vectors @ (vectors * np.asarray(weights, np.float32)[:, None]).sum(axis=0)
    return int(similar.argmax())


def _neighbours(vectors: Floats, least: float) -> tuple[list[set[int]], list[tuple[float, int, int]]]:
    """For every row the rows near it, and the pairs near enough to be joined as a heap with the nearest first."""
    count, dimension = vectors.shape
    index: faiss.Index = faiss.IndexFlatIP(dimension)
    if count > _EXACT_UP_TO:
        lists = int(2 * np.sqrt(count))
        inverted = faiss.IndexIVFFlat(index, dimension, lists, faiss.METRIC_INNER_PRODUCT)
        inverted.cp.niter, inverted.cp.min_points_per_centroid, inverted.nprobe = _ROUNDS, 1, _PROBED
        inverted.train(np.ascontiguousarray(vectors[::_TRAINED_ON_EVERY]))
        index = inverted
    index.add(vectors)
    similar, ids = index.search(vectors, min(count, _NEIGHBOURS))
    near: list[set[int]] = [set() for _ in range(count)]
    pairs: dict[tuple[int, int], float] = {}
    for row, place in zip(*np.nonzero((similar >= _NEARLY * least) & (ids >= 0)), strict=True):
        one, other, similarity = int(row), int(ids[row, place]), float(similar[row, place])
        if one != other:
            near[one].add(other)
            near[other].add(one)
            if similarity >= least:
                pairs[min(one, other), max(one, other)] = similarity
    heap = [(-similarity, one, other) for (one, other), similarity in pairs.items()]
    heapq.heapify(heap)
    return near, heap
