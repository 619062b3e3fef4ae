"""However a message is typed (width, script, case, spaces, greetings, control characters), the same words compare equal."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from banshi.text.normalise import MAX_CHARS, clean, has_words, is_foreign, is_korean, normalise, search_form
from banshi.text.numbers import APPLICATION, KINDS

# What keyboards, pasted pages and speech recognition produce, mixed more often than random Unicode would.
TYPED = st.text(
    st.sampled_from("身份證证丢了咋整臺湾后後里裡 　\t\n\u200bＡaBＢ１1０0，,。!！?？<>＜＞/br啊啊신분증ポㄅ㍿½ﷺİß😀"), max_size=60
)


@pytest.mark.parametrize(
    ("typed", "compared"),
    [
        ("ＡＢＣ１２３", "abc123"),
        ("身份證遺失補領", "身份证遗失补领"),
        ("臺灣居民來往大陸通行證", "台湾居民来往大陆通行证"),
        ("身 份 证　丢了", "身份证丢了"),
        ("办 ID card 吗", "办 id card 吗"),
        ("  身份证\t丢了\r\n", "身份证丢了"),
        ("身份\u200b证\u202e丢了", "身份证丢了"),
        ("身份证<br/>丢了", "身份证丢了"),
        ("ＨＫ澳門通行證", "hk澳门通行证"),
        ("신분증을 잃어버렸어요", "신분증을 잃어버렸어요"),
    ],
)
def test_one_written_form(typed: str, compared: str) -> None:
    assert normalise(typed) == compared


@pytest.mark.parametrize("text", ["10000元", "2000000元注册资本", "尾号0000", "13888888888", "1.5%"])
def test_numbers_are_kept_as_they_are(text: str) -> None:
    assert normalise(text) == text


def test_a_long_cry_is_shortened() -> None:
    assert normalise("啊啊啊啊啊啊啊啊身份证丢了") == normalise("啊啊啊啊身份证丢了")


@given(kind=st.sampled_from(KINDS), digits=st.text("abcdef01", min_size=8, max_size=8))
@example(kind=APPLICATION, digits="f5aaaa98")
@settings(deadline=None, max_examples=300, derandomize=True)
def test_a_masked_number_stays_itself_whatever_its_token(kind: str, digits: str) -> None:
    token = f"〈{kind}:{digits}〉"
    assert normalise(f"啊啊啊啊啊查进度{token}") == f"啊啊查进度{token}"


@given(text=TYPED | st.text(max_size=80))
@example("＜b＞身份证")
@example("<<b>>身份证")
@settings(deadline=None, max_examples=300, derandomize=True)
def test_a_normalised_text_does_not_change_again(text: str) -> None:
    once = normalise(text)
    assert normalise(once) == once


@given(text=st.text(max_size=80))
@settings(deadline=None, max_examples=300, derandomize=True)
def test_nothing_that_breaks_a_log_line_survives(text: str) -> None:
    assert clean(text).isprintable()


@pytest.mark.parametrize(
    ("typed", "asked"),
    [
        ("你好，身份证丢了咋整", "身份证丢了咋整"),
        ("您好请问一下，社保卡怎么补", "社保卡怎么补"),
        ("嗯嗯那个我想问一下社保卡咋补", "社保卡咋补"),
        ("麻烦问下公积金能取不", "公积金能取不"),
        ("喂？在吗？护照多少钱！", "护照多少钱"),
        ("身份证，丢了！！怎么办？？", "身份证丢了怎么办"),
        ("跟你打听一下低保", "低保"),
    ],
)
def test_greetings_and_punctuation_are_not_searched_for(typed: str, asked: str) -> None:
    assert search_form(typed) == asked


@pytest.mark.parametrize(
    ("typed", "word"),
    [
        ("请问下岗职工社保怎么交", "下岗"),
        ("我想问下岗证还有用吗", "下岗"),
        ("那个体户怎么注册", "个体户"),
        ("请问下乡补贴找谁", "下乡"),
        ("老师资格证怎么办", "老师"),
    ],
)
def test_a_word_that_begins_like_a_filler_stays_whole(typed: str, word: str) -> None:
    assert word in search_form(typed)


@pytest.mark.parametrize("text", ["你好", "在吗", "那个", "喂喂"])
def test_a_mere_greeting_is_not_made_empty(text: str) -> None:
    assert search_form(text) == text


@given(text=TYPED)
@settings(deadline=None, max_examples=300, derandomize=True)
def test_words_never_vanish_from_the_search_form(text: str) -> None:
    if has_words(normalise(text)):
        assert has_words(search_form(text))


@pytest.mark.parametrize("text", ["", "   ", "😀😀", "。。。", "12345", "\x00\x07"])
def test_nothing_to_understand(text: str) -> None:
    assert not has_words(clean(text))


@pytest.mark.parametrize("text", ["신분증을 잃어버렸어요", "연길에서 호구부를 다시 하려면", "ㅎㅎ 여권", "여권 재발급 APP"])
def test_korean_is_recognised(text: str) -> None:
    assert is_korean(text) and not is_foreign(text)


@pytest.mark.parametrize(
    "text",
    [
        "how do I renew my passport",
        "Где получить паспорт",
        "パスポートをなくしました",
        "ぱすぽーとをなくした",
        "ทำหนังสือเดินทางที่ไหน",
        "كيف أجدد جواز سفري",
    ],
)
def test_other_languages_are_recognised(text: str) -> None:
    assert is_foreign(text) and not is_korean(text)


@pytest.mark.parametrize("text", ["身份证丢了", "ETC怎么办理", "办ID卡", "身份证在연길丢了咋整", "Wi-Fi", "臺灣通行證", "APP"])
def test_chinese_with_latin_or_korean_words_is_chinese(text: str) -> None:
    assert not is_foreign(text) and not is_korean(text)


@pytest.mark.parametrize("text", ["身份证丢了" * 2000, "身" * 10_000, " 身" * 10_000, "㍿" * 10_000, "<b>" * 5_000 + "身份证", "ﷺ" * 600])
def test_a_flood_of_text_is_cut(text: str) -> None:
    assert len(clean(text)) <= MAX_CHARS
    assert len(normalise(text)) <= MAX_CHARS


def test_the_cap_can_be_set() -> None:
    assert clean("身份证丢了咋整", limit=3) == "身份证"
