"""What a message takes back is not searched for, several questions are taken apart, and everything else stays as it was said."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from banshi.search.parts import as_meant, asking_clause, take_apart
from banshi.text.normalise import normalise

MESSAGES = st.text("我不是没别要问说办的还有另外第一二身份证护照丢了补换多少钱怎么吗，。？！ 1a", max_size=40)


def meant(text: str) -> str:
    return as_meant(normalise(text))


def questions(text: str) -> list[str]:
    return [part.text for part in take_apart(meant(text))]


def announced(text: str) -> list[bool]:
    return [part.joined for part in take_apart(meant(text))]


def letters(text: str) -> str:
    return re.sub(r"\W", "", text)


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("我说的不是驾照，是身份证丢了", "身份证丢了"),
        ("不是驾驶证，是身份证丢了怎么补", "身份证丢了怎么补"),
        ("不是要换证，是要补证", "要补证"),
        ("不是丢了，是到期了", "到期了"),
        ("并不是身份证，而是居住证", "居住证"),
        ("我不是问怎么办，我是问多少钱", "问多少钱"),
        ("不是问你要什么材料，是问去哪办", "问去哪办"),
        ("不是我，是我妈要办身份证", "我妈要办身份证"),
        ("我说的不是驾照，是身份证，丢了咋补", "身份证，丢了咋补"),
        ("我问的是公司，不是个体户，怎么注册", "我问的是公司，怎么注册"),
        ("我问的是换驾照，不是补驾照，多少钱", "我问的是换驾照，多少钱"),
        ("要办的是护照，不是身份证", "要办的是护照"),
        ("想问的是驾照换证，不是丢了补", "想问的是驾照换证"),
        ("我要办的是落户，不是居住证", "我要办的是落户"),
        ("不是育儿补贴，我问生育津贴", "生育津贴"),
        ("别给我说个体户，我问的是公司怎么注册", "公司怎么注册"),
        ("甭跟我扯护照，我问的是港澳通行证", "港澳通行证"),
        ("别老给我发居住证的，我要问落户", "要问落户"),
        ("没问港澳那个，我要办护照", "我要办护照"),
        ("没问你多少钱，我问的是几天", "我问的是几天"),
        ("我没说要注销，我要变更", "我要变更"),
        ("我没问护照，我问港澳通行证", "我问港澳通行证"),
        ("不办居住证了，我直接想把户口落过来", "我直接想把户口落过来"),
        ("我不想办居住证，想直接落户", "想直接落户"),
        ("不想再办个体户了，想注销", "想注销"),
        ("户口不迁，就办个居住证", "就办个居住证"),
        ("护照不换，只补身份证多少钱", "只补身份证多少钱"),
        ("不要网上办，去窗口在哪", "去窗口在哪"),
        ("不用网上申请，直接去窗口行吗", "直接去窗口行吗"),
        ("身份证没丢，就是坏了，咋换", "身份证坏了，咋换"),
        ("驾照没过期，就是丢了，咋补", "驾照丢了，咋补"),
        ("身份证没丢，是到期了，怎么换", "身份证到期了，怎么换"),
    ],
)
def test_what_a_citizen_takes_back_is_gone(text: str, left: str) -> None:
    assert letters(meant(text)) == letters(left)


@pytest.mark.parametrize(
    "text",
    [
        # who one is, and what one does not have, is no correction
        "我不是本地户口，能办居住证吗",
        "我不是本人，能代办吗",
        "不是本人去行不行",
        "不是党员，能评吗",
        "我不是学生，能办医保吗",
        "我不是一个人住，能申请低保吗",
        "不是头胎，能领育儿补贴吗",
        "不是首套房，能用公积金贷款吗",
        "不是全日制学历，能考教师证吗",
        "孩子不是亲生的，能上户口吗",
        "车不是我的，能年检吗",
        "没有身份证，只有户口本，能办护照吗",
        "没办过社保卡，怎么办",
        "我没有房子，能落户吗",
        "没有户口本，是不是就办不了",
        # nor is a question with 是不是, or what happens when nothing is done
        "是不是必须本人去，不能代办",
        "是不是要户口本，是不是要照片",
        "身份证是不是丢了就得补",
        "驾照没换，是不是就作废了",
        "身份证过期没换，是不是不能坐火车",
        "户口不迁，就不能在这边上学吗",
        "不办会怎么样",
        "不办了，怎么退费",
        # nor wishes and complaints
        "不想跑腿，网上能办吗",
        "不去现场，网上能补身份证吗",
        "不要户口本，行不行",
        "不知道怎么办，身份证丢了",
        "不是说全省通办吗，为什么让我回去",
        "这不是坑人吗，护照多少钱",
        # and what would leave next to nothing
        "不是补办，是换",
        "身份证丢了咋整",
    ],
)
def test_what_takes_nothing_back_stays_as_it_is(text: str) -> None:
    assert meant(text) == normalise(text)


@given(text=MESSAGES)
@settings(deadline=None, max_examples=300, derandomize=True)
def test_a_correction_only_leaves_out(text: str) -> None:
    left = iter(text)
    assert all(char in left for char in as_meant(text)), "what is left stands in the text, in its order"
    assert bool(as_meant(text)) == bool(text)


@pytest.mark.parametrize(
    "text",
    [
        "身份证丢了咋整",
        "我上个月搬家，身份证丢了，怎么补",
        "怎么补身份证，我人在延吉",
        "我妈去年从外地搬过来，户口也迁了。身份证还是老的，要不要换",
        "护照",
        "",
        "？！",
    ],
)
def test_one_question_is_one_part_with_all_its_words(text: str) -> None:
    (part,) = take_apart(normalise(text))
    assert letters(part.text) == letters(text) and not part.joined


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("身份证丢了咋补，护照多少钱", ["身份证丢了咋补", "护照多少钱"]),
        ("身份证丢了咋补？护照多少钱？", ["身份证丢了咋补", "护照多少钱"]),
        ("补身份证要啥材料，几天下来", ["补身份证要啥材料", "几天下来"]),
        ("我妈去世了，户口怎么注销，丧葬费怎么领，公积金怎么取", ["我妈去世了，户口怎么注销", "丧葬费怎么领", "公积金怎么取"]),
        ("公司注册在哪办，要啥材料，我人在通化", ["公司注册在哪办", "要啥材料，我人在通化"]),
    ],
)
def test_questions_side_by_side_are_taken_apart(text: str, parts: list[str]) -> None:
    assert questions(text) == parts
    assert announced(text) == [False] * len(parts), "no word announces the next"


@pytest.mark.parametrize(
    "joint",
    [
        *("，还有", "，还有就是", "。另外", "，另外问一下，", "？顺便问下", "，顺便问一下，", "，顺便打听一下", "，对了，", "。对了"),
        *("以及", "，以及", "，再问一下", "，再就是", "，其次", "，还想问一下", "，第二个问题，", "；第二，", "，然后我想问"),
    ],
)
def test_words_that_announce_another_question_part_the_two(joint: str) -> None:
    text = f"身份证怎么补{joint}护照要多少钱"
    assert questions(text) == ["身份证怎么补", "护照要多少钱"]
    assert announced(text) == [False, True]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("第一，身份证丢了怎么补；第二，护照多少钱", ["身份证丢了怎么补", "护照多少钱"]),
        (
            "第一个问题身份证丢了怎么补，第二个问题护照多少钱，第三个问题社保卡去哪办",
            ["身份证丢了怎么补", "护照多少钱", "社保卡去哪办"],
        ),
        ("身份证丢了咋补？另外护照要多少钱？顺便问下社保卡去哪办", ["身份证丢了咋补", "护照要多少钱", "社保卡去哪办"]),
        ("先问一下护照多少钱，再问一下身份证几天下来，对了社保卡去哪补", ["护照多少钱", "身份证几天下来", "社保卡去哪补"]),
    ],
)
def test_two_and_three_announced_questions_come_in_their_order(text: str, parts: list[str]) -> None:
    assert questions(text) == parts
    assert announced(text) == [False] + [True] * (len(parts) - 1)


def test_a_matter_that_is_only_named_after_a_joint_is_a_part() -> None:
    assert questions("身份证怎么补，护照怎么换，还有居住证") == ["身份证怎么补", "护照怎么换", "居住证"]
    assert announced("身份证怎么补，护照怎么换，还有居住证") == [False, False, True]


@pytest.mark.parametrize("text", ["对了，护照多少钱", "还有护照多少钱", "另外问一下，护照多少钱", "首先，护照多少钱"])
def test_a_joint_before_the_first_question_announces_nothing(text: str) -> None:
    assert (questions(text), announced(text)) == (["护照多少钱"], [False])


@pytest.mark.parametrize(
    "text",
    [
        "身份证还有几天到期，要换吗",
        "还有几天到期，能换吗",
        "身份证快到期了，还有三个月，能提前换吗",
        "驾照分扣光了，还有3分行不行",
        "护照没过期，还有效吗",
        "我家里还有老人，怎么领津贴",
        "我爸走了，还有多少钱能取",
        "公积金里还有两万块钱，能取吗",
        "除了身份证，还有啥要带",
        "户口本带了，还有什么材料要带",
        "窗口关门了，还有没有别的地方能办",
        "补证交完钱了，还有哪些手续",
        "社保断了，还有人说要重交，真的吗",
        "网上办不了，还有个窗口能办吗",
        "驾照超期一年了，还有办法恢复吗",
        "断缴两年了，还有资格领失业金吗",
        "护照过期半年了，还有必要换吗",
    ],
)
def test_still_having_something_announces_no_question(text: str) -> None:
    assert not any(announced(text))
    assert letters("".join(questions(text))) == letters(text), "and no word of it is lost"


@pytest.mark.parametrize(
    "text",
    [
        "第一次办身份证要带啥",
        "第二次补身份证多少钱",
        "第二个孩子怎么上户口",
        "买的是第二套房，第二套房公积金能贷吗",
        "社保卡坏了，第三代社保卡怎么换",
    ],
)
def test_ordinals_of_something_else_announce_no_question(text: str) -> None:
    assert not any(announced(text))
    assert letters("".join(questions(text))) == letters(text), "and no word of it is lost"


@given(text=MESSAGES)
@settings(deadline=None, max_examples=300, derandomize=True)
def test_any_message_has_a_part_and_nothing_is_made_up(text: str) -> None:
    parts = take_apart(text)
    assert parts and not parts[0].joined
    for part in parts:
        assert letters(part.text) in letters(text)
    told = [letters(part.text) for part in parts]
    assert sum(map(len, told)) <= len(letters(text)), "no word is told twice"


@pytest.mark.parametrize(
    ("text", "clause"),
    [
        ("身份证丢了咋整", "身份证丢了咋整"),
        ("昨天在网上查了半天，说要回老家，我人在长春，到底能不能在这边办", "到底能不能在这边办"),
        ("我上个月去北京出差，身份证落火车上了，怎么补办，挺着急的", "身份证落火车上了怎么补办"),
        ("补身份证多少钱，谢谢", "补身份证多少钱"),
        ("我妈住院了，想报销，行吗", "想报销行吗"),
        ("身份证丢了。要带啥？谢谢", "身份证丢了要带啥"),
        ("多少钱，谢谢", "多少钱"),
        ("身份证丢了，我要补一张身份证", "我要补一张身份证"),
        ("！！！", "！！！"),
        ("", ""),
    ],
)
def test_the_clause_that_asks_is_found(text: str, clause: str) -> None:
    assert asking_clause(text) == clause


@given(text=MESSAGES)
@settings(deadline=None, max_examples=300, derandomize=True)
def test_the_asking_clause_is_made_of_the_text(text: str) -> None:
    assert letters(asking_clause(text)) in letters(text)
    assert bool(asking_clause(text)) == bool(text)
