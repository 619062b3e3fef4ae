"""Intent accuracy on held-out utterances. Run in the Rasa environment: python -m nlu.evaluate_intents [MODEL] [UTTERANCES]."""

from __future__ import annotations

import asyncio
import json
import sys
from collections import Counter
from pathlib import Path
from typing import Dict, List

import yaml
from rasa.core.agent import Agent

ROOT = Path(__file__).resolve().parent.parent


async def main(model: Path, wanted: Dict[str, List[str]], *, show: bool) -> None:
    """Parse every utterance with the trained model and print the figures as one JSON line."""
    agent = Agent.load(str(model))
    right, second, sure, sure_right, total = 0, 0, 0, 0, 0
    mistakes: Counter = Counter()
    for intent, texts in wanted.items():
        for text in texts:
            parsed = await agent.parse_message(text)
            ranking = [entry for entry in parsed["intent_ranking"] if entry["name"] != "nlu_fallback"]
            total += 1
            right += ranking[0]["name"] == intent
            second += intent in [entry["name"] for entry in ranking[:2]]
            if ranking[0]["confidence"] >= 0.5:
                sure += 1
                sure_right += ranking[0]["name"] == intent
            if ranking[0]["name"] != intent:
                mistakes[f"{intent} as {ranking[0]['name']}"] += 1
                if show:
                    print(f"{intent:14} {ranking[0]['name']:14} {ranking[0]['confidence']:.2f} {text}", file=sys.stderr)
    figures = {
        "utterances": total,
        "intent accuracy": round(right / total, 4),
        "among the first two": round(second / total, 4),
        "precision at confidence 0.5": round(sure_right / max(sure, 1), 4),
        "share at confidence 0.5": round(sure / total, 4),
        "most frequent mistakes": dict(mistakes.most_common(8)),
    }
    print(json.dumps(figures, ensure_ascii=False))


if __name__ == "__main__":
    paths = [Path(argument) for argument in sys.argv[1:] if not argument.startswith("-")]
    model_path = paths[0] if paths else ROOT / "build" / "rasa" / "model.tar.gz"
    utterance_path = paths[1] if len(paths) > 1 else ROOT / "tests" / "dialogue" / "held_out_intents.yml"
    asyncio.run(main(model_path, yaml.safe_load(utterance_path.read_text(encoding="utf-8")), show="--show" in sys.argv))
