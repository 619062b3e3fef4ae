"""Personal numbers leave a message before anything else sees it; ordinary numbers stay."""

from __future__ import annotations

import itertools

import pytest

from banshi.text.numbers import (
    APPLICATION,
    CARD,
    IDENTITY,
    PHONE,
    SECOND_FACTOR,
    TOKEN,
    Found,
    mask,
    without_tokens,
)


def masked(text: str, *, expected: bool = False) -> tuple[str, list[Found]]:
    numbers = itertools.count(1)
    return mask(text, second_factor_expected=expected, new_token=lambda: f"{next(numbers):08x}")


WRITTEN = [
    (IDENTITY, "11010519491231002X", "11010519491231002X"),
    (IDENTITY, "11010519491231002x", "11010519491231002X"),
    (IDENTITY, "110105 19491231 002X", "11010519491231002X"),
    (IDENTITY, "110105-19491231-002X", "11010519491231002X"),
    (IDENTITY, "１１０１０５１９４９１２３１００２Ｘ", "11010519491231002X"),
    (IDENTITY, "110105194912310021", "110105194912310021"),  # a mistyped one, wrong check digit, is personal as well
    (PHONE, "13800138000", "13800138000"),
    (PHONE, "138 0013 8000", "13800138000"),
    (PHONE, "138-0013-8000", "13800138000"),
    (PHONE, "１３８００１３８０００", "13800138000"),
    (PHONE, "138\u30000013\u30008000", "13800138000"),
    (PHONE, "138－0013－8000", "13800138000"),
    (PHONE, "1380 0138 000", "13800138000"),
    (PHONE, "1 3 8 0 0 1 3 8 0 0 0", "13800138000"),  # speech recognition
    (CARD, "4111111111111111", "4111111111111111"),
    (CARD, "4111 1111 1111 1111", "4111111111111111"),
    (CARD, "6228480402564890018", "6228480402564890018"),
    (CARD, "6228 4804 0256 4890 018", "6228480402564890018"),  # nineteen digits as printed on the card
    (APPLICATION, "JL202611210001", "JL202611210001"),
    (APPLICATION, "jl202611210001", "JL202611210001"),
    (APPLICATION, "JL 20261121000123", "JL20261121000123"),
    (APPLICATION, "ＪＬ２０２６１１２１０００１", "JL202611210001"),
]


@pytest.mark.parametrize(("kind", "written", "value"), WRITTEN, ids=[f"{kind}-{written}" for kind, written, _ in WRITTEN])
@pytest.mark.parametrize("sentence", ["{}", "我的号是{}，帮我查查", "查{}办得咋样了"])
def test_a_number_becomes_a_token_and_is_kept_plainly(kind: str, written: str, value: str, sentence: str) -> None:
    text, found = masked(sentence.format(written))
    assert text == sentence.format(f"〈{kind}:00000001〉")
    assert found == [Found(kind, value, f"〈{kind}:00000001〉")]


@pytest.mark.parametrize("prefix", ["+86", "86", "+86 "])
def test_a_country_code_goes_with_the_phone(prefix: str) -> None:
    assert masked(f"电话{prefix}13800138000")[0] == "电话〈手机号:00000001〉"


def test_several_numbers_in_one_message_are_all_taken_out() -> None:
    text, found = masked("办件JL202611210001，身份证11010519491231002X，电话13800138000，卡4111111111111111，后四位002X")
    assert not any(char.isdigit() for char in TOKEN.sub("", text))
    assert {number.kind: number.value for number in found} == {
        APPLICATION: "JL202611210001",
        IDENTITY: "11010519491231002X",
        PHONE: "13800138000",
        CARD: "4111111111111111",
        SECOND_FACTOR: "002X",
    }
    assert all(number.token in text for number in found)


@pytest.mark.parametrize(
    "text",
    [
        "拨打12345",
        "打110还是120",
        "2026年11月21日",
        "2026-11-21",
        "20261121",
        "月工资13800元",
        "注册资本2000000元",
        "1200 元能不能退",
        "铁路12306",
        "电话0431-82700000",
        "吉政办发〔2021〕14号",
        "统一社会信用代码91220101MA0Y12345X",
        "4111111111111112",  # sixteen digits that fail the Luhn check
        "12月1日到15日",
        "1000块钱",
        "我70岁",
        "130030号文件",
    ],
)
@pytest.mark.parametrize("expected", [False, True])
def test_ordinary_numbers_stay(text: str, expected: bool) -> None:
    assert masked(text, expected=expected) == (text, [])


def test_four_lone_digits_are_a_second_factor_only_when_asked_for() -> None:
    assert masked("1234") == ("1234", [])
    assert masked("1234", expected=True)[1] == [Found(SECOND_FACTOR, "1234", "〈证件后四位:00000001〉")]
    assert masked("是 002x", expected=True)[1][0].value == "002X"


@pytest.mark.parametrize(
    "text", ["后四位1234", "后4位：1234", "身份证最后四位是 1234", "尾号1234", "尾号是1234", "末四位为1234", "后四位就是1234"]
)
def test_a_named_second_factor_is_masked_without_being_asked_for(text: str) -> None:
    left, found = masked(text)
    assert [number.value for number in found] == ["1234"] and "1234" not in left


@pytest.mark.parametrize("text", ["后四位2026年会变吗", "后面12345排队"])
def test_words_that_only_resemble_a_named_second_factor(text: str) -> None:
    assert masked(text) == (text, [])


@pytest.mark.parametrize("kind", [IDENTITY, PHONE, CARD, APPLICATION, SECOND_FACTOR])
@pytest.mark.parametrize("digits", ["12345678", "0000123a", "a1234567", "13800138"])
@pytest.mark.parametrize("expected", [False, True])
def test_a_token_is_never_masked_again(kind: str, digits: str, expected: bool) -> None:
    text = f"查〈{kind}:{digits}〉的进度"
    assert masked(text, expected=expected) == (text, [])


def test_masking_twice_changes_nothing() -> None:
    once, _ = masked("JL202611210001 后四位002X 电话13800138000", expected=True)
    assert masked(once, expected=True) == (once, [])


def test_tokens_differ_between_messages() -> None:
    first, second = mask("13800138000")[0], mask("13800138000")[0]
    assert TOKEN.fullmatch(first) and TOKEN.fullmatch(second) and first != second


def test_people_and_models_read_the_kind_instead_of_the_token() -> None:
    assert without_tokens(masked("查JL202611210001，电话13800138000")[0]) == "查办件编号，电话手机号"
