"""Owners in the order of their fit, with the probability that the first is right and what its name leaves open."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from banshi.knowledge.guide import Guide
from banshi.search.build import Built
from banshi.search.calibration import Head, confidences, rank
from banshi.search.entries import Owner
from banshi.search.fusion import Evidence, Floats
from banshi.search.question import Question, QuestionReader
from banshi.text.normalise import normalise

_FEW = 7
"""Characters of words that may be a name in another order; more of them stand in a long name by chance."""
_WISH = re.compile(r"^(?:我|俺|咱)?(?:想要|想|要|得|打算)?(?:办理|办)?")
"""What people say before a name: that they want it."""
SHORT = 2
"""Characters of a question without its asking words that may be a name, or too little to be about anything."""
_CERTAIN = 0.97
"""From this probability on a shared name leaves no doubt which is meant ("准生证"): it was learned from general questions as well."""


@dataclass(frozen=True)
class Ranked:
    """Owners in the order of their fit.

    Attributes:
        owners, numbers, confidences: best first; `numbers` are the owners' in the index.
        probability: that the first is right.
        answerable: there is something to tell or to offer.
        outside: what lies outside and fits better than all of them.
        named: the question's subject stands in the name of a guide.
        sharing: the guides whose names hold it.
        ambiguous: the question is nothing but a name that several guides share ("营业执照"), or have parts of in theirs ("提取公积金"), and
            it is not all but certain which is meant.
        head: what gave the probability, with its thresholds.
    """

    owners: list[Owner]
    numbers: list[int]
    confidences: list[float]
    probability: float
    answerable: bool
    outside: Owner | None
    named: bool
    sharing: tuple[str, ...]
    ambiguous: bool
    head: Head


class Ranker:
    """Ranks what was found of a question.

    Args:
        guides: the guides, whose names are compared with questions.
        built: the index.
        reader: reads names as it reads questions.
    """

    def __init__(self, guides: Sequence[Guide], built: Built, reader: QuestionReader) -> None:
        self._built = built
        self._groups = [owner.item or owner.id for owner in built.owners]
        self._names = {
            guide.id: "\n".join(reader.standard(normalise(name)) for name in (guide.task_name, *guide.aliases)) for guide in guides
        }

    def rank(self, question: Question, vector: Floats | None, evidence: Evidence, allowed: npt.NDArray[np.bool_]) -> Ranked:
        """Owners by their fit.

        Args:
            question: the question.
            vector: its vector; None where words alone were compared.
            evidence: what was found.
            allowed: which owners may answer.
        """
        ranked = rank(question, evidence, self._built.channels, self._groups, allowed=allowed)
        head = self._built.calibration.full if vector is not None else self._built.calibration.words_only
        probability = head.probability(ranked.row)
        kept = np.isfinite(ranked.scores)
        outside = None if ranked.outside is None else self._built.owners[ranked.outside]
        subjects = [words for words in (question.core, question.content) if len(words) >= SHORT]
        sharing = [item for item, names in self._names.items() if any(words in names for words in subjects)]
        bare = len(question.standard) - len(question.core) <= SHORT
        # A bare name is no talk, even when talk holds the same name.
        named = bool(sharing) and (outside is None or bare)
        wanted = _WISH.sub("", question.core)
        if bare and not any(words in names.split("\n") for words in (wanted, *subjects) for names in self._names.values()):
            # "提取公积金": no guide is called so, and several say as much and more, with words between or in another order.
            alike = [item for item, names in self._names.items() if item in sharing or _holds(names, wanted)]
            sharing = alike if len(alike) > 1 else sharing
        ambiguous = bare and len(sharing) > 1 and probability < _CERTAIN
        return Ranked(
            [self._built.owners[int(i)] for i in ranked.order[kept]],
            [int(i) for i in ranked.order[kept]],
            confidences(probability, ranked.scores[kept]).tolist(),
            probability,
            head.offers(ranked.row, probability),
            outside,
            named,
            tuple(sharing),
            ambiguous,
            head,
        )


def _holds(names: str, words: str) -> bool:
    """Whether one of a guide's names has every character of a few words."""
    return SHORT < len(words) <= _FEW and any(set(words) <= set(name) for name in names.split("\n"))
