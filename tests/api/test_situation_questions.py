"""情形引导: a few questions, in any order and in any words, then exactly the documents to bring; over HTTP and in conversation."""

from __future__ import annotations

from itertools import permutations
from typing import Any

import httpx
import pytest

from banshi.knowledge.library import Knowledge
from tests.api.product import Chat, Product, kinds, said, titles

REISSUE, COMPANY, PLAIN = "hz-idcard-reissue", "sc-company", "mz-marriage"
BOOK, FORM = "居民户口簿", "居民身份证申领登记表"
ALWAYS = ["登记申请书", "股东、法定代表人等身份证明", "公司章程", "住所使用证明", "任职文件"]
PERMIT, HOME = "前置许可批文", "住改商告知承诺"
COMPANY_LISTS = {
    ("none", "office"): ALWAYS,
    ("need", "office"): [*ALWAYS, PERMIT],
    ("none", "home"): [*ALWAYS, HOME],
    ("need", "home"): [*ALWAYS, PERMIT, HOME],
}
LIST_BUTTON, ENOUGH = "按我的情形列清单", "不用了"


def post(server: Product, body: object) -> httpx.Response:
    return httpx.post(f"{server.url}/api/v1/situations", json=body, timeout=60, trust_env=False)


def state(server: Product, item: str, answers: dict[str, str] | None = None, **rest: object) -> dict[str, Any]:
    response = post(server, {"item": item, "answers": answers or {}, **rest})
    assert response.status_code == 200, response.text
    return response.json()


def names(materials: list[dict[str, Any]]) -> list[str]:
    return [material["material_name"] for material in materials]


# Over HTTP


def test_without_answers_the_first_question_comes_with_what_is_sure_and_what_is_open(server: Product) -> None:
    begun = state(server, REISSUE)
    assert (begun["item"], begun["answers"], begun["most_left"]) == (REISSUE, {}, 1)
    assert begun["next"]["id"] == "where" and begun["next"]["ask"].endswith("？")
    assert [option["id"] for option in begun["next"]["options"]] == ["home", "away"]
    assert (names(begun["materials"]), names(begun["open_materials"])) == ([FORM], [BOOK])


def test_the_question_is_told_with_its_options_as_buttons_and_numbers(server: Product) -> None:
    begun = state(server, REISSUE)
    reply = begun["reply"]
    assert (reply["custom"]["type"], reply["custom"]["slot"]) == ("ask", "situation")
    assert begun["next"]["ask"] in reply["text"]
    labels = [option["label"] for option in begun["next"]["options"]]
    assert titles([reply]) == [*labels, ENOUGH]
    assert all(f"{number}. {label}" in reply["text"] for number, label in enumerate(labels, 1))


@pytest.mark.parametrize(("where", "documents"), [("home", [BOOK, FORM]), ("away", [FORM])])
def test_an_answer_gives_the_exact_list_with_its_source(server: Product, where: str, documents: list[str]) -> None:
    done = state(server, REISSUE, {"where": where})
    assert (done["next"], done["most_left"], done["open_materials"]) == (None, 0, [])
    assert names(done["materials"]) == documents
    assert done["handle_item"]["name"]
    reply = done["reply"]
    assert reply["custom"]["type"] == "answer"
    assert all(name in reply["text"] for name in documents)
    assert (BOOK in "\n".join(line for line in reply["text"].split("\n") if line[:1].isdigit())) == (BOOK in documents)
    assert reply["custom"]["sources"][0]["id"] == REISSUE
    assert "《中华人民共和国居民身份证法》" in reply["text"], "the citizen reads what the list rests on"


@pytest.mark.parametrize(("answered", "documents"), COMPANY_LISTS.items())
def test_answers_in_any_order_give_the_same_exact_list(server: Product, answered: tuple[str, str], documents: list[str]) -> None:
    answers = dict(zip(("permit", "place"), answered, strict=True))
    for order in permutations(answers):
        at_once = state(server, COMPANY, {name: answers[name] for name in order})
        one = state(server, COMPANY, {order[0]: answers[order[0]]})
        other = state(server, COMPANY, {**one["answers"], order[1]: answers[order[1]]})
        assert one["next"]["id"] == order[1] and one["most_left"] == 1
        for done in (at_once, other):
            assert done["next"] is None
            assert sorted(names(done["materials"])) == sorted(documents)


