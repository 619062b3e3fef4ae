"""Sentence encoders: text in, unit vectors out.

Belongs here: running an encoder, and building the default one from its packaged weights. Does not belong here: indexes,
items, decisions. May import: `banshi.text`. `onnx` is also imported in the Rasa environment, so it keeps to numpy,
onnxruntime and tokenizers.
"""
