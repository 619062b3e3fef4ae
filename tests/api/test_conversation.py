"""What a citizen hears in an ordinary conversation, through HTTP, Rasa, actions and search."""

from __future__ import annotations

import pytest

from tests.api.product import Chat, Product, kinds, said, titles

REISSUE = "hz-idcard-reissue"


def test_the_first_question_is_answered_with_its_source(chat: Chat) -> None:
    [reply] = chat.say("身份证丢了咋整")
    assert (reply["custom"]["type"], reply["custom"]["item"]) == ("answer", REISSUE)
    assert "居民身份证丢失补领" in reply["text"]
    assert reply["custom"]["sources"][0]["id"] == REISSUE
    assert "《中华人民共和国居民身份证法》" in reply["text"], "the citizen reads what the answer rests on"


def test_follow_ups_stay_on_the_item(chat: Chat) -> None:
    chat.say("身份证丢了咋整")
    [fee] = chat.say("多少钱")
    assert (fee["custom"]["item"], fee["custom"]["element"]) == (REISSUE, "fee")
    assert "40元" in fee["text"]
    [materials] = chat.say("那得拿啥去")
    assert (materials["custom"]["item"], materials["custom"]["element"]) == (REISSUE, "materials")
    assert "居民户口簿" in materials["text"] and "居民身份证申领登记表" in materials["text"]


def test_an_elliptical_question_without_a_conversation_is_not_given_an_item(chat: Chat) -> None:
    [asked] = chat.say("多少钱")
    assert asked["custom"].get("item") is None and "哪一件事" in asked["text"] and "身份证补办要多少钱" in asked["text"]


@pytest.mark.parametrize("choice", ["2", "第二个", "选二"])
def test_an_alternative_is_chosen_by_number(chat: Chat, choice: str) -> None:
    [question] = chat.say("营业执照")
    assert question["custom"]["type"] == "clarify"
    offered = titles([question])
    assert 3 <= len(offered) <= 5 and offered[-1] == "都不是，转人工"
    [answer] = chat.say(choice)
    assert answer["custom"]["type"] == "answer"
    assert f"【{offered[1]}】" in answer["text"]


def test_an_alternative_is_chosen_by_button(chat: Chat) -> None:
    third = titles(chat.say("营业执照"))[2]
    [answer] = chat.press(third)
    assert answer["custom"]["type"] == "answer"
    assert f"【{third}】" in answer["text"]
    [fee] = chat.say("多少钱")
    assert fee["custom"]["item"] == answer["custom"]["item"], "the chosen item is what is talked about from now on"


def test_none_of_the_alternatives_leads_to_a_person(chat: Chat) -> None:
    chat.say("营业执照")
    assert kinds(chat.press("都不是，转人工")) == ["handoff"]
    assert chat.state == "waiting"


def test_a_button_further_up_on_the_screen_still_works(chat: Chat) -> None:
    [question] = chat.say("营业执照")
    button = question["buttons"][0]
    chat.say("今天天气怎么样")
    assert f"【{button['title']}】" in said(chat.say(button["payload"]))


def test_what_was_asked_is_kept_while_the_item_is_chosen(chat: Chat) -> None:
    offered = titles(chat.say("办营业执照要带什么材料"))
    [answer] = chat.press(offered[0]) if "clarify" in kinds(chat.replies) else chat.replies
    assert answer["custom"]["element"] == "materials"


def test_a_region_said_before_is_used_in_the_answer(chat: Chat) -> None:
    assert "延吉" in said(chat.say("我在延吉"))
    [answer] = chat.say("身份证丢了咋整")
    assert answer["custom"]["item"] == REISSUE
    assert answer["custom"]["region"]["asked"] == "222401"
    assert "延吉" in answer["text"]


def test_a_region_said_after_an_answer_repeats_it_for_that_place(chat: Chat) -> None:
    chat.say("身份证丢了咋整")
    [answer] = chat.say("我在延吉")
    assert answer["custom"]["item"] == REISSUE
    assert "延吉" in answer["text"]


def test_a_region_that_the_app_knows_is_used(server: Product) -> None:
    [answer] = Chat(server, region="222401").say("身份证丢了咋整")
    assert answer["custom"]["region"]["asked"] == "222401"
    assert "延吉" in answer["text"]


def test_who_has_said_where_they_are_is_not_asked_again(chat: Chat) -> None:
    chat.say("我在延吉")
    chat.say("身份证丢了咋整")
    [place] = chat.say("搁哪儿办呢")
    assert place["custom"]["element"] == "location"
    assert "告诉我您在哪个市县" not in place["text"]


def test_online_handling_gives_the_link_of_the_item(chat: Chat) -> None:
    chat.say("身份证丢了咋整")
    [link] = chat.say("我要在网上办")
    assert (link["custom"]["type"], link["custom"]["item"]) == ("link", REISSUE)
    assert link["custom"]["links"][0]["url"].startswith("https://")
    assert link["custom"]["links"][0]["url"] in link["text"]


def test_online_handling_of_nothing_in_particular_gives_the_entrance(chat: Chat) -> None:
    [link] = chat.say("给我网上办理的链接")
    assert link["custom"]["type"] == "link"
    assert link["custom"]["links"][0]["url"] in link["text"]
    assert "哪件事" in link["text"]


