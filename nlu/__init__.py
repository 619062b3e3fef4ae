"""Rasa graph components, channel and tracker store. Runs in the Rasa environment only.

Belongs here: what Rasa 3.6 must load itself. Does not belong here: answers, conversations, anything a citizen reads.
May import: rasa, `banshi.text`, `banshi.search.encoder.onnx` (both keep to packages that this environment has).
"""
