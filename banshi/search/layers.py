"""Two linear layers over hashed n-grams and vectors: the shape of fastText's classifier (Joulin et al. 2016), with sentence vectors beside.

The first layer takes n-grams and vectors down to a few hundred numbers, the second one takes those to a logit for each class.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Numbers = npt.NDArray[np.int64]

_SMOOTHING = 0.05
_HIDDEN_VECTORS = 0.1


@dataclass(frozen=True)
class Layers:
    """What was learned.

    Attributes:
        grams: first layer for n-grams, (buckets, width), in half precision.
        dense: first layer for vectors, (dimension, width); no rows without vectors.
        last: second layer, (width + 1, classes); its last row is the bias.
    """

    grams: npt.NDArray[np.float16]
    dense: Floats
    last: Floats

    def logits(self, row: Numbers, values: Floats, vector: Floats | None) -> Floats:
        """One number a class, (classes,).

        Args:
            row, values: buckets of the text and what each counts.
            vector: its vector, (dimension,); None to go by words alone.
        """
        return self.after(self.before(row, values), vector)

    def before(self, row: Numbers, values: Floats) -> Floats:
        """What the n-grams give the second layer, (width,); see `logits`."""
        return np.asarray(values @ self.grams[row].astype(np.float32), np.float32)

    def after(self, hidden: Floats, vector: Floats | None) -> Floats:
        """The logits, (classes,), from what the n-grams gave; see `logits`."""
        if vector is not None and len(self.dense):
            hidden = hidden + vector @ self.dense
        return np.asarray(hidden @ self.last[:-1] + self.last[-1], np.float32)

    def arrays(self) -> dict[str, Any]:
        """By name, to be saved."""
        return {"grams": self.grams, "dense": self.dense, "last": self.last}

    @classmethod
    def of(cls, arrays: Any) -> Layers:
        """Inverse of `arrays`; others beside them are left alone."""
        return cls(arrays["grams"], arrays["dense"], arrays["last"])


def learn_layers(
    rows: Sequence[Numbers],
    values: Sequence[Floats],
    vectors: Floats | None,
    targets: Numbers | Floats,
    *,
    buckets: int,
    classes: int,
    width: int,
    rounds: int,
    rate: float,
    batch: int,
    hidden: float,
    weights: Floats | None = None,
    given: Floats | None = None,
    seed: int = 7,
) -> Layers:
    """Learn by cross-entropy (Adam, falling rate).

    A part of the n-grams, and now and then the vector, is hidden from each example: a citizen's question shares only a part of its words
    with any stored one, and without an encoder there are words alone.

    Args:
        rows, values: buckets of each text and what each counts.
        vectors: (texts, dimension); None learns from words alone.
        targets: class of each text, (texts,), or its shares in the classes, (texts, classes).
        buckets, classes, width: sizes of the layers.
        rounds: how often each text is seen on average.
        rate, batch: of the optimisation.
        hidden: share of n-grams hidden from an example.
        weights: how often each text is drawn beside the others; alike when left out.
        given: logits that are known beforehand, (texts, classes); the layers learn what is left.
        seed: of the first weights, the order and what is hidden.
    """
    # Only learning needs torch; serving never loads it.
    import torch
    from torch import nn

    random = torch.Generator().manual_seed(seed)
    dimension = 0 if vectors is None else vectors.shape[1]
    grams = nn.EmbeddingBag(buckets, width, mode="sum")
    dense, last = nn.Linear(max(dimension, 1), width, bias=False), nn.Linear(width, classes)
    with torch.no_grad():
        grams.weight.normal_(std=0.1, generator=random)
        for layer in (dense, last):
            layer.weight.uniform_(-1, 1, generator=random).div_(np.sqrt(layer.in_features))
        last.bias.zero_()
    optimiser = torch.optim.Adam([*grams.parameters(), *dense.parameters(), *last.parameters()], lr=rate)
    steps = rounds * -(-len(rows) // batch)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimiser, lambda step: max(0.02, 1 - step / steps))
    loss_of = nn.CrossEntropyLoss(label_smoothing=_SMOOTHING)
    wanted, known = torch.from_numpy(targets), None if given is None else torch.from_numpy(given)
    dense_of = None if vectors is None else torch.from_numpy(vectors)
    chances = None if weights is None else torch.from_numpy(weights)
    for _ in range(rounds):
        order = (
            torch.randperm(len(rows), generator=random)
            if chances is None
            else torch.multinomial(chances, len(rows), replacement=True, generator=random)
        )
        for chosen in (order[start : start + batch] for start in range(0, len(order), batch)):
            ids, starts, shares = _together([rows[i] for i in chosen], [values[i] for i in chosen])
            shown = torch.rand(len(shares), generator=random) >= hidden
            inside: Any = grams(ids, starts, per_sample_weights=shares * shown / (1 - hidden))
            if dense_of is not None:
                inside = inside + dense(dense_of[chosen] * (torch.rand(len(chosen), 1, generator=random) >= _HIDDEN_VECTORS))
            logits = last(inside) if known is None else last(inside) + known[chosen]
            loss = loss_of(logits, wanted[chosen])
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            schedule.step()
    first = np.ascontiguousarray(dense.weight.detach().numpy().T) if dimension else np.zeros((0, width), np.float32)
    second = np.concatenate([last.weight.detach().numpy().T, last.bias.detach().numpy()[None]])
    return Layers(grams.weight.detach().numpy().astype(np.float16), first, second)


def centred(vectors: Floats, centre: Floats) -> Floats:
    """Vectors as seen from the middle of all stored ones, at unit length: e5's own lie in a narrow cone."""
    moved = vectors - centre
    return np.asarray(moved / np.maximum(np.linalg.norm(moved, axis=1, keepdims=True), 1e-6), np.float32)


def _together(rows: Sequence[Numbers], values: Sequence[Floats]) -> tuple[Any, Any, Any]:
    """Buckets and values of a batch end to end, and where each text begins."""
    import torch

    starts = np.cumsum([0, *(len(row) for row in rows[:-1])])
    return torch.from_numpy(np.concatenate(rows)), torch.from_numpy(starts), torch.from_numpy(np.concatenate(values))
