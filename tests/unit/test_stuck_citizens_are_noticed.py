"""Who gets nowhere is offered a person and 办不成事反映, once, and nobody else is."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from banshi.desk.live import Live
from banshi.desk.replies import HAND_OFF, Reply, empty_message, reply
from banshi.desk.tickets.complaints import complaint_reply
from banshi.desk.unhappy.cases import in_short, is_of_courts, versions_of
from banshi.desk.unhappy.stuck import CANNOT, REMEMBERED, Past, past_of, trouble, with_ways_on
from banshi.store.conversations import Message

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
ANSWER = reply("请带身份证。", "answer", decision="answer", item="hz-idcard-reissue")
NO = reply("这个我答不上来。", "reject", decision="reject", buttons=[HAND_OFF])
SORRY = reply("对不起，没答到点上。", "reject", decision="reject", buttons=[HAND_OFF])
REFUSED = reply("决定这次不予办理。", "status", found=True, refused=True, status_of="sc-food", buttons=[HAND_OFF])
BOTH = [HAND_OFF["title"], CANNOT["title"]]


class Talk:
    """A conversation as the gateway has it: what is remembered follows from what was told."""

    def __init__(self) -> None:
        self.live = Live()

    def say(self, text: str, *replies: Reply) -> list[Reply]:
        told = with_ways_on(self.live.past, text, list(replies))
        self.live.after_turn(text, told)
        return told


def offered(replies: list[Reply]) -> bool:
    titles = [button.title for one in replies for button in one.buttons]
    return CANNOT["title"] in titles


def test_two_failed_turns_in_a_row_get_both_buttons_once() -> None:
    talk = Talk()
    assert not offered(talk.say("我要办那个证", NO))
    [last] = talk.say("就是那个本子", SORRY)
    assert [button.title for button in last.buttons] == BOTH, "the button that was there is not doubled"
    assert last.custom["stuck"] == "twice" and last.text.startswith(SORRY.text) and len(last.text) > len(SORRY.text)
    assert not any(offered(talk.say(words, NO)) for words in ("那个红的", "你到底懂不懂", "气死我了", "材料被退回来了"))


def test_failures_with_an_answer_in_between_are_no_trouble() -> None:
    talk = Talk()
    for number in range(4):
        assert not offered(talk.say(f"问题{number}", NO))
        assert not offered(talk.say("身份证丢了", ANSWER))


def test_the_same_refusal_again_is_trouble_and_another_is_not() -> None:
    talk = Talk()
    talk.say("我的食品证", REFUSED)
    talk.say("身份证丢了", ANSWER)
    other = REFUSED.model_copy(update={"custom": {**REFUSED.custom, "status_of": "gjj-rent"}})
    assert not offered(talk.say("那个呢", other))
    [told] = talk.say("我的食品证", REFUSED)
    assert told.custom["stuck"] == "again" and [button.title for button in told.buttons] == BOTH


def test_asking_the_same_in_vain_again_is_trouble_whatever_stood_between() -> None:
    talk = Talk()
    talk.say("狗证咋办啊", NO)
    talk.say("身份证丢了", ANSWER)
    assert talk.say("狗证咋办啊", NO)[0].custom["stuck"] == "again"


@pytest.mark.parametrize(
    "words",
    [
        "气死我了，到底能不能办",
        "我都跑了三趟了还是不行",
        "你们就是踢皮球",
        "窗口故意刁难我",
        "问了好几遍都说不清楚",
        "又让我白跑一趟",
    ],
)
def test_anger_is_heard_even_where_there_is_an_answer(words: str) -> None:
    [told] = Talk().say(words, ANSWER)
    assert told.custom["stuck"] == "anger" and offered([told])


@pytest.mark.parametrize(
    "words",
    ["我的申请被驳回了", "材料又给打回来了", "窗口说不予受理", "网上显示已退件", "交上去的材料退回来了", "派出所不给受理", "低保没给批"],
)
def test_bad_news_comes_with_the_rule_and_the_ways_on(words: str) -> None:
    [told] = Talk().say(words, ANSWER)
    assert told.custom["stuck"] == "returned" and [button.title for button in told.buttons] == BOTH
    for part in ("《行政许可法》第三十二条", "第三十八条", "理由", "补齐", "行政复议", "12345", "办不成事反映"):
        assert part in told.text, part


@pytest.mark.parametrize(
    "words",
    [
        "垃圾清运许可怎么办",
        "营业执照批没批",
        "受理没受理啊",
        "多交的医保能退回吗",
        "我想一次弄利索，省得来回折腾",
        "老人没人照顾怎么申请特困",
        "退税怎么办",
        "批发市场办照",
        "身份证到底怎么补",
        "跑一趟能办完吗",
    ],
)
def test_ordinary_questions_are_left_as_they_are(words: str) -> None:
    assert Talk().say(words, ANSWER) == [ANSWER]


@pytest.mark.parametrize(
    "met",
    [
        reply("好，已经为您登记转人工。", "handoff"),
        reply("请拨打110。", "redirect", about="emergency"),
        complaint_reply(),
        reply("请发办件编号。", "ask", slot="application_no"),
    ],
)
def test_what_leads_on_already_is_not_added_to(met: Reply) -> None:
    assert Talk().say("气死我了，材料被驳回了", met) == [met]


def test_smileys_are_no_failures() -> None:
    talk = Talk()
    assert not any(offered(talk.say(smiley, empty_message())) for smiley in ("😀", "？？", "😀😀"))


def test_alternatives_keep_their_numbers() -> None:
    choices = [{"title": "护照", "payload": '/choose{"target": "a"}'}, {"title": "都不是，转人工", "payload": "/hand_off"}]
    [told] = Talk().say("跑了五趟了，还没弄明白", reply("您问的是哪一件？", "clarify", buttons=choices, decision="clarify"))
    assert [button.title for button in told.buttons] == ["护照", *BOTH]


def test_only_the_last_turns_count_and_later_trouble_is_heard_again() -> None:
    offered_once = Past("气死我了", offered=True)
    calm = [Past("身份证")] * (REMEMBERED - 1)
    angry = Past("又白跑了")
    assert trouble([offered_once, *calm[1:], angry]) is None
    assert trouble([offered_once, *calm, angry]) == "anger"
    assert trouble([]) is None


def test_what_is_remembered_follows_from_the_stored_messages() -> None:
    talk, history = Talk(), []
    for number, (words, met) in enumerate([("狗证", NO), ("身份证", ANSWER), ("/choose", ANSWER), ("养狗的证", NO), ("那个证", NO)]):
        told = talk.say(words, met)
        asked = Message("citizen", words, NOW, id=2 * number + 1, answered_at=NOW)
        said = Message(
            "bot", told[0].text, NOW, [b.model_dump() for b in told[0].buttons], told[0].custom, 2 * number + 2, answers=asked.id
        )
        history += [asked, said]
    anew = Live()
    anew.rebuild(history, seen=10)
    assert anew.past == talk.live.past and anew.past[-1].offered
    assert with_ways_on(anew.past, "还是不行", [NO]) == [NO]


def test_a_turn_in_short() -> None:
    assert past_of("狗 证", [NO]) == Past("狗证", failed=True, refused="狗证")
    assert past_of("/query_status", [NO]) == Past("", failed=True)
    assert past_of("狗证", [NO, ANSWER]) == Past("狗证")
    assert past_of("还说", []) == Past("还说")


@pytest.mark.parametrize(
    "words",
    [
        "法院判错了我要上诉",
        "正在打官司",
        "我去省里上访过",
        "劳动仲裁输了不服",
        "不服行政复议决定",
        "公安局不立案",
        "信访半年没人答复",
        "要起诉他们",
    ],
)
def test_lawsuits_and_petitions_are_not_taken(words: str) -> None:
    assert is_of_courts([words])


@pytest.mark.parametrize(
    "words",
    ["拿着法院的判决书去过户窗口不给办", "法院的调解书能不能当材料", "投诉窗口态度差", "派出所不给开证明", "公证书要原件吗", "离婚证丢了"],
)
def test_a_judgment_that_is_a_document_is_taken(words: str) -> None:
    assert not is_of_courts([words])


def test_a_case_says_what_was_asked_answered_and_failed() -> None:
    versions = {"knowledge": "k1", "index": "i1", "model": "m1"}
    source = {"kind": "guide", "id": "hz-idcard-reissue", "title": "居民身份证丢失补领", "version": 3, "basis": "x"}
    answer = ANSWER.custom | {"versions": versions, "sources": [source], "element": "materials"}
    messages = [
        Message("citizen", "我身份证〈身份证号:0a1b2c3d〉丢了", NOW, id=1, answered_at=NOW),
        Message("bot", "请带户口簿。", NOW, custom=answer, id=2, answers=1),
        Message("citizen", "窗口说不行", NOW, id=3, answered_at=NOW),
        Message("bot", NO.text, NOW, custom=NO.custom, id=4, answers=3),
        Message("citizen", "/cannot", NOW, id=5),
    ]
    case = in_short(messages)
    assert case["asked"] == ["我身份证身份证号丢了", "窗口说不行"] and case["turns"] == 3
    assert (case["item"], case["title"]) == ("hz-idcard-reissue", "居民身份证丢失补领")
    assert case["failed"] == [{"question": "窗口说不行", "told": NO.text}]
    [told] = case["answered"]
    assert told["question"] == "我身份证身份证号丢了" and told["sources"][0]["version"] == 3 and "basis" not in told["sources"][0]
    assert versions_of(case) == {**versions, "records": told["sources"]}
    assert in_short([]) == {"asked": [], "answered": [], "failed": [], "item": None, "title": None, "turns": 0}
    assert versions_of(in_short([])) == {"records": []}