def test_every_item_is_led_to_its_list(server: Product, knowledge: Knowledge) -> None:
    """By always giving the last answer there is."""
    for item in knowledge.guides:
        told = state(server, item)
        asked = []
        while told["next"] is not None:
            assert told["next"]["id"] not in asked, "nothing is asked twice"
            asked.append(told["next"]["id"])
            told = state(server, item, {**told["answers"], told["next"]["id"]: told["next"]["options"][-1]["id"]})
        assert set(told["answers"]) == set(asked)
        assert told["reply"]["custom"]["type"] == "answer", (item, told["reply"]["text"])
        assert told["handle_item"] is not None and told["open_materials"] == []
        assert all(name in told["reply"]["text"] for name in names(told["materials"]))


def test_an_item_without_questions_has_its_list_at_once(server: Product, knowledge: Knowledge) -> None:
    plain = next(guide for guide in knowledge.guides.values() if not guide.choices)
    done = state(server, plain.id)
    assert done["next"] is None
    assert names(done["materials"]) == [material.material_name for material in plain.materials]


def test_an_answer_to_a_question_that_does_not_arise_does_not_count(server: Product) -> None:
    moved = state(server, "hz-hukou-move", {"reason": "house", "stage": "grad"})
    assert moved["answers"] == {"reason": "house"}


@pytest.mark.parametrize(
    ("text", "answers"),
    [
        ("我人在外地，补身份证要带啥", {"where": "away"}),
        ("我就在户籍地补", {"where": "home"}),
        ("在外地补", {"where": "away"}),
        ("  在 外地 补！", {"where": "away"}),
        ("身份证丢了要带啥", {}),
        ("今天天气怎么样", {}),
        ("", {}),
        ("😀👍", {}),
        ("<script>alert(1)</script>", {}),
        ("\x00\u202e", {}),
    ],
)
def test_what_the_citizens_words_answer_is_not_asked(server: Product, text: str, answers: dict[str, str]) -> None:
    told = state(server, REISSUE, text=text)
    assert told["answers"] == answers
    assert (told["next"] is None) == bool(answers)


def test_one_text_may_answer_several_questions_and_leave_others_open(server: Product) -> None:
    assert state(server, COMPANY, text="我做一般买卖，地址用自己家")["answers"] == {"permit": "none", "place": "home"}
    partly = state(server, COMPANY, text="地址用自己家")
    assert (partly["answers"], partly["next"]["id"]) == ({"place": "home"}, "permit")
    assert HOME in names(partly["materials"])


def test_a_given_answer_prevails_over_the_words(server: Product) -> None:
    assert state(server, REISSUE, {"where": "home"}, text="我人在外地")["answers"] == {"where": "home"}


def test_an_item_that_does_not_exist_is_not_found(server: Product) -> None:
    response = post(server, {"item": "no-such-item", "answers": {}})
    assert response.status_code == 404
    assert "no-such-item" in response.json()["detail"] and "办事指南" in response.json()["detail"]


@pytest.mark.parametrize(
    ("answers", "told"),
    [
        ({"where": "mars"}, ["where", "mars", "home", "away"]),
        ({"where": ""}, ["where", "home", "away"]),
        ({"when": "home"}, ["when", "where", "居民身份证丢失补领"]),
        ({"where": "home", "when": "home"}, ["when", "where"]),
    ],
)
def test_an_answer_that_does_not_exist_is_refused_with_those_there_are(server: Product, answers: dict[str, str], told: list[str]) -> None:
    response = post(server, {"item": REISSUE, "answers": answers})
    assert response.status_code == 422
    assert all(word in response.json()["detail"] for word in told)


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"answers": {}},
        {"item": None},
        {"item": "x" * 81},
        {"item": REISSUE, "answers": ["home"]},
        {"item": REISSUE, "answers": {"where": 1}},
        {"item": REISSUE, "answers": {f"c{number}": "x" for number in range(21)}},
        {"item": REISSUE, "text": "身" * 2001},
        {"item": REISSUE, "region": {}},
        {"item": REISSUE, "answer": {"where": "home"}},
        [REISSUE],
    ],
)
def test_a_request_that_is_none_is_refused_in_a_sentence(server: Product, body: object) -> None:
    response = post(server, body)
    assert response.status_code == 422
    assert response.json()["detail"].startswith("请求的格式不对")


def test_the_citizens_place_is_told_in_the_list(server: Product) -> None:
    assert "延吉" in state(server, REISSUE, {"where": "home"}, region="222401")["reply"]["text"]


@pytest.mark.parametrize("region", ["999999", "", "'; DROP", "110000", None])
def test_a_region_outside_the_province_is_left_aside(server: Product, region: str | None) -> None:
    assert names(state(server, REISSUE, {"where": "home"}, region=region)["materials"]) == [BOOK, FORM]


# In conversation


