"""A wording that an editor has stored is a question, whatever Rasa would take it for; what asks for an act is still done."""

from __future__ import annotations

import pytest

from banshi.desk.actions_asked import act_asked
from banshi.knowledge.stored import stored_questions
from tests.api.small_product import Citizen, Small, counting_rasa

GUESSED = "Rasa 猜的"


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Small:
    return Small(tmp_path_factory.mktemp("knowledge"), tmp_path_factory.mktemp("var"))


def wordings(small: Small, number: int) -> list[str]:
    """Stored questions of the small knowledge that ask for no act."""
    knowledge = small.desk.engine().knowledge
    return [one for one in stored_questions(knowledge) if act_asked(one, knowledge.lexicon.urgent) is None][:number]


def test_rasa_is_not_asked_for_a_stored_question(small: Small) -> None:
    with counting_rasa(GUESSED) as rasa:
        app = small.app(with_rasa=True, rasa_port=rasa.port)
        for wording in wordings(small, 5):
            told = Citizen(app).say(f" {wording}？")
            assert told[0]["custom"]["decision"] in ("answer", "clarify") and GUESSED not in told[0]["text"]
        assert rasa.heard == []
        assert Citizen(app).say("这句话谁也没有存过，想问问身份证")[0]["text"] == GUESSED
        assert len(rasa.heard) == 1


def test_after_it_rasa_goes_on_with_the_matter(small: Small) -> None:
    with counting_rasa(GUESSED) as rasa:
        citizen = Citizen(small.app(with_rasa=True, rasa_port=rasa.port))
        citizen.say(wordings(small, 1)[0])
        assert citizen.say("那要多少钱呢，我想问清楚点")[0]["text"] == GUESSED
        assert len(rasa.heard) == 1


@pytest.mark.parametrize("words", ["转人工", "我要投诉窗口工作人员", "着火了打哪个"])
def test_what_asks_for_an_act_is_not_searched(small: Small, words: str) -> None:
    told = Citizen(small.app()).say(words)
    assert told[0]["custom"]["type"] in ("handoff", "redirect")
