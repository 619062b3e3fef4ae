"""Complaints and reports are recognised by their words, and questions about them stay questions; kinds of tickets follow from words."""

from __future__ import annotations

import pytest

from banshi.desk.tickets.complaints import complaint_reply, is_complaint, is_report
from banshi.desk.tickets.drafts import asks_secrecy, classify, title_of
from banshi.knowledge.library import Knowledge

COMPLAINTS = [
    "我要投诉",
    "投诉",
    "投诉你们",
    "我想投诉社保窗口那男的 说话老冲了",
    "投诉窗口工作人员",
    "窗口态度太差",
    "举报有人收黑钱",
    "社区不给盖章,非说不归他们管",
    "你们推来推去",
    "那个办事员骂人",
    "大厅里的人上班玩手机不理人",
    "工作人员爱答不理的,啥态度啊",
    "收了我二百块钱不给票",
    "我要反映个问题,派出所户籍那个人故意刁难",
    "民政局推给街道,街道推给民政局,到底谁管",
    "我想举报公司不给员工交社保",
    "举报村干部冒领低保",
    "有人吃空饷你们管不管",
    "工地拖欠农民工工资,我要举报",
    "供热公司收了钱不给热,投诉",
    "我要告那个窗口的,嫌我岁数大骂我",
    "举报 我们屯低保都给了书记家亲戚",
    "领导包庇,我实名举报",
    "办事那女的把我材料摔出来了 太气人",
    # Dialect.
    "俺要投诉那个窗口",
    "俺寻思投诉一下大厅那个办事员",
    "你们这嘎达的人净熊人",
    "那窗口的人老横了,净埋汰人,俺非得投诉他不可",
    "办事员撵我,说话贼噎人",
    # Slips.
    "我要投述",
    "我要头诉你们",
    "举抱村会计贪污低保款",
    "我要举暴",
    "我要tousu",
    "窗口太度太差，我要投拆",
    # Politely, at length, with a number masked, in traditional characters.
    "您好，麻烦您一下，我想投诉朝阳大厅3号窗口",
    "昨天我带着孩子去了三趟，每趟都说缺东西，第三趟那个工作人员还骂我，我要投诉他",
    "我要投訴",
    "我要投诉，电话〈手机号:3f9a01bc〉",
]
QUESTIONS = [
    "投诉电话是多少",
    "12345投诉电话",
    "举报有奖励吗",
    "举报奖励怎么领",
    "举报骗保给奖励不，找哪个局",
    "投诉要多久给答复",
    "查投诉进度",
    "网上投诉入口",
    "举报能匿名不",
    "打12345投诉举报会不会泄露我的信息",
    "屋里不热投诉到哪儿，打12345行不",
    "老板就是不给缴公积金去哪举报",
    "态度差在哪投诉",
    "窗口服务态度好，在哪儿给打分",
    "被人投诉了怎么办",
    "公司被举报了还能办变更吗",
    "我之前投诉过，现在啥进度",
    "信访和投诉有什么区别",
    "拒载投诉",
    "扬尘举报",
    "身份证丢了怎么补",
    "想告他没钱请律师，能申请法律援助吗",
    "办居住证要社区盖章吗",
    "我要转人工，我要投诉",
    "转人工",
    "전입신고하려고 합니다",
    "출생신고는 어떻게 합니까",
    "建议",
    "",
    "……",
    "12345",
]


@pytest.mark.parametrize("words", COMPLAINTS)
def test_who_complains_is_heard(words: str) -> None:
    assert is_complaint(words)


@pytest.mark.parametrize("words", QUESTIONS)
def test_who_asks_is_answered(words: str) -> None:
    assert not is_complaint(words)


COMPLAINING = {
    "qa-hotline-complaint",  # 投诉窗口工作人员
    "qa-life-asked-money",  # 索要红包
}
"""Q&A of the knowledge that are about complaining of staff: whoever says only that much gets the same advice and may hand it in."""
LONG_STORIES = 5
"""Of others: stored wordings that end with 想反映 or 想检举 and ask nothing."""


def test_the_questions_of_the_knowledge_stay_questions(knowledge: Knowledge) -> None:
    stored = [(key, words) for key, guide in knowledge.guides.items() for found in guide.questions.values() for words in found]
    stored += [(key, words) for key, guide in knowledge.guides.items() for words in (*guide.aliases, *guide.korean)]
    stored += [(key, words) for key, entry in knowledge.qa.items() for words in (entry.question, *entry.similar)]
    assert len(stored) > 15_000 and sum("投诉" in words or "举报" in words for _, words in stored) > 150
    caught = [(key, words) for key, words in stored if is_complaint(words)]
    assert not [key for key, _ in caught if key in knowledge.guides], caught
    others = [pair for pair in caught if pair[0] not in COMPLAINING]
    assert len(others) <= LONG_STORIES, others
    assert len(caught) <= 25, caught


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("我要投诉窗口，态度太差", "投诉"),
        ("举报村会计吃空饷", "举报"),
        ("有人收黑钱，我实名检举", "举报"),
        ("建议大厅多设几把椅子", "建议"),
        ("希望你们周末也开门", "建议"),
        ("楼下路灯坏了没人管", "求助"),
        ("家里停水三天了，帮帮我", "求助"),
        ("落户要什么材料", "咨询"),
        ("低保咋申请", "咨询"),
    ],
)
def test_the_kind_follows_from_the_words_and_they_are_named(words: str, kind: str) -> None:
    found = classify(words)
    assert found is not None
    assert found[0] == kind and found[1] in words


def test_words_that_say_nothing_decide_nothing() -> None:
    assert classify("身份证") is None and classify("好的") is None


def test_reports_are_told_from_complaints() -> None:
    assert is_report("我要举报") and is_report("检举村干部") and not is_report("我要投诉")


@pytest.mark.parametrize(
    ("words", "secret"),
    [
        ("请替我保密", True),
        ("我要匿名", True),
        ("别说是我说的", True),
        ("别让他知道是我", True),
        ("俺不想叫村里知道", True),
        ("不用保密", False),
        ("你们给保密吗", False),
        ("身份证丢了", False),
    ],
)
def test_secrecy_is_asked_for_in_words(words: str, secret: bool) -> None:
    assert asks_secrecy(words) is secret


def test_a_title_is_the_beginning_of_the_citizens_own_words() -> None:
    assert title_of("路灯不亮。三天了") == "路灯不亮"
    assert title_of("我电话〈手机号:3f9a01bc〉不通") == "我电话手机号不通"
    assert len(title_of("路灯" * 50)) == 40 and title_of("路灯" * 50).endswith("…")


def test_the_reply_offers_a_ticket_and_a_person() -> None:
    told = complaint_reply()
    assert [button.payload for button in told.buttons] == ["/leave_message", "/hand_off"]
    assert "12345" in told.text and "保密" in told.text and told.custom["type"] == "redirect"
