"""Fine-tuning the encoder on the knowledge's own wordings: two wordings of one item belong together, those of its neighbours apart.

Multiple-negatives ranking loss (Henderson et al. 2017) over pairs of stored wordings; each batch holds items together with their
nearest neighbours, which are the hard negatives. Only the upper half of the layers learns, which halves the time; at the end the
learned weights are averaged with the ones they came from (Wortsman et al. 2022), which keeps what the model knew of other subjects.

Items that the development half asks about are left out of training, so that the half shows what new items will see. The result
replaces the encoder only when it answers more of the half.
"""

from __future__ import annotations

import json
import random
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from banshi.knowledge.library import Knowledge
from banshi.search.build import Encoder, VectorCache, index_channels
from banshi.search.calibration import rank
from banshi.search.encoder.export import export
from banshi.search.encoder.onnx import OnnxEncoder
from banshi.search.entries import owners_and_entries
from banshi.search.fusion import gather
from banshi.search.golden import GoldenQuestion
from banshi.search.question import QuestionReader

Say = Callable[[str], None]
_ITEMS_A_BATCH = 24
"""Each comes with its nearest neighbour."""
_TOKENS = 48
_RATE = 4e-5
_TEMPERATURE = 25.0
"""What cosines are multiplied by; e5 was trained at 100, which leaves nothing to learn from neighbours that are already apart."""
_KEPT = 0.5
"""Share of the learned weights in the average."""


def train_encoder(
    knowledge: Knowledge, directory: Path, golden: Sequence[GoldenQuestion], *, cache: Path, steps: int, say: Say, seed: int = 7
) -> bool:
    """Fine-tune the encoder in `directory` and put the result in its place when the development half improves.

    Args:
        knowledge: its stored wordings are learned from.
        directory: a sentence-transformers directory with its ONNX file.
        golden: the development half.
        cache: folder for vectors already computed.
        steps: batches to learn from; a step takes about two seconds on two cores.
        say: receives one line of progress at a time.
        seed: of the sampling.

    Returns:
        Whether the result was kept. The directory before is in `<directory>.before` then.

    Raises:
        ValueError: there are too few wordings to learn from.
    """
    before = _found(knowledge, OnnxEncoder(directory), golden, cache, say)
    say(f"before: {before} of {len(_answerable(golden))} questions of the development half have the right item first")
    trial = directory.with_name(f"{directory.name}.trial")
    shutil.rmtree(trial, ignore_errors=True)
    try:
        _learn(knowledge, directory, trial, golden, steps, say, seed)
        after = _found(knowledge, OnnxEncoder(trial), golden, cache, say)
        say(f"after: {after}")
        if after <= before:
            say("not better: the encoder stays as it is")
            return False
        stamp = json.loads((directory / "built.json").read_text(encoding="utf-8")) if (directory / "built.json").is_file() else {}
        (trial / "built.json").write_text(json.dumps({**stamp, "trained_on": knowledge.version}) + "\n", encoding="utf-8")
        old = directory.with_name(f"{directory.name}.before")
        shutil.rmtree(old, ignore_errors=True)
        directory.rename(old)
        trial.rename(directory)
        return True
    finally:
        shutil.rmtree(trial, ignore_errors=True)


def _answerable(golden: Sequence[GoldenQuestion]) -> list[GoldenQuestion]:
    return [question for question in golden if question.decision == "answer" and not question.also]


def _found(knowledge: Knowledge, encoder: Encoder, golden: Sequence[GoldenQuestion], cache: Path, say: Say) -> int:
    """How many questions have a right item first."""
    reader = QuestionReader(knowledge.lexicon)
    owners, entries = owners_and_entries(knowledge)
    questions = [reader.stored(entry.text) for entry in entries]
    vectors = VectorCache(cache, encoder).encode([question.text for question in questions], say)
    channels = index_channels(owners, entries, questions, vectors, reader)
    groups = [owner.item or owner.id for owner in owners]
    hits = 0
    for asked in _answerable(golden):
        question = reader.read(asked.text)
        vector = np.asarray(encoder.encode_queries([question.text])[0])
        first = owners[int(rank(question, gather(question, vector, channels), channels, groups).order[0])]
        hits += bool({first.id, first.item} & set(asked.items))
    return hits