def begin(chat: Chat, question: str = "身份证丢了要带啥", item: str = REISSUE) -> dict[str, Any]:
    """Ask, and press the button that leads to the questions."""
    [answer] = chat.say(question)
    assert (answer["custom"]["type"], answer["custom"]["item"]) == ("answer", item)
    assert LIST_BUTTON in titles([answer])
    [asked] = chat.press(LIST_BUTTON)
    return asked


def assert_asks(reply: dict[str, Any], choice: str, item: str = REISSUE) -> None:
    assert (reply["custom"]["type"], reply["custom"]["slot"]) == ("ask", "situation")
    assert (reply["custom"]["item"], reply["custom"]["choice"]) == (item, choice)
    assert titles([reply])[-1] == ENOUGH


def assert_list(reply: dict[str, Any], documents: list[str], item: str = REISSUE) -> None:
    """Exactly these documents, one numbered line each."""
    assert (reply["custom"]["type"], reply["custom"]["item"]) == ("answer", item)
    lines = [line for line in reply["text"].split("\n") if line[:1].isdigit()]
    assert len(lines) == len(documents)
    assert all(any(f"{name}（" in line for line in lines) for name in documents)
    assert LIST_BUTTON not in titles([reply])


def test_an_answer_on_materials_offers_the_questions(chat: Chat) -> None:
    asked = begin(chat)
    assert_asks(asked, "where")
    assert titles([asked]) == ["户口所在地补", "在外地补", ENOUGH]


def test_an_answer_on_the_fee_offers_no_questions(chat: Chat) -> None:
    assert LIST_BUTTON not in titles(chat.say("补身份证多少钱"))


@pytest.mark.parametrize(("button", "documents"), [("户口所在地补", [BOOK, FORM]), ("在外地补", [FORM])])
def test_a_button_answers(chat: Chat, button: str, documents: list[str]) -> None:
    begin(chat)
    [answer] = chat.press(button)
    assert_list(answer, documents)
    assert button in answer["text"], "the citizen reads for which situation the list is"


@pytest.mark.parametrize("number", ["2", "2.", "第2个", "第二个", "二"])
def test_a_number_answers(chat: Chat, number: str) -> None:
    begin(chat)
    [answer] = chat.say(number)
    assert_list(answer, [FORM])


@pytest.mark.parametrize(
    ("words", "documents"),
    [
        ("在外地补", [FORM]),
        ("我人在外地呢", [FORM]),
        ("异地", [FORM]),
        ("户口所在地补", [BOOK, FORM]),
        ("就在户籍地", [BOOK, FORM]),
    ],
)
def test_words_answer(chat: Chat, words: str, documents: list[str]) -> None:
    begin(chat)
    [answer] = chat.say(words)
    assert_list(answer, documents)


def test_several_questions_come_one_after_the_other(chat: Chat) -> None:
    first = begin(chat, "注册公司要啥材料", COMPANY)
    assert "还有2个小问题" in first["text"]
    assert_asks(first, first["custom"]["choice"], COMPANY)
    [second] = chat.say("1")
    assert second["custom"]["choice"] != first["custom"]["choice"]
    assert_asks(second, second["custom"]["choice"], COMPANY)
    assert "个小问题）" not in second["text"], "the last one is not counted"
    [answer] = chat.say("1")
    assert_list(answer, ALWAYS, COMPANY)


def test_several_questions_are_answered_each_in_another_way(chat: Chat) -> None:
    asked = begin(chat, "注册公司要啥材料", COMPANY)
    ways = {"permit": "要先有批文", "place": "就用自己家"}
    [asked] = chat.say(ways[asked["custom"]["choice"]])
    label = {"permit": "要先有批文", "place": "用家里住宅"}[asked["custom"]["choice"]]
    [answer] = chat.press(label)
    assert_list(answer, [*ALWAYS, PERMIT, HOME], COMPANY)


def test_what_was_said_before_is_not_asked(chat: Chat) -> None:
    assert_list(begin(chat, "身份证丢了补办要带什么，我人在外地"), [FORM])


def test_the_list_knows_the_citizens_place(chat: Chat) -> None:
    chat.say("我在延吉")
    begin(chat)
    [answer] = chat.press("户口所在地补")
    assert_list(answer, [BOOK, FORM])
    assert "延吉" in answer["text"]


@pytest.mark.parametrize("words", ["", "算了不办了"])
def test_who_has_enough_is_asked_no_more(chat: Chat, words: str) -> None:
    begin(chat)
    assert "先放下" in said(chat.say(words) if words else chat.press(ENOUGH))
    assert "ask" not in kinds(chat.replies)
    [answer] = chat.say("护照多少钱")
    assert answer["custom"]["type"] in ("answer", "clarify"), "and is heard as ever"
    assert "ask" not in kinds([answer])


