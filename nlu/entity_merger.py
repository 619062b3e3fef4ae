"""One entity a span: numbers before names, longer before shorter, no doubles from several extractors."""

from __future__ import annotations

from typing import Any, Dict, List

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import ENTITIES
from rasa.shared.nlu.training_data.message import Message


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class EntityMerger(GraphComponent):
    """Keeps of overlapping entities the longest."""

    @classmethod
    def create(
        cls, config: Dict[str, Any], model_storage: ModelStorage, resource: Resource, execution_context: ExecutionContext
    ) -> EntityMerger:
        return cls()

    def process(self, messages: List[Message]) -> List[Message]:
        for message in messages:
            kept: List[Dict[str, Any]] = []
            entities = message.get(ENTITIES, [])
            for entity in sorted(entities, key=lambda e: (e.get("extractor") != "RegexEntityExtractor", e["start"] - e["end"])):
                if all(entity["end"] <= other["start"] or entity["start"] >= other["end"] for other in kept):
                    kept.append(entity)
            if entities:
                message.set(ENTITIES, sorted(kept, key=lambda e: e["start"]), add_to_output=True)
        return messages
