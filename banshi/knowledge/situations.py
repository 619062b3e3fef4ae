"""情形引导: the shortest sequence of questions that fixes the handling item (业务办理项) and the exact list of materials.

The list depends on the answers alone, never on their order: a material belongs to it when its condition holds. A question is asked
only while a handling item or a material still depends on it. The order of questions minimises the mean number asked when every
option is equally likely.

A condition is True, False, or None while answers are missing (Kleene's strong three-valued logic).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import product

from banshi.knowledge.guide import Choice, Condition, Guide, HandleItem, Material, Situation
from banshi.text.normalise import normalise

Answers = Mapping[str, str]
"""Choice id → option id."""


class UnknownAnswerError(ValueError):
    """An answer names a choice or an option that the guide does not have."""


@dataclass(frozen=True)
class Case:
    """What is known after some answers.

    Attributes:
        answers: those that count: answers to questions that do not arise are left out.
        next: the question to ask, None when everything is fixed.
        most_left: how many more questions there can be at most.
        handle_item: the handling item, None while it is open.
        materials: those needed for sure; complete when `next` is None.
        open_materials: those that still depend on an answer.
        situations: remarks that apply.
    """

    answers: dict[str, str]
    next: Choice | None
    most_left: int
    handle_item: HandleItem | None
    materials: tuple[Material, ...]
    open_materials: tuple[Material, ...]
    situations: tuple[Situation, ...]


class SituationTree:
    """The questions of one guide.

    Example:
        >>> tree = SituationTree(guide)
        >>> case = tree.case({})
        >>> while case.next is not None:
        ...     case = tree.case({**case.answers, case.next.id: ask(case.next)})
        >>> [material.material_name for material in case.materials]
    """

    def __init__(self, guide: Guide) -> None:
        self.guide = guide
        self._choices = {choice.id: choice for choice in guide.choices}
        # The guide as a whole is its only handling item where none is named.
        self._items = guide.handle_items or (HandleItem(id=guide.id, name=guide.task_name),)
        self._deciding = [material.when for material in guide.materials] + [item.when for item in self._items]
        self._cost = lru_cache(maxsize=None)(self._cheapest)

    def case(self, answers: Answers) -> Case:
        """What these answers fix.

        Raises:
            UnknownAnswerError: the guide has no such choice or option; the message lists what it has.
        """
        counting = self._counting(answers)
        next_choice, _, most = self._cost(frozenset(counting.items()))
        state = [(material, self._holds(material.when, counting)) for material in self.guide.materials]
        fitting = [item for item in self._items if self._holds(item.when, counting)]
        return Case(
            answers=counting,
            next=self._choices[next_choice] if next_choice is not None else None,
            most_left=most,
            handle_item=fitting[0] if fitting else None,
            materials=tuple(material for material, needed in state if needed),
            open_materials=tuple(material for material, needed in state if needed is None),
            situations=tuple(s for s in self.guide.situations if self._holds(s.applies, counting) is not False),
        )

    def recognise(self, text: str, answers: Answers) -> dict[str, str]:
        """Answers that a citizen's own words give: an option counts when its label or one of its cues stands in the text and none of
        the choice's other options' does. Longer cues win over shorter ones inside them."""
        found = dict(answers)
        for choice in self.guide.choices:
            if choice.id in found:
                continue
            option = said(choice, text)
            if option is not None:
                found[choice.id] = option
        return found

    def leaves(self) -> Iterator[Case]:
        """Every end of the tree, as the questions lead to it."""
        stack: list[dict[str, str]] = [{}]
        while stack:
            case = self.case(stack.pop())
            if case.next is None:
                yield case
            else:
                stack.extend({**case.answers, case.next.id: option.id} for option in case.next.options)

    def complete_answers(self) -> Iterator[dict[str, str]]:
        """Every combination of options, the questions that do not arise included: what the leaves are checked against."""
        choices = self.guide.choices
        for options in product(*(choice.options for choice in choices)):
            yield {choice.id: option.id for choice, option in zip(choices, options, strict=True)}

    @cached_property
    def depth(self) -> int:
        """Most questions that a citizen can be asked."""
        return self._cost(frozenset())[2]

    def _counting(self, answers: Answers) -> dict[str, str]:
        for choice_id, option_id in answers.items():
            if choice_id not in self._choices:
                raise UnknownAnswerError(f"“{self.guide.task_name}”没有选择题 {choice_id}（有：{'、'.join(self._choices) or '无'}）")
            known = [option.id for option in self._choices[choice_id].options]
            if option_id not in known:
                raise UnknownAnswerError(f"选择题 {choice_id} 没有选项 {option_id}（有：{'、'.join(known)}）")
        counting: dict[str, str] = {}
        # In the guide's order, in which a question comes after those it depends on.
        for choice in self.guide.choices:
            if choice.id in answers and self._holds(choice.when, {**answers, **counting}) is not False:
                counting[choice.id] = answers[choice.id]
        # An answer to a question that turned out not to arise must not decide whether another one does.
        return counting if counting.keys() == answers.keys() else self._counting(counting)

    def _holds(self, condition: Condition, answers: Answers) -> bool | None:
        if not condition:
            return True
        results = [self._all_fit(conjunction, answers) for conjunction in condition]
        return True if True in results else None if None in results else False

    def _all_fit(self, conjunction: Mapping[str, tuple[str, ...]], answers: Answers) -> bool | None:
        unknown = False
        for choice_id, options in conjunction.items():
            arises = self._holds(self._choices[choice_id].when, answers)
            if arises is False:
                return False
            if choice_id not in answers:
                unknown = True
            elif answers[choice_id] not in options:
                return False
            elif arises is None:
                unknown = True
        return None if unknown else True

    def _cheapest(self, answered: frozenset[tuple[str, str]]) -> tuple[str | None, float, int]:
        """The best next choice, the mean and the largest number of questions from here."""
        answers = dict(answered)
        if all(self._holds(condition, answers) is not None for condition in self._deciding):
            return None, 0.0, 0
        best: tuple[float, int, str] | None = None
        for choice in self.guide.choices:
            if choice.id in answers or self._holds(choice.when, answers) is not True:
                continue
            after = [self._cost(answered | {(choice.id, option.id)}) for option in choice.options]
            mean = 1 + sum(cost for _, cost, _ in after) / len(after)
            most = 1 + max(deepest for _, _, deepest in after)
            if best is None or (mean, most) < best[:2]:
                best = (mean, most, choice.id)
        # A condition on a choice that cannot be asked is settled by `_all_fit`: something askable is always left.
        assert best is not None, f"{self.guide.id}: nothing left to ask, yet something is open"
        return best[2], best[0], best[1]


def said(choice: Choice, text: str) -> str | None:
    """The option of one choice that a text names; None when it names none or several."""
    text = normalise(text)
    hits: list[tuple[int, int, str]] = []
    for option in choice.options:
        for cue in map(normalise, (option.label, *option.words)):
            start = text.find(cue)
            while start >= 0:
                hits.append((start, start + len(cue), option.id))
                start = text.find(cue, start + 1)
    kept = {o for s, e, o in hits if not any(s2 <= s and e <= e2 and e2 - s2 > e - s and o2 != o for s2, e2, o2 in hits)}
    return kept.pop() if len(kept) == 1 else None
