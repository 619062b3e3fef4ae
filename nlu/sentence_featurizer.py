"""Sentence vectors as dense features: from the server when it sent one, else from the same ONNX file in this process."""

from __future__ import annotations

import base64
import logging
from pathlib import Path
from typing import Any, Dict, List, Optional, Sequence

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.featurizers.dense_featurizer.dense_featurizer import DenseFeaturizer
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from banshi.search.encoder.onnx import EncoderUnavailableError, OnnxEncoder
from banshi.text.normalise import search_form
from banshi.text.numbers import without_tokens

logger = logging.getLogger(__name__)


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=True)
class SentenceFeaturizer(DenseFeaturizer, GraphComponent):
    """Adds one centred, scaled sentence vector a message.

    Settings:
        model: directory of the encoder, relative to the working directory.
        scale: length of the vector beside the n-gram counts; 2 measured best.
    """

    @staticmethod
    def get_default_config() -> Dict[str, Any]:
        return {**DenseFeaturizer.get_default_config(), "model": "models/default", "scale": 2.0}

    @classmethod
    def validate_config(cls, config: Dict[str, Any]) -> None:
        if not isinstance(config["scale"], (int, float)) or config["scale"] <= 0:
            raise ValueError(f"SentenceFeaturizer: scale must be a positive number, not {config['scale']!r}.")

    def __init__(
        self, config: Dict[str, Any], name: str, model_storage: ModelStorage, resource: Resource, mean: Optional[np.ndarray] = None
    ):
        super().__init__(name, config)
        self._storage, self._resource, self._mean = model_storage, resource, mean
        try:
            self._encoder: Optional[OnnxEncoder] = OnnxEncoder(Path(config["model"]))
        except EncoderUnavailableError as error:
            logger.error("%s Intents are classified by their words alone.", error)
            self._encoder = None

    @classmethod
    def create(
        cls, config: Dict[str, Any], model_storage: ModelStorage, resource: Resource, execution_context: ExecutionContext
    ) -> SentenceFeaturizer:
        return cls(config, execution_context.node_name, model_storage, resource)

    @classmethod
    def load(
        cls,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> SentenceFeaturizer:
        with model_storage.read_from(resource) as folder:
            mean = np.load(folder / "mean.npy")
        return cls(config, execution_context.node_name, model_storage, resource, mean if mean.size else None)

    def train(self, training_data: TrainingData) -> Resource:
        """Learn the centre of the space: raw e5 vectors lie in a narrow cone."""
        vectors = self._encode([example.get(TEXT) for example in training_data.training_examples if example.get(TEXT)])
        self._mean = None if vectors is None else vectors.mean(axis=0)
        with self._storage.write_to(self._resource) as folder:
            np.save(folder / "mean.npy", np.zeros(0, np.float32) if self._mean is None else self._mean)
        return self._resource

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        examples = [example for example in training_data.training_examples if example.get(TEXT)]
        vectors = self._encode([example.get(TEXT) for example in examples])
        if vectors is not None:
            for example, vector in zip(examples, vectors, strict=True):
                self._add(example, vector)
        return training_data

    def process(self, messages: List[Message]) -> List[Message]:
        for message in messages:
            text = message.get(TEXT)
            if not text or text.startswith("/"):
                continue
            # Taken out of the metadata: a vector has no business in the tracker store.
            sent = (message.get("metadata") or {}).pop("vector", None)
            vector = _decode(sent) if sent else None
            if vector is None:
                encoded = self._encode([text])
                vector = None if encoded is None else encoded[0]
            if vector is not None and self._mean is not None and vector.shape == self._mean.shape:
                self._add(message, vector)
        return messages

    def _encode(self, texts: Sequence[str]) -> Optional[np.ndarray]:
        if self._encoder is None:
            return None
        return self._encoder.encode_queries([search_form(without_tokens(text)) for text in texts])

    def _add(self, message: Message, vector: np.ndarray) -> None:
        centred = vector - self._mean
        centred = centred / max(float(np.linalg.norm(centred)), 1e-6) * self._config["scale"]
        self.add_features_to_message(sequence=None, sentence=centred.reshape(1, -1).astype(np.float32), attribute=TEXT, message=message)


def _decode(sent: Any) -> Optional[np.ndarray]:
    """A vector as the server sends it: base64 of little-endian half precision."""
    try:
        return np.frombuffer(base64.b64decode(sent), dtype="<f2").astype(np.float32)
    except (ValueError, TypeError):
        logger.warning("The server sent a vector that cannot be read; encoding here.")
        return None