def test_a_hall_is_found_after_asking_where(chat: Chat) -> None:
    [question] = chat.say("政务大厅在哪")
    assert (question["custom"]["type"], question["custom"]["slot"]) == ("ask", "region")
    assert len(question["buttons"]) == 9, "one button for each of the nine prefectures"
    [halls] = chat.say("延吉")
    assert halls["custom"]["type"] == "window"
    assert "延吉市政务服务中心" in halls["text"]
    assert "示例" in halls["text"] and all(hall["sample"] for hall in halls["custom"]["halls"]), "samples are never told as real"
    assert "12345" in halls["text"]


def test_a_hall_is_found_by_the_button_of_a_city(chat: Chat) -> None:
    chat.say("政务大厅在哪")
    assert "长春市政务服务中心" in said(chat.press("长春市"))


def test_a_hand_off_says_what_happens_next_and_the_assistant_goes_on_answering(chat: Chat) -> None:
    [reply] = chat.say("转人工")
    assert reply["custom"]["type"] == "handoff"
    assert chat.state == "waiting"
    assert "12345" in reply["text"]
    assert "工作人员" in reply["text"]
    custom = reply["custom"]
    assert (custom["wait_minutes"], custom["hours"], custom["phone"]) == (None, "08:30-17:00", "12345")
    assert custom["place"] >= 1, "with Rasa as without"
    [answer] = chat.say("身份证丢了咋整")
    assert answer["custom"]["item"] == REISSUE
    assert chat.state == "waiting", "a question does not give up the place in the queue"


@pytest.mark.parametrize("words", ["我要投诉", "投诉窗口工作人员", "窗口态度太差", "举报有人收黑钱", "社区不给盖章,非说不归他们管"])
def test_a_complaint_goes_to_people_and_never_to_the_search(chat: Chat, words: str) -> None:
    [reply] = chat.say(words)
    assert reply["custom"]["type"] == "redirect"
    assert "12345" in reply["text"] and "投诉" in reply["text"]
    assert not {"item", "sources", "decision"} & set(reply["custom"]), "nothing was searched"
    assert "转人工" in titles([reply])


EMERGENCIES = [("家里着火了", "119"), ("有人打我", "110"), ("我爸晕倒了", "120"), ("前面出车祸了", "122"), ("我不想活了", "12356")]


@pytest.mark.parametrize(("words", "number"), EMERGENCIES)
def test_who_is_in_danger_is_told_whom_to_call(chat: Chat, words: str, number: str) -> None:
    [reply] = chat.say(words)
    assert reply["custom"]["type"] == "redirect"
    assert number in reply["text"]


@pytest.mark.parametrize(("words", "number"), [("着火了", "119"), ("不想活了", "12356")])
def test_danger_comes_before_the_question_the_assistant_has_asked(chat: Chat, words: str, number: str) -> None:
    chat.say("查进度")
    assert number in said(chat.say(words))
    assert "ask" not in kinds(chat.replies), "nobody in danger is asked for a number"


@pytest.mark.parametrize("words", ["今天天气怎么样", "给我讲个笑话", "明天股票涨不涨"])
def test_what_it_cannot_answer_it_refuses_and_says_what_it_can(chat: Chat, words: str) -> None:
    [reply] = chat.say(words)
    assert reply["custom"]["type"] == "reject"
    assert all(ability in reply["text"] for ability in ("办事指南", "办件进度", "政务大厅", "转人工"))
    assert "转人工" in titles([reply])


def test_the_bare_name_of_a_document_is_about_the_document(chat: Chat) -> None:
    [reply] = chat.say("身份证")
    assert reply["custom"]["type"] in {"answer", "clarify"}
    assert "身份证" in reply["text"] or "身份证" in "".join(titles([reply]))


def test_a_greeting_says_who_is_there_and_offers_ways_on(chat: Chat) -> None:
    [reply] = chat.say("你好")
    assert "您好" in reply["text"] and "办事" in reply["text"]
    assert "查办件进度" in titles([reply])
    [asked] = chat.press("身份证丢了怎么补")
    assert asked["custom"]["item"] == REISSUE


def test_thanks_are_taken_kindly(chat: Chat) -> None:
    assert "不客气" in said(chat.say("谢谢"))


def test_the_last_answer_is_repeated(chat: Chat) -> None:
    first = said(chat.say("身份证丢了咋整"))
    assert said(chat.say("再说一遍")) == first


def test_cancelling_drops_the_item(chat: Chat) -> None:
    chat.say("身份证丢了咋整")
    assert "先放下" in said(chat.say("算了不办了"))
    assert all(reply["custom"].get("item") != REISSUE for reply in chat.say("多少钱"))


def test_a_question_in_korean_is_answered(chat: Chat) -> None:
    [reply] = chat.say("신분증을 잃어버렸는데 어디 가서 다시 함까?")
    assert (reply["custom"]["type"], reply["custom"]["item"]) == ("answer", REISSUE)


def test_a_greeting_in_korean_is_answered_in_korean(chat: Chat) -> None:
    assert "안녕하십니까" in said(chat.say("안녕하세요"))


def test_two_conversations_do_not_hear_each_other(server: Product) -> None:
    one, other = Chat(server), Chat(server)
    one.say("身份证丢了咋整")
    other.say("你好")
    assert one.conversation != other.conversation
    assert all(reply["custom"].get("item") != REISSUE for reply in other.say("多少钱"))
    assert one.say("多少钱")[0]["custom"]["item"] == REISSUE
