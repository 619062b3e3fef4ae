"""A classifier that looks at every token of a text inside the encoder and learns which of them matter (attention pooling).

The encoder's own vector is the mean of its last layer, which was made to say what a text is about. In the layers before, the tokens still
say how it is asked: learned attention over those tells elements apart that the vector mixes up. Each of a few learned queries takes a
mean of the tokens, weighted by how well they fit it (Lin et al. 2017, "A structured self-attentive sentence embedding").
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from banshi.search.encoder.onnx import Inner
from banshi.search.layers import Floats

_QUERIES, _WIDTH = 6, 96
BATCH = 64
_STEPS, _RATE, _DECAY = 1500, 1.5e-3, 0.02
_SMOOTHING = 0.05
_HIDDEN_IN, _HIDDEN_OUT = 0.1, 0.3
_SHARPNESS = 4.0
"""Fits are divided by it, so that the first attention is nearly even."""
_SIDE_BY_SIDE = 16
"""So many batches are drawn together and sorted by length: less of them is padding."""


@dataclass(frozen=True)
class Attention:
    """What was learned; the scaling of the tokens is part of the first two matrices.

    Attributes:
        queries: (inner dimension + 1, queries); the last row is the bias, here and below.
        values: (inner dimension + 1, width).
        last: (queries × width + 1, classes).
    """

    queries: Floats
    values: Floats
    last: Floats

    def probabilities(self, inner: Inner) -> Floats:
        """One a class, (classes,), of a text by its tokens, (tokens, inner dimension)."""
        told = inner.astype(np.float32) @ self._both[:-1] + self._both[-1]
        fits, values = told[:, : self.queries.shape[1]], told[:, self.queries.shape[1] :]
        shares = np.exp(fits - fits.max(axis=0))
        shares /= shares.sum(axis=0)
        seen = shares.T @ values
        logits = np.maximum(seen, 0).reshape(-1) @ self.last[:-1] + self.last[-1]
        odds = np.exp(logits - logits.max())
        return np.asarray(odds / odds.sum(), np.float32)

    @cached_property
    def _both(self) -> Floats:
        """Queries and values side by side: one product is faster than two."""
        return np.concatenate([self.queries, self.values], axis=1)

    def arrays(self) -> dict[str, Any]:
        """By name, to be saved."""
        return {"queries": self.queries, "values": self.values, "last": self.last}

    @classmethod
    def of(cls, arrays: Any) -> Attention:
        """Inverse of `arrays`."""
        return cls(arrays["queries"], arrays["values"], arrays["last"])


def learn_attention(insides: Sequence[Inner], targets: Floats, weights: Floats, *, steps: int = _STEPS, seed: int = 7) -> Attention:
    """Learn by cross-entropy (AdamW, rate rising and falling).

    Args:
        insides: tokens of each text.
        targets: shares of each text in the classes, (texts, classes).
        weights: how often each text is drawn beside the others.
        steps: batches that are learned from.
        seed: of the first weights, the order and what is hidden.
    """
    # Only learning needs torch; serving never loads it.
    import torch
    from torch import nn

    random = np.random.default_rng(seed)
    sample = np.concatenate([inner.astype(np.float32) for inner in insides[::10]])
    centre, spread = sample.mean(axis=0), sample.std(axis=0) + 1e-3
    dimension, classes = sample.shape[1], targets.shape[1]
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        queries, values = nn.Linear(dimension, _QUERIES), nn.Linear(dimension, _WIDTH)
        last = nn.Linear(_QUERIES * _WIDTH, classes)
        parameters = [*queries.parameters(), *values.parameters(), *last.parameters()]
        optimiser = torch.optim.AdamW(parameters, lr=_RATE, weight_decay=_DECAY)
        schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, _RATE, total_steps=steps + 1, pct_start=0.1)
        loss_of = nn.CrossEntropyLoss(label_smoothing=_SMOOTHING)
        wanted = torch.from_numpy(targets)
        chances = weights / weights.sum()
        done = 0
        while done < steps:
            drawn = random.choice(len(insides), _SIDE_BY_SIDE * BATCH, p=chances)
            batches = drawn[np.argsort([len(insides[i]) for i in drawn], kind="stable")].reshape(-1, BATCH)
            for chosen in random.permutation(batches)[: steps - done]:
                lengths = [len(insides[i]) for i in chosen]
                tokens = np.zeros((len(chosen), max(lengths), dimension), np.float32)
                for row, (i, length) in enumerate(zip(chosen, lengths, strict=True)):
                    tokens[row, :length] = (insides[i] - centre) / spread
                beyond = torch.arange(max(lengths))[None] >= torch.tensor(lengths)[:, None]
                shown = nn.functional.dropout(torch.from_numpy(tokens), _HIDDEN_IN)
                shares = (queries(shown) / _SHARPNESS).masked_fill(beyond[..., None], -torch.inf).softmax(dim=1)
                seen = torch.einsum("btq,btw->bqw", shares, values(shown)).flatten(1)
                loss = loss_of(last(nn.functional.relu(nn.functional.dropout(seen, _HIDDEN_OUT))), wanted[chosen])
                optimiser.zero_grad()
                loss.backward()
                optimiser.step()
                schedule.step()
                done += 1

    def affine(layer: Any, divisor: float = 1.0) -> Floats:
        weight, bias = layer.weight.detach().numpy().T / spread[:, None], layer.bias.detach().numpy()
        return np.asarray(np.concatenate([weight, (bias - centre @ weight)[None]]) / divisor, np.float32)

    output = np.concatenate([last.weight.detach().numpy().T, last.bias.detach().numpy()[None]])
    return Attention(affine(queries, _SHARPNESS), affine(values), np.asarray(output, np.float32))
