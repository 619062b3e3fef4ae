"""Packed weights → a standard sentence-transformers directory, without torch."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
from safetensors.numpy import save_file
from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors

from banshi.search.encoder.packed_weights import PackedWeights

SPECIAL = ("<s>", "<pad>", "</s>", "<unk>", "<mask>")

# Vocabulary kept: pieces made only of these characters. A text of such characters can only be segmented into such pieces, so
# its segmentation, and with it its vector, is the same as with the full vocabulary; the model is half the size.
_KEPT_RANGES = (
    (0x0000, 0x007F),
    (0x2581, 0x2581),  # the word-start mark of SentencePiece
    (0x00A0, 0x00BF),
    (0x00D7, 0x00D7),
    (0x00F7, 0x00F7),
    (0x0391, 0x03C9),  # Greek letters stand for units
    (0x1100, 0x11FF),
    (0x2010, 0x205E),
    (0x20A0, 0x20BF),
    (0x2100, 0x27BF),
    (0x2E80, 0x31BF),
    (0x3400, 0x4DBF),
    (0x4E00, 0x9FFF),
    (0xA960, 0xA97F),
    (0xAC00, 0xD7FF),
    (0xF900, 0xFAFF),
    (0xFE10, 0xFE6F),
    (0xFF00, 0xFFEE),
    (0x20000, 0x3134F),
)
# Hiragana and katakana lie inside the range above and are not needed.
_DROPPED_RANGES = ((0x3040, 0x30FF), (0xFF65, 0xFFDC))

_CONTROL = r"[\x01-\x08\x0B\x0E-\x1F\x7F\x{8F}\x{9F}]"
_WHITE = r"[\x09\x0A\x0C\x0D\x{1680}\x{200B}-\x{200F}\x{2028}\x{2029}\x{2581}\x{FEFF}\x{FFFD}]"


def _kept(piece: str) -> bool:
    if piece in SPECIAL:
        return True
    for char in piece:
        code = ord(char)
        if any(low <= code <= high for low, high in _DROPPED_RANGES):
            return False
        if not any(low <= code <= high for low, high in _KEPT_RANGES):
            return False
    return True


def build_tokenizer(pieces: list[str], scores: list[float]) -> Tokenizer:
    """The XLM-R tokenizer as a Unigram model: nmt_nfkc normalisation, metaspace, <s> … </s>."""
    tokenizer = Tokenizer(models.Unigram(list(zip(pieces, scores, strict=True)), unk_id=pieces.index("<unk>"), byte_fallback=False))
    tokenizer.normalizer = normalizers.Sequence(
        [
            normalizers.Replace(Regex(_CONTROL), ""),
            normalizers.Replace(Regex(_WHITE), " "),
            normalizers.Replace("\uff5e", "\ue000"),  # nmt_nfkc keeps the full-width tilde, NFKC folds it
            normalizers.NFKC(),
            normalizers.Replace("\ue000", "\uff5e"),
            normalizers.Replace(Regex(" {2,}"), " "),
        ]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(replacement="\u2581", prepend_scheme="always")
    tokenizer.decoder = decoders.Metaspace(replacement="\u2581", prepend_scheme="always")
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>",
        pair="<s> $A </s> </s> $B </s>",
        special_tokens=[("<s>", pieces.index("<s>")), ("</s>", pieces.index("</s>"))],
    )
    tokenizer.add_special_tokens([AddedToken(token, special=True, normalized=False) for token in SPECIAL])
    return tokenizer


def convert(packed: Path, directory: Path) -> int:
    """Write `directory` so that `SentenceTransformer(directory)` loads it: BertModel, mean pooling, normalised, e5 prompts.

    Returns:
        The number of vocabulary pieces kept.
    """
    weights = PackedWeights(packed)
    shape = weights.shape
    rows = [index for index, piece in enumerate(weights.pieces) if _kept(piece)]
    pieces = [weights.pieces[row] for row in rows]
    tokenizer = build_tokenizer(pieces, [float(weights.scores[row]) for row in rows])
    directory.mkdir(parents=True, exist_ok=True)
    state = _state(weights, rows)
    save_file({name: np.ascontiguousarray(value) for name, value in state.items()}, directory / "model.safetensors", {"format": "pt"})
    tokenizer.save(str(directory / "tokenizer.json"), pretty=False)
    _write_configuration(directory, shape.hidden, _bert_config(weights, len(rows), pieces.index("<pad>")))
    return len(rows)


def _state(weights: PackedWeights, rows: list[int]) -> dict[str, np.ndarray[Any, Any]]:
    shape = weights.shape
    state = {
        "embeddings.word_embeddings.weight": weights.matrix("emb.word", shape.hidden, rows),
        "embeddings.position_embeddings.weight": weights.vector("emb.pos").reshape(-1, shape.hidden),
        "embeddings.token_type_embeddings.weight": weights.vector("emb.type").reshape(shape.token_types, shape.hidden),
        "embeddings.LayerNorm.weight": weights.vector("emb.ln.w"),
        "embeddings.LayerNorm.bias": weights.vector("emb.ln.b"),
        # Never used with mean pooling, but the loader warns when it is missing.
        "pooler.dense.weight": np.zeros((shape.hidden, shape.hidden), np.float32),
        "pooler.dense.bias": np.zeros(shape.hidden, np.float32),
    }
    linear = {
        "q": ("attention.self.query", shape.hidden),
        "k": ("attention.self.key", shape.hidden),
        "v": ("attention.self.value", shape.hidden),
        "ao": ("attention.output.dense", shape.hidden),
        "fi": ("intermediate.dense", shape.hidden),
        "fo": ("output.dense", shape.feed_forward),
    }
    norms = {"aln": "attention.output.LayerNorm", "oln": "output.LayerNorm"}
    for layer in range(shape.layers):
        prefix = f"encoder.layer.{layer}."
        for short, (name, columns) in linear.items():
            state[f"{prefix}{name}.weight"] = weights.matrix(f"l{layer}.{short}.w", columns)
            state[f"{prefix}{name}.bias"] = weights.vector(f"l{layer}.{short}.b")
        for short, name in norms.items():
            state[f"{prefix}{name}.weight"] = weights.vector(f"l{layer}.{short}.w")
            state[f"{prefix}{name}.bias"] = weights.vector(f"l{layer}.{short}.b")
    return state


def _bert_config(weights: PackedWeights, vocabulary: int, pad: int) -> dict[str, Any]:
    shape = weights.shape
    return {
        "architectures": ["BertModel"],
        "model_type": "bert",
        "vocab_size": vocabulary,
        "hidden_size": shape.hidden,
        "num_hidden_layers": shape.layers,
        "num_attention_heads": shape.heads,
        "intermediate_size": shape.feed_forward,
        "hidden_act": "gelu",
        "max_position_embeddings": shape.positions,
        "type_vocab_size": shape.token_types,
        "layer_norm_eps": 1e-12,
        "pad_token_id": pad,
        "hidden_dropout_prob": 0.1,
        "attention_probs_dropout_prob": 0.1,
        "torch_dtype": "float32",
    }


def _write_configuration(directory: Path, hidden: int, bert: dict[str, Any]) -> None:
    tokens = {
        "bos_token": "<s>",
        "eos_token": "</s>",
        "unk_token": "<unk>",
        "sep_token": "</s>",
        "pad_token": "<pad>",
        "cls_token": "<s>",
        "mask_token": "<mask>",
    }
    module = "sentence_transformers.models"
    files: dict[str, Any] = {
        "config.json": bert,
        "tokenizer_config.json": {
            "tokenizer_class": "PreTrainedTokenizerFast",
            "model_max_length": 512,
            "clean_up_tokenization_spaces": False,
            **tokens,
        },
        "special_tokens_map.json": tokens,
        "modules.json": [
            {"idx": 0, "name": "0", "path": "", "type": f"{module}.Transformer"},
            {"idx": 1, "name": "1", "path": "1_Pooling", "type": f"{module}.Pooling"},
            {"idx": 2, "name": "2", "path": "2_Normalize", "type": f"{module}.Normalize"},
        ],
        "sentence_bert_config.json": {"max_seq_length": 512, "do_lower_case": False},
        "1_Pooling/config.json": {"word_embedding_dimension": hidden, "pooling_mode_mean_tokens": True, "include_prompt": True},
        "2_Normalize/config.json": {},
        "config_sentence_transformers.json": {
            "model_type": "SentenceTransformer",
            "prompts": {"query": "query: ", "document": "passage: "},
            "default_prompt_name": None,
            "similarity_fn_name": "cosine",
        },
    }
    for name, content in files.items():
        path = directory / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
