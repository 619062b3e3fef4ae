"""A BertModel sentence-transformers directory → one fused ONNX file that counts in integers, without torch.

Weights are quantised in 7 bits with one scale an output, activations in 8 bits with one scale a token, so a text's vector does not
depend on what it is batched with. Seven bits: processors without VNNI add two products in 16 bits, which 8 by 8 bits would overflow,
and a vector must not depend on the machine. Cosine to single precision 0.9991 on average; a question takes about half of its time.
Operators of the `com.microsoft` domain are ONNX Runtime's fused transformer kernels.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
from onnx import TensorProto, helper, numpy_helper
from safetensors import safe_open

from banshi.search.encoder.onnx import EMBEDDING, INNER, MODEL_FILE

BLOCK = 32
"""Numbers of a word's vector that share a scale."""
_WEIGHT_MOST, _ACTIVATION_MOST, _ZERO = 63, 127, 128
_MICROSOFT = "com.microsoft"


class _Graph:
    """Collects nodes and initialisers; every method returns the name of what it made."""

    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.initialisers: list[onnx.TensorProto] = []

    def constant(self, name: str, value: npt.NDArray[Any]) -> str:
        self.initialisers.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def once(self, name: str, value: np.generic) -> str:
        """A scalar that several nodes share."""
        if all(initialiser.name != name for initialiser in self.initialisers):
            self.constant(name, np.array(value))
        return name

    def node(self, operator: str, inputs: list[str], outputs: str | list[str], **attributes: Any) -> Any:
        names = [outputs] if isinstance(outputs, str) else outputs
        self.nodes.append(helper.make_node(operator, inputs, names, name=f"{operator}_{len(self.nodes)}", **attributes))
        return outputs

    def linear(self, source: str, weight: npt.NDArray[np.float32], name: str) -> str:
        """`source` times the transpose of `weight` (rows = outputs), in integers."""
        scales = np.maximum(np.abs(weight).max(1), 1e-8) / _WEIGHT_MOST
        packed = np.round(weight / scales[:, None]).astype(np.int8)
        peak = self.node("ReduceMax", [self.node("Abs", [source], f"{name}.size")], f"{name}.peak", axes=[-1], keepdims=1)
        most = self.node("Max", [peak, self.once("activation.least", np.float32(1e-8))], f"{name}.most")
        factor = self.node("Div", [self.once("activation.most", np.float32(_ACTIVATION_MOST)), most], f"{name}.factor")
        # Half more than the zero point: the cast cuts off, and so rounds.
        shifted = self.node(
            "Add",
            [self.node("Mul", [source, factor], f"{name}.scaled"), self.once("activation.shift", np.float32(_ZERO + 0.5))],
            f"{name}.shifted",
        )
        product = self.node(
            "MatMulInteger",
            [
                self.node("Cast", [shifted], f"{name}.in8", to=TensorProto.UINT8),
                self.constant(f"{name}.weight", packed.T),
                self.once("activation.zero", np.uint8(_ZERO)),
            ],
            f"{name}.product",
        )
        by_token = self.node("Mul", [most, self.once("activation.step", np.float32(1 / _ACTIVATION_MOST))], f"{name}.token_scale")
        summed = self.node("Mul", [self.node("Cast", [product], f"{name}.sum", to=TensorProto.FLOAT), by_token], f"{name}.by_token")
        return str(self.node("Mul", [summed, self.constant(f"{name}.scale", scales.astype(np.float32))], name))