def _learn(knowledge: Knowledge, directory: Path, trial: Path, golden: Sequence[GoldenQuestion], steps: int, say: Say, seed: int) -> None:
    # Only training needs torch; serving never loads it.
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.losses import MultipleNegativesRankingLoss

    torch.manual_seed(seed)
    model: Any = SentenceTransformer(str(directory))
    model.max_seq_length = _TOKENS
    prompt = str((model.prompts or {}).get("query", ""))
    wordings = _wordings(knowledge, {item for question in golden for item in question.items})
    if len(wordings) < 4:
        raise ValueError("There are fewer than four items with several wordings: nothing can be learned from them.")
    names = list(wordings)
    neighbour = _neighbours(names, wordings, model, prompt)
    transformer = model[0].auto_model
    layers = transformer.encoder.layer
    for parameter in transformer.parameters():
        parameter.requires_grad = False
    for layer in layers[len(layers) // 2 :]:
        for parameter in layer.parameters():
            parameter.requires_grad = True
    learned = {name: p for name, p in transformer.named_parameters() if p.requires_grad}
    origin = {name: p.detach().clone() for name, p in learned.items()}
    loss_of = MultipleNegativesRankingLoss(model, scale=_TEMPERATURE)
    optimiser = torch.optim.AdamW(list(learned.values()), lr=_RATE, weight_decay=0.01)
    warm = max(1, steps // 10)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimiser, lambda step: min((step + 1) / warm, max(0.02, (steps - step) / steps)))
    draw = random.Random(seed)
    model.train()
    for step in range(steps):
        chosen = draw.sample(names, min(_ITEMS_A_BATCH, len(names)))
        batch = list(dict.fromkeys([*chosen, *(neighbour[name] for name in chosen)]))
        pairs = [draw.sample(wordings[name], 2) for name in batch]
        features = [model.preprocess([prompt + pair[side] for pair in pairs]) for side in (0, 1)]
        loss = loss_of(features, torch.zeros(len(pairs)))
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(list(learned.values()), 1.0)
        optimiser.step()
        schedule.step()
        if step % 20 == 0:
            say(f"step {step} of {steps}: loss {float(loss.detach()):.3f}")
    model.eval()
    with torch.no_grad():
        for name, parameter in learned.items():
            parameter.copy_(_KEPT * parameter + (1 - _KEPT) * origin[name])
    # The same directory with other weights: tokenizer, prompts and configuration stay byte for byte.
    shutil.copytree(directory, trial)
    transformer.save_pretrained(str(trial))
    export(trial)


def _wordings(knowledge: Knowledge, left_out: set[str]) -> dict[str, list[str]]:
    """Item, Q&A or matter outside → its wordings, at least two; without the items left out."""
    reader = QuestionReader(knowledge.lexicon)
    owners, entries = owners_and_entries(knowledge)
    group = {owner.id: owner.item or owner.id for owner in owners}
    found: dict[str, list[str]] = {}
    for entry in entries:
        if group[entry.owner] not in left_out and entry.owner not in left_out:
            found.setdefault(group[entry.owner], []).append(reader.stored(entry.text).text)
    return {name: list(dict.fromkeys(texts)) for name, texts in found.items() if len(set(texts)) >= 2}


def _neighbours(names: Sequence[str], wordings: dict[str, list[str]], model: Any, prompt: str) -> dict[str, str]:
    """For each item the one whose wordings are nearest to its own, by the mean of a few."""
    few = [wordings[name][:4] for name in names]
    vectors = model.encode([prompt + text for texts in few for text in texts], show_progress_bar=False, normalize_embeddings=True)
    ends = np.cumsum([len(texts) for texts in few])
    centres = np.stack([part.mean(axis=0) for part in np.split(np.asarray(vectors), ends[:-1])])
    centres /= np.linalg.norm(centres, axis=1, keepdims=True)
    near = centres @ centres.T
    np.fill_diagonal(near, -1)
    return {name: names[int(near[i].argmax())] for i, name in enumerate(names)}
