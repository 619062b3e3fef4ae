"""For every guide, every way through its questions ends at one handling item and exactly the documents that the guide's rows name.

What the rows name is worked out here once more, from complete answers and without the tree: with every question answered a condition
holds or it does not.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import permutations, product
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from banshi.desk.situations import option_named
from banshi.knowledge.guide import Choice, Condition, Guide, HandleItem, Material, Option
from banshi.knowledge.library import Knowledge, load_knowledge
from banshi.knowledge.situations import Case, SituationTree, UnknownAnswerError, said
from banshi.settings import Settings
from banshi.text.normalise import normalise

KNOWLEDGE = load_knowledge(Settings().knowledge_dir)
GUIDES = tuple(KNOWLEDGE.guides)
ASKING = tuple(key for key, guide in KNOWLEDGE.guides.items() if guide.choices)
CHOICES = tuple((key, choice.id) for key in ASKING for choice in KNOWLEDGE.guides[key].choices)
DEEPEST, NEARLY_ALL = 5, 0.95

Answers = Mapping[str, str]


def every_answer(guide: Guide) -> Iterator[dict[str, str]]:
    """Every combination of options, written down without the tree."""
    names = [choice.id for choice in guide.choices]
    for options in product(*([option.id for option in choice.options] for choice in guide.choices)):
        yield dict(zip(names, options, strict=True))


def arises(guide: Guide, choice: str, answers: Answers) -> bool:
    return holds(guide, next(c.when for c in guide.choices if c.id == choice), answers)


def holds(guide: Guide, condition: Condition, answers: Answers) -> bool:
    """With everything answered. An answer to a question that does not arise fulfils nothing."""

    def fits(row: Mapping[str, tuple[str, ...]]) -> bool:
        return all(arises(guide, choice, answers) and answers[choice] in options for choice, options in row.items())

    return len(condition) == 0 or any(map(fits, condition))


def documents(guide: Guide, answers: Answers) -> list[str]:
    return [material.material_name for material in guide.materials if holds(guide, material.when, answers)]


def items(guide: Guide, answers: Answers) -> list[str]:
    return [item.id for item in guide.handle_items if holds(guide, item.when, answers)] if guide.handle_items else [guide.id]


def outcome(case: Case) -> tuple[list[str], list[str]]:
    """The handling item and the documents that a case tells."""
    assert case.handle_item is not None
    return [case.handle_item.id], [material.material_name for material in case.materials]


def asked_and_answered(tree: SituationTree, answers: Answers) -> list[Case]:
    """The cases on the way of one who answers each question that is asked, the exact list last."""
    way = [tree.case({})]
    while (choice := way[-1].next) is not None:
        way.append(tree.case({**way[-1].answers, choice.id: answers[choice.id]}))
    return way


@pytest.fixture(scope="module", params=GUIDES)
def guide(request: pytest.FixtureRequest) -> Guide:
    return KNOWLEDGE.guides[request.param]


@pytest.fixture(scope="module", params=ASKING)
def asking(request: pytest.FixtureRequest) -> Guide:
    return KNOWLEDGE.guides[request.param]


@pytest.fixture(scope="module", params=CHOICES, ids="/".join)
def choice(request: pytest.FixtureRequest) -> Choice:
    key, name = request.param
    return next(choice for choice in KNOWLEDGE.guides[key].choices if choice.id == name)


def test_most_guides_ask(knowledge: Knowledge) -> None:
    """Or the tests below would say little."""
    assert sum(bool(guide.choices) for guide in knowledge.guides.values()) >= len(knowledge.guides) / 2


def test_complete_answers_are_every_combination_once(guide: Guide) -> None:
    found = list(SituationTree(guide).complete_answers())
    assert {frozenset(answers.items()) for answers in found} == {frozenset(answers.items()) for answers in every_answer(guide)}
    assert len(found) == len({frozenset(answers.items()) for answers in found})


def test_complete_answers_fix_one_handling_item_and_the_documents_of_the_rows(guide: Guide) -> None:
    tree = SituationTree(guide)
    for answers in every_answer(guide):
        case = tree.case(answers)
        assert (case.next, case.open_materials) == (None, ()), answers
        assert len(items(guide, answers)) == 1, answers
        assert outcome(case) == (items(guide, answers), documents(guide, answers)), answers


def test_who_is_asked_ends_at_the_list_of_his_own_answers(guide: Guide) -> None:
    tree = SituationTree(guide)
    for answers in every_answer(guide):
        end = asked_and_answered(tree, answers)[-1]
        assert end.answers.items() <= answers.items()
        assert outcome(end) == (items(guide, answers), documents(guide, answers)), answers


def test_every_end_of_the_tree_is_the_end_of_whoever_answers_so(guide: Guide) -> None:
    tree = SituationTree(guide)
    complete = list(every_answer(guide))
    met = 0
    for leaf in tree.leaves():
        assert (leaf.next, leaf.open_materials, leaf.most_left) == (None, (), 0)
        own = [answers for answers in complete if leaf.answers.items() <= answers.items()]
        assert own, leaf.answers
        met += len(own)
        for answers in own:
            assert outcome(leaf) == (items(guide, answers), documents(guide, answers)), answers
            assert asked_and_answered(tree, answers)[-1].answers == leaf.answers
    assert met == len(complete), "each complete answer belongs to one end and no more"


def test_the_order_of_the_answers_changes_nothing(asking: Guide) -> None:
    tree = SituationTree(asking)
    for answers in every_answer(asking):
        expected = items(asking, answers), documents(asking, answers)
        for order in permutations(answers):
            together = {name: answers[name] for name in order}
            assert outcome(tree.case(together)) == expected, order
            case = tree.case({})
            for name in order:
                case = tree.case({**case.answers, name: answers[name]})
            assert (case.next, case.open_materials) == (None, ()), "an answer that came before its question is not lost"
            assert outcome(case) == expected, order


def test_an_answer_to_a_question_that_does_not_arise_does_not_count(asking: Guide) -> None:
    tree = SituationTree(asking)
    for answers in every_answer(asking):
        idle = {name for name in answers if not arises(asking, name, answers)}
        case = tree.case(answers)
        assert set(case.answers) == set(answers) - idle
        without = {name: option for name, option in answers.items() if name not in idle}
        assert outcome(tree.case(without)) == outcome(case)


def test_what_is_told_on_the_way_is_never_taken_back(asking: Guide) -> None:
    """A document told as needed stays needed, and none comes up at the end that was not open before."""
    tree = SituationTree(asking)
    for answers in every_answer(asking):
        way = asked_and_answered(tree, answers)
        final = set(outcome(way[-1])[1])
        for case in way:
            sure = {material.material_name for material in case.materials}
            assert sure <= final <= sure | {material.material_name for material in case.open_materials}


def test_no_remark_that_applies_is_left_out_and_none_is_told_that_the_answers_rule_out(asking: Guide) -> None:
    tree = SituationTree(asking)
    for answers in every_answer(asking):
        applying = {remark.when for remark in asking.situations if holds(asking, remark.applies, answers)}
        assert {remark.when for remark in tree.case(answers).situations} == applying
        assert {remark.when for remark in asked_and_answered(tree, answers)[-1].situations} >= applying


def test_no_question_is_asked_whose_answer_changes_nothing(asking: Guide) -> None:
    tree = SituationTree(asking)
    complete = list(every_answer(asking))
    asked = {
        frozenset(case.answers.items()): (case.answers, case.next)
        for answers in complete
        for case in asked_and_answered(tree, answers)
        if case.next is not None
    }
    for given_before, question in asked.values():
        assert question.id not in given_before, "nothing is asked twice"
        outcomes: dict[frozenset[tuple[str, str]], set[tuple[str, ...]]] = {}
        for answers in complete:
            if given_before.items() <= answers.items():
                assert arises(asking, question.id, answers), "a question that does not arise is not asked"
                others = frozenset((name, option) for name, option in answers.items() if name != question.id)
                outcomes.setdefault(others, set()).add((*items(asking, answers), *documents(asking, answers)))
        assert any(len(different) > 1 for different in outcomes.values()), (given_before, question.ask)


def test_the_questions_left_are_told_truly(asking: Guide) -> None:
    tree = SituationTree(asking)
    longest: dict[frozenset[tuple[str, str]], int] = {}
    told: dict[frozenset[tuple[str, str]], int] = {}
    for answers in every_answer(asking):
        way = asked_and_answered(tree, answers)
        for number, case in enumerate(way):
            key = frozenset(case.answers.items())
            longest[key] = max(longest.get(key, 0), len(way) - 1 - number)
            told[key] = case.most_left
    assert told == longest
    assert tree.depth == longest[frozenset()]


def test_hardly_anybody_is_asked_more_than_five_questions(knowledge: Knowledge) -> None:
    depths = {
        key: max(len(asked_and_answered(SituationTree(guide), answers)) - 1 for answers in every_answer(guide))
        for key, guide in knowledge.guides.items()
    }
    many = {key: depth for key, depth in depths.items() if depth > DEEPEST}
    assert len(many) <= len(depths) * (1 - NEARLY_ALL), many


def test_an_unknown_question_is_refused_with_those_there_are(asking: Guide) -> None:
    with pytest.raises(UnknownAnswerError) as caught:
        SituationTree(asking).case({"no_such_question": "yes"})
    told = str(caught.value)
    assert "no_such_question" in told and asking.task_name in told
    assert all(choice.id in told for choice in asking.choices)


def test_an_unknown_option_is_refused_with_those_there_are(asking: Guide) -> None:
    for choice in asking.choices:
        with pytest.raises(UnknownAnswerError) as caught:
            SituationTree(asking).case({choice.id: "no_such_option"})
        told = str(caught.value)
        assert "no_such_option" in told and choice.id in told
        assert all(option.id in told for option in choice.options)


def test_a_guide_without_questions_says_that_it_has_none(knowledge: Knowledge) -> None:
    plain = next(guide for guide in knowledge.guides.values() if not guide.choices)
    with pytest.raises(UnknownAnswerError, match="无"):
        SituationTree(plain).case({"where": "home"})


def test_each_label_and_each_cue_is_taken_for_its_own_option(choice: Choice) -> None:
    taken = {cue: said(choice, cue) for option in choice.options for cue in (option.label, *option.words)}
    meant = {cue: option.id for option in choice.options for cue in (option.label, *option.words)}
    assert taken == meant


def test_an_option_typed_as_it_is_read_is_understood(choice: Choice) -> None:
    """What arrives has gone through `normalise`: half-width punctuation, lower case."""
    typed = {cue: option_named(choice, normalise(cue)) for option in choice.options for cue in (option.label, *option.words)}
    assert typed == {cue: option.id for option in choice.options for cue in (option.label, *option.words)}


def test_an_option_is_taken_by_its_number(choice: Choice) -> None:
    characters = "一二三四五六"
    for number, option in enumerate(choice.options, 1):
        for written in (str(number), f"{number}.", f"第{number}个", f"第{characters[number - 1]}个", f"第{characters[number - 1]}种"):
            assert option_named(choice, written) == option.id, written
    for written in (str(len(choice.options) + 1), "0", "第九个", "今天天气怎么样"):
        assert option_named(choice, written) is None, written


def test_spoken_words_answer_and_never_override(asking: Guide) -> None:
    tree = SituationTree(asking)
    for choice in asking.choices:
        for option in choice.options:
            for cue in (option.label, *option.words):
                assert tree.recognise(f"想问一下{cue}的话要带啥", {})[choice.id] == option.id
                for other in choice.options:
                    given_before = {choice.id: other.id}
                    assert tree.recognise(f"想问一下{cue}的话要带啥", given_before)[choice.id] == other.id
                    assert given_before == {choice.id: other.id}, "what was passed in is left as it was"


def test_words_that_name_no_option_answer_nothing(asking: Guide) -> None:
    assert SituationTree(asking).recognise("今天天气怎么样", {}) == {}


def test_words_that_name_two_options_answer_nothing(asking: Guide) -> None:
    tree = SituationTree(asking)
    for choice in asking.choices:
        both = f"{choice.options[0].label}；{choice.options[1].label}"
        assert choice.id not in tree.recognise(both, {})


PLAIN = KNOWLEDGE.guides["hz-idcard-reissue"].model_copy(update={"choices": (), "handle_items": (), "situations": ()})


def asks(name: str, when: Condition = (), options: int = 2) -> Choice:
    return Choice(id=name, ask=f"{name}？", options=tuple(Option(id=f"{name}{i}", label=f"{name}{i}") for i in range(options)), when=when)


def needs(*conditions: Condition) -> tuple[Material, ...]:
    material = PLAIN.materials[0]
    return tuple(material.model_copy(update={"material_name": f"第{i}件", "when": when}) for i, when in enumerate(conditions))


def test_the_question_that_can_settle_most_comes_first() -> None:
    """Half of those who are asked `c` first need no other question; whoever is asked `a` or `b` first always needs another."""
    rows = needs(({"a": ("a1",), "c": ("c1",)},), ({"b": ("b1",), "c": ("c1",)},))
    tree = SituationTree(PLAIN.model_copy(update={"choices": (asks("a"), asks("b"), asks("c")), "materials": rows}))
    first = tree.case({})
    assert first.next is not None and first.next.id == "c"
    assert tree.case({"c": "c0"}).next is None
    assert tree.case({"c": "c1"}).most_left == 2


def test_a_question_on_which_nothing_depends_is_not_asked() -> None:
    tree = SituationTree(PLAIN.model_copy(update={"choices": (asks("a"), asks("idle")), "materials": needs(({"a": ("a1",)},))}))
    assert {name for leaf in tree.leaves() for name in leaf.answers} == {"a"}


def test_without_questions_the_guide_is_its_own_handling_item() -> None:
    case = SituationTree(PLAIN.model_copy(update={"materials": needs((), ())})).case({})
    assert outcome(case) == ([PLAIN.id], ["第0件", "第1件"])
    assert (case.handle_item and case.handle_item.name) == PLAIN.task_name


@st.composite
def guides(draw: st.DrawFn) -> Guide:
    """Any guide of up to four questions, each of which may depend on those before, with any conditions."""
    questions: list[Choice] = []

    def condition(most: int) -> Condition:
        if not questions:
            return ()
        row = st.dictionaries(st.sampled_from([q.id for q in questions]), st.integers(1, 6), min_size=1, max_size=2)
        rows = draw(st.lists(row, max_size=most))
        options = {q.id: [option.id for option in q.options] for q in questions}
        # The bits of the number choose the options that fit; at least one does.
        return tuple(
            {name: tuple(o for i, o in enumerate(options[name]) if bits >> i & 1) or (options[name][0],) for name, bits in r.items()}
            for r in rows
        )

    for name in "abcd"[: draw(st.integers(1, 4))]:
        questions.append(asks(name, condition(1), draw(st.integers(2, 3))))
    rows = needs(*(condition(2) for _ in range(draw(st.integers(1, 4)))))
    decides = questions[0]
    named = tuple(HandleItem(id=o.id, name=o.label, when=({decides.id: (o.id,)},)) for o in decides.options)
    return PLAIN.model_copy(
        update={"choices": tuple(questions), "materials": rows, "handle_items": named if draw(st.booleans()) and not decides.when else ()}
    )


@given(guide=guides(), order=st.randoms(use_true_random=False))
@settings(deadline=None, max_examples=150, derandomize=True)
def test_any_guide_an_editor_may_write_gives_its_lists(guide: Guide, order: Random) -> None:
    tree = SituationTree(guide)
    for answers in every_answer(guide):
        expected = items(guide, answers), documents(guide, answers)
        names = list(answers)
        order.shuffle(names)
        assert outcome(tree.case({name: answers[name] for name in names})) == expected
        assert outcome(asked_and_answered(tree, answers)[-1]) == expected