def export(directory: Path) -> Path:
    """Write `model.q8.onnx` beside `model.safetensors`.

    Inputs: `input_ids` and `attention_mask`, int64 (batch, tokens). Outputs: `embedding`, float32 (batch, hidden), unit length, and
    `inner`, float32 (batch, tokens, 2 × hidden): every token after half and after three quarters of the layers. The last layers are made
    to tell matters apart and forget how something is asked; those before still know.

    Raises:
        ValueError: the directory holds another architecture than BertModel with mean pooling.
    """
    config = json.loads((directory / "config.json").read_text(encoding="utf-8"))
    if config.get("model_type") != "bert":
        raise ValueError(f"{directory}: only BertModel directories can be exported, this is {config.get('model_type')}")
    weights = safe_open(str(directory / "model.safetensors"), "np")

    def get(name: str) -> npt.NDArray[np.float32]:
        return np.asarray(weights.get_tensor(name), np.float32)  # type: ignore[no-untyped-call]

    graph = _Graph()
    hidden, heads = config["hidden_size"], config["num_attention_heads"]
    epsilon = float(config["layer_norm_eps"])
    state = _embeddings(graph, get, hidden, epsilon)
    lengths = graph.node(
        "ReduceSum",
        [graph.node("Cast", ["attention_mask"], "mask32", to=TensorProto.INT32), graph.constant("axis1", np.array([1], np.int64))],
        "lengths",
        keepdims=0,
    )
    count, inner = config["num_hidden_layers"], []
    for layer in range(count):
        state = _layer(graph, get, layer, state, lengths, hidden, heads, epsilon)
        if layer + 1 in (count // 2, count * 3 // 4):
            inner.append(state)
    graph.node("Concat", [inner[0], inner[-1]], INNER, axis=-1)
    mask = graph.node("Cast", ["attention_mask"], "maskf", to=TensorProto.FLOAT)
    # A product, since ONNX Runtime adds up one text in another order than one of several: the last bits would depend on the batch.
    summed = graph.node("MatMul", [graph.node("Unsqueeze", [mask, "axis1"], "mask3"), state], "sums")
    summed = graph.node("Squeeze", [summed, "axis1"], "summed")
    # The mean's divisor cancels in the normalisation.
    graph.node("LpNormalization", [summed], EMBEDDING, axis=-1, p=2)
    model = helper.make_model(
        helper.make_graph(
            graph.nodes,
            directory.name,
            [helper.make_tensor_value_info(name, TensorProto.INT64, ["batch", "tokens"]) for name in ("input_ids", "attention_mask")],
            [
                helper.make_tensor_value_info(EMBEDDING, TensorProto.FLOAT, ["batch", hidden]),
                helper.make_tensor_value_info(INNER, TensorProto.FLOAT, ["batch", "tokens", 2 * hidden]),
            ],
            graph.initialisers,
        ),
        opset_imports=[helper.make_opsetid("", 17), helper.make_opsetid(_MICROSOFT, 1)],
        ir_version=9,
    )
    path = directory / MODEL_FILE
    onnx.save(model, str(path))
    return path


def _embeddings(graph: _Graph, get: Any, hidden: int, epsilon: float) -> str:
    """Word rows in 8 bits with block scales, de-quantised after the lookup; positions start at 0; one token type."""
    words = get("embeddings.word_embeddings.weight")
    blocks = words.reshape(len(words), hidden // BLOCK, BLOCK)
    scales = np.abs(blocks).max(-1, keepdims=True) / 127
    scales[scales == 0] = 1e-8
    graph.constant("words", np.clip(np.round(blocks / scales), -127, 127).astype(np.int8).reshape(len(words), hidden))
    graph.constant("words.scale", scales.reshape(len(words), hidden // BLOCK).astype(np.float16))
    graph.node("Gather", ["words", "input_ids"], "row8", axis=0)
    graph.node("Gather", ["words.scale", "input_ids"], "scale16", axis=0)
    graph.node("Cast", ["row8"], "row", to=TensorProto.FLOAT)
    graph.node("Cast", ["scale16"], "scale", to=TensorProto.FLOAT)
    graph.node("Reshape", ["row", graph.constant("by_block", np.array([0, 0, hidden // BLOCK, BLOCK], np.int64))], "row_blocks")
    graph.node("Unsqueeze", ["scale", graph.constant("last", np.array([-1], np.int64))], "scale_blocks")
    graph.node("Mul", ["row_blocks", "scale_blocks"], "scaled")
    graph.node("Reshape", ["scaled", graph.constant("by_row", np.array([0, 0, hidden], np.int64))], "word")
    positions = get("embeddings.position_embeddings.weight") + get("embeddings.token_type_embeddings.weight")[0]
    graph.node("Shape", ["input_ids"], "shape")
    graph.node("Gather", ["shape", graph.constant("one", np.array([1], np.int64))], "length", axis=0)
    zero = graph.constant("zero", np.array([0], np.int64))
    graph.node("Slice", [graph.constant("positions", positions), zero, "length", zero], "position")
    graph.node("Add", ["word", "position"], "embedded")
    scale = graph.constant("embedding.norm", get("embeddings.LayerNorm.weight"))
    shift = graph.constant("embedding.shift", get("embeddings.LayerNorm.bias"))
    return str(graph.node("LayerNormalization", ["embedded", scale, shift], "layer.in", axis=-1, epsilon=epsilon))


def _layer(graph: _Graph, get: Any, layer: int, state: str, lengths: str, hidden: int, heads: int, epsilon: float) -> str:
    """One transformer layer: fused attention, skip + norm, GELU feed-forward, skip + norm."""
    source, name = f"encoder.layer.{layer}.", f"layer{layer}."

    def norm(inner: str, skip: str, block: str, bias: str, out: str) -> str:
        parameters = [
            graph.constant(f"{out}.norm", get(f"{source}{block}.LayerNorm.weight")),
            graph.constant(f"{out}.shift", get(f"{source}{block}.LayerNorm.bias")),
            graph.constant(f"{out}.bias", get(f"{source}{bias}.bias")),
        ]
        return str(graph.node("SkipLayerNormalization", [inner, skip, *parameters], out, epsilon=epsilon, domain=_MICROSOFT))

    parts = ("query", "key", "value")
    joined = graph.linear(state, np.concatenate([get(f"{source}attention.self.{part}.weight") for part in parts]), f"{name}qkv")
    sizes = graph.constant(f"{name}sizes", np.array([hidden] * 3, np.int64))
    query, key, value = graph.node("Split", [joined, sizes], [f"{name}{part}" for part in parts], axis=-1)
    bias = graph.constant(f"{name}qkv.bias", np.concatenate([get(f"{source}attention.self.{part}.bias") for part in parts]))
    attended = graph.node("MultiHeadAttention", [query, key, value, bias, lengths], f"{name}attended", num_heads=heads, domain=_MICROSOFT)
    mixed = graph.linear(attended, get(f"{source}attention.output.dense.weight"), f"{name}mixed")
    middle = norm(mixed, state, "attention.output", "attention.output.dense", f"{name}middle")
    wide = graph.linear(middle, get(f"{source}intermediate.dense.weight"), f"{name}wide")
    wide_bias = graph.constant(f"{name}wide.bias", get(f"{source}intermediate.dense.bias"))
    active = graph.node("BiasGelu", [wide, wide_bias], f"{name}active", domain=_MICROSOFT)
    narrow = graph.linear(active, get(f"{source}output.dense.weight"), f"{name}narrow")
    return norm(narrow, middle, "output", "output.dense", f"{name}out")