def test_after_enough_a_number_is_no_option(chat: Chat) -> None:
    begin(chat)
    chat.press(ENOUGH)
    [reply] = chat.say("2")
    assert reply["custom"]["type"] == "reject"


@pytest.mark.parametrize(("digression", "item"), [("首次办护照多少钱", "crj-passport-first"), ("结婚登记要带什么", PLAIN)])
def test_another_question_is_answered_and_then_the_open_one_asked_again(chat: Chat, digression: str, item: str) -> None:
    begin(chat)
    answer, asked = chat.say(digression)
    assert (answer["custom"]["type"], answer["custom"]["item"]) == ("answer", item)
    assert_asks(asked, "where")
    [listed] = chat.say("2")
    assert_list(listed, [FORM])


def test_a_digression_between_two_questions_loses_no_answer(chat: Chat) -> None:
    first = begin(chat, "注册公司要啥材料", COMPANY)
    [second] = chat.press({"permit": "要先有批文", "place": "用家里住宅"}[first["custom"]["choice"]])
    _, again = chat.say("首次办护照多少钱")
    assert again["custom"]["choice"] == second["custom"]["choice"]
    assert again["custom"]["answers"] == second["custom"]["answers"] != {}
    [answer] = chat.press({"permit": "要先有批文", "place": "用家里住宅"}[again["custom"]["choice"]])
    assert_list(answer, [*ALWAYS, PERMIT, HOME], COMPANY)


@pytest.mark.parametrize("words", ["啥意思，看不懂", "9", "这俩有啥区别", "今天天气怎么样"])
def test_what_is_no_option_is_asked_again(chat: Chat, words: str) -> None:
    begin(chat)
    chat.say(words)
    assert_asks(chat.replies[-1], "where")
    [answer] = chat.say("第一个")
    assert_list(answer, [BOOK, FORM])


@pytest.mark.parametrize("answered", ["2", "在外地补"])
@pytest.mark.parametrize("words", ["", "😀", "？！", "what is this about"])
def test_a_message_that_means_nothing_keeps_the_question_open(chat: Chat, words: str, answered: str) -> None:
    begin(chat)
    assert kinds(chat.say(words))[0] in ("reject", "ask")
    [answer] = chat.say(answered)
    assert_list(answer, [FORM])


def test_after_the_list_the_conversation_stays_on_the_item(chat: Chat) -> None:
    begin(chat)
    chat.press("在外地补")
    [fee] = chat.say("多少钱")
    assert (fee["custom"]["item"], fee["custom"]["element"]) == (REISSUE, "fee")


def test_after_the_list_a_number_is_no_option(chat: Chat) -> None:
    begin(chat)
    chat.press("在外地补")
    assert chat.say("1")[0]["custom"]["type"] == "reject"


def test_the_list_can_be_made_again_for_another_situation(chat: Chat) -> None:
    [answer] = chat.say("身份证丢了要带啥")
    payload = next(button["payload"] for button in answer["buttons"] if button["title"] == LIST_BUTTON)
    [asked] = chat.say(payload)
    assert_list(chat.press("在外地补")[0], [FORM])
    [again] = chat.say(payload)
    assert_asks(again, "where")
    assert again["custom"]["answers"] == {} == asked["custom"]["answers"]
    assert_list(chat.press("户口所在地补")[0], [BOOK, FORM])


def test_the_list_of_another_item_begins_inside_the_questions(chat: Chat) -> None:
    [company] = chat.say("注册公司要啥材料")
    payload = next(button["payload"] for button in company["buttons"] if button["title"] == LIST_BUTTON)
    begin(chat)
    [asked] = chat.say(payload)
    assert_asks(asked, asked["custom"]["choice"], COMPANY)


def test_a_person_can_be_asked_for_inside_the_questions(chat: Chat) -> None:
    begin(chat)
    assert kinds(chat.say("转人工")) == ["handoff"]
    assert chat.state == "waiting"


def test_danger_comes_before_the_question(chat: Chat) -> None:
    begin(chat)
    assert "119" in said(chat.say("家里着火了"))
    assert "ask" not in kinds(chat.replies)


def test_a_typed_command_is_no_answer(chat: Chat) -> None:
    begin(chat)
    chat.say('/choose_option{"option": "../../etc/passwd"}')
    assert "answer" not in kinds(chat.replies)
    [answer] = chat.say("2")
    assert_list(answer, [FORM])


def test_two_citizens_are_asked_each_for_himself(server: Product) -> None:
    one, other = Chat(server), Chat(server)
    begin(one)
    begin(other)
    assert_list(one.press("在外地补")[0], [FORM])
    assert_list(other.press("户口所在地补")[0], [BOOK, FORM])
