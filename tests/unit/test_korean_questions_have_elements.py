"""Guides keep their Korean questions in one list; which element each asks for stands in a word list of its own."""

from __future__ import annotations

from dataclasses import replace

import pytest

from banshi.knowledge.elements import Element
from banshi.knowledge.library import Knowledge, load_knowledge
from banshi.search.element_examples import labels_of
from banshi.search.entries import owners_and_entries
from banshi.settings import Settings
from banshi.text.normalise import is_korean


@pytest.fixture(scope="module")
def knowledge() -> Knowledge:
    return load_knowledge(Settings().knowledge_dir)


def test_the_list_holds_what_guides_hold_and_nothing_else(knowledge: Knowledge) -> None:
    stored = {question for guide in knowledge.guides.values() for question in guide.korean}
    listed = set(knowledge.lexicon.korean_asks)
    assert not listed - stored, "these are no guide's any more"
    assert not stored - listed, "these teach no element"


def test_what_is_listed_is_learned_from(knowledge: Knowledge) -> None:
    _, entries = owners_and_entries(knowledge)
    korean = [entry for entry in entries if entry.kind == "guide" and entry.is_question and is_korean(entry.text)]
    assert len(korean) > 1000
    for entry in korean:
        assert labels_of(entry)[0] is knowledge.lexicon.korean_asks[entry.text]


def test_a_question_that_is_not_listed_asks_for_nothing_known(knowledge: Knowledge) -> None:
    without = replace(knowledge, lexicon=replace(knowledge.lexicon, korean_asks={}))
    _, entries = owners_and_entries(without)
    assert not [entry for entry in entries if entry.kind == "guide" and is_korean(entry.text) and labels_of(entry)]


@pytest.mark.parametrize("element", [Element.RESULT, Element.SCOPE, Element.BASIS, Element.ELIGIBILITY, Element.ONLINE])
def test_korean_ways_of_asking_are_known_for_what_is_rarely_asked(knowledge: Knowledge, element: Element) -> None:
    ways = [way for way in knowledge.lexicon.asking[element] if is_korean(way[0])]
    assert len(ways) >= 4
