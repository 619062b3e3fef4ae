"""Build the spaCy pipeline that finds names in a message: a blank Chinese model with an entity ruler made from the knowledge.

Run in the Rasa environment: python -m nlu.spacy_pipeline build/nlu. Reads `gazetteer.jsonl` (label, text a line) written by
`banshi build`, writes the folder `spacy`.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import spacy


def build(folder: Path) -> int:
    """Write `folder/spacy` and return the number of patterns.

    Tokens are single characters: the ruler matches tokens, and a word segmenter that cuts 身份证补领 another way inside a sentence
    than alone would miss it. Words for the classifier come from jieba, with the domain dictionary, in Rasa's own tokenizer.
    """
    language = spacy.blank("zh", config={"nlp": {"tokenizer": {"segmenter": "char"}}})
    ruler = language.add_pipe("entity_ruler", config={"overwrite_ents": True})
    patterns = []
    for line in (folder / "gazetteer.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        patterns.append({"label": row["label"], "pattern": row["text"]})  # a phrase: matched eight times faster than token patterns
    ruler.add_patterns(patterns)
    language.to_disk(folder / "spacy")
    return len(patterns)


if __name__ == "__main__":
    print(f"{build(Path(sys.argv[1]))} names in the entity ruler")
