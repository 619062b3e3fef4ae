"""Homophones, pinyin and English words between Chinese ones are mended; what is written right stays as it is.

Also here: the slips that are made on purpose to measure what they cost.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import jieba
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypinyin import Style, lazy_pinyin, pinyin

from banshi.knowledge.guide import Guide
from banshi.knowledge.library import Knowledge
from banshi.search.noise import KINDS, with_slips
from banshi.search.snapshot import SnapshotError, load_current
from banshi.settings import Settings
from banshi.text.normalise import search_form
from banshi.text.spelling import Speller

SENTENCES = (
    *("身份证丢了怎么办", "身份证丢了咋办", "身份证到期了怎么换", "补身份证要带什么", "身份证多少钱"),
    *("护照怎么办", "护照多少钱", "护照到期了怎么换", "护照丢了咋办", "户口怎么迁移", "迁户口要带什么", "户口本丢了咋办"),
    *("营业执照怎么办", "营业执照丢了咋办", "网上能补身份证吗", "用app能办护照吗", "下个app怎么换"),
)
"""So small a language that everything in it is usual, when it is said often enough."""
FOREIGN = {"passport": "护照", "id card": "身份证", "card": "卡", "lost": "丢了", "online": "网上"}


@pytest.fixture(scope="module")
def speller() -> Speller:
    return Speller.build(SENTENCES * 12, foreign=FOREIGN)


@pytest.fixture(scope="module")
def real() -> Speller:
    """The speller of the index in use."""
    try:
        return load_current(Settings().snapshots).built.speller
    except SnapshotError as error:
        pytest.fail(f"There is no usable index: run make setup first. {error}")


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("身份正丢了咋办", "身份证丢了咋办"),
        ("身分证到期了怎么换", "身份证到期了怎么换"),
        ("护照丢了咋半", "护照丢了咋办"),
        ("护造多少钱", "护照多少钱"),
        ("营业执找怎么办", "营业执照怎么办"),
        ("户口怎么钱移", "户口怎么迁移"),
        ("护口本丢了咋办", "户口本丢了咋办"),
        ("深份证丢了咋办", "身份证丢了咋办"),  # en for eng
        ("shenfenzheng丢了咋办", "身份证丢了咋办"),
        ("shen fen zheng丢了咋办", "身份证丢了咋办"),
        ("hu zhao 多少钱", "护照多少钱"),
        ("身份zheng丢了咋办", "身份证丢了咋办"),
        ("shenfenzheng丢了咋半", "身份证丢了咋办"),
        ("passport多少钱", "护照多少钱"),
        ("id card多少钱", "身份证多少钱"),
        ("online能补身份证吗", "网上能补身份证吗"),
        ("身份证lost咋办", "身份证丢了咋办"),
    ],
)
def test_a_slip_is_mended(speller: Speller, written: str, meant: str) -> None:
    assert speller.repair(written) == meant


@pytest.mark.parametrize(
    "text",
    [
        *SENTENCES,
        "",
        "12345",
        "今天天气怎么样",
        "量子纠缠",
        "用app能办身份证吗",
        "iphone能办吗",
        "retire要带什么",
        "12123能办吗",
        "신분증을 잃어버렸어요",
        "a1b2c3",
    ],
)
def test_what_is_no_slip_stays_as_it_is(speller: Speller, text: str) -> None:
    assert speller.repair(text) == text


def test_who_has_no_stored_questions_changes_nothing() -> None:
    empty = Speller.build([], foreign={})
    for text in (*SENTENCES, "shenfenzheng丢了咋办", ""):
        assert empty.repair(text) == text


@given(text=st.text("身份证护照丢了咋办正怎么钱多少一号 abz19한글", max_size=30))
@settings(deadline=None, max_examples=300, derandomize=True)
def test_whatever_is_typed_numbers_and_hangul_are_kept(speller: Speller, text: str) -> None:
    kept = re.compile(r"[0-9가-힣]")
    assert kept.findall(speller.repair(text)) == kept.findall(text)


@given(text=st.text("身份证护照丢了咋办正怎么钱多少一号坐火车", max_size=30))
@settings(deadline=None, max_examples=300, derandomize=True)
def test_a_mended_character_sounds_like_the_one_that_was_written(speller: Speller, text: str) -> None:
    mended = speller.repair(text)
    assert len(mended) == len(text)
    for old, new in zip(text, mended, strict=True):
        assert toneless(old) & toneless(new), (old, new)


def toneless(char: str) -> set[str]:
    """A character's readings, with the sounds taken for one that many people do not tell apart."""
    readings = pinyin(char, style=Style.NORMAL, heteronym=True)[0]
    return {re.sub("(?<=[aei]n)g$", "", re.sub("^([zcs])h", r"\1", sound)) for sound in readings}


def test_a_speller_that_was_saved_mends_the_same(speller: Speller, tmp_path: Path) -> None:
    written = speller.save(tmp_path, "speller")
    assert [path.name for path in tmp_path.iterdir()] == [path.name for path in written] == ["speller.json"]
    loaded = Speller.load(tmp_path, "speller")
    slips = [*SENTENCES, "身份正丢了咋办", "shenfenzheng丢了咋半", "passport多少钱", "用app能办身份证吗"]
    assert [loaded.repair(text) for text in slips] == [speller.repair(text) for text in slips]


def test_the_real_speller_mends_the_same_after_saving(real: Speller, knowledge: Knowledge, tmp_path: Path) -> None:
    real.save(tmp_path, "speller")
    loaded = Speller.load(tmp_path, "speller")
    for number, guide in enumerate(knowledge.guides.values()):
        text = with_slips(search_form(guide.task_name), 0.1, "homophone", number)
        assert loaded.repair(text) == real.repair(text)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("身份症丢了", "身份证丢了"),
        ("身份整丢了咋补", "身份证丢了咋补"),
        ("营业执造怎么办", "营业执照怎么办"),
        ("护召多少钱", "护照多少钱"),
        ("护招过期了怎么唤", "护照过期了怎么换"),
        ("驾驶正换证要体剪吗", "驾驶证换证要体检吗"),
        ("社保咔丢了", "社保卡丢了"),
        ("公机金怎么提取", "公积金怎么提取"),
        ("失业金怎么领曲", "失业金怎么领取"),
        ("低宝户", "低保户"),
        ("shenfenzheng丢了咋半", "身份证丢了咋办"),
        ("huzhao多少钱", "护照多少钱"),
        ("jiehunzheng丢了咋补", "结婚证丢了咋补"),
        ("社保ka丢了", "社保卡丢了"),
        ("yibao怎么交", "医保怎么交"),
        ("yanji护照在哪办", "延吉护照在哪办"),
        ("passport多少钱", "护照多少钱"),
        ("id card丢了", "身份证丢了"),
        ("身份证lost了能online补吗", "身份证丢失了能网上补吗"),
    ],
)
def test_slips_in_everyday_questions_are_mended(real: Speller, written: str, meant: str) -> None:
    assert real.repair(search_form(written)) == meant


@pytest.mark.parametrize(
    "text",
    [
        *("身份证丢了咋整", "户口怎么迁", "户口咋迁", "社保怎么缴", "公积金怎么提", "护照到期了咋换", "迁户口要啥", "水费怎么交"),
        *("app能办吗", "etc怎么办", "ukey丢了怎么办", "wifi密码", "12123能办吗", "今天天气怎么样", "给我讲个笑话"),
    ],
)
def test_right_words_are_left_alone(real: Speller, text: str) -> None:
    assert real.repair(search_form(text)) == text


def names(knowledge: Knowledge) -> Iterator[str]:
    for guide in knowledge.guides.values():
        yield from map(search_form, (guide.task_name, *guide.aliases))


def test_names_of_items_are_left_alone(real: Speller, knowledge: Knowledge) -> None:
    assert [name for name in names(knowledge) if real.repair(name) != name] == []


def test_most_names_with_one_wrong_homophone_are_mended(real: Speller, knowledge: Knowledge) -> None:
    slips = [(name, with_slips(name, 0.01, "homophone", number)) for number, name in enumerate(names(knowledge))]
    slips = [(name, slip) for name, slip in slips if slip != name]
    assert len(slips) > 500
    mended = sum(real.repair(slip) == name for name, slip in slips)
    spoilt = [(slip, real.repair(slip)) for name, slip in slips if real.repair(slip) not in (name, slip)]
    assert mended >= 0.8 * len(slips)
    assert len(spoilt) <= 0.05 * len(slips), spoilt


def words_of(guide: Guide) -> set[str]:
    """The words of a guide's own, carefully written texts."""
    texts = [guide.task_name, *guide.aliases, *guide.process, *(material.material_name for material in guide.materials)]
    texts += [*(fact.text for fact in guide.accept_condition), *(plain.text for plain in guide.plain)]
    texts += [f"{situation.when}，{situation.effect}" for situation in guide.situations]
    return {word for text in texts for run in re.findall("[\u4e00-\u9fff]+", text) for word in jieba.cut(run) if 2 <= len(word) <= 4}


def test_clean_stored_questions_stay_as_they_are(real: Speller, knowledge: Knowledge) -> None:
    """Some questions are stored with slips ("身份正丢了补半"), so that they are found: where the change makes a word of the guides out of
    what is no word, the question was not clean. All other changes are damage."""
    words = set[str]().union(*map(words_of, knowledge.guides.values()))

    def was_a_slip(text: str, mended: str) -> bool:
        def makes_a_word(place: int) -> bool:
            windows = [slice(max(0, start), start + size) for size in (2, 3, 4) for start in range(place - size + 1, place + 1)]
            return any(mended[window] in words and not jieba.dt.FREQ.get(text[window]) for window in windows)

        return len(text) == len(mended) and all(makes_a_word(i) for i, char in enumerate(text) if char != mended[i])

    stored = [search_form(text) for guide in knowledge.guides.values() for texts in guide.questions.values() for text in texts]
    chinese = [text for text in stored if not re.search("[a-z]", text)][::3]
    assert len(chinese) > 2000
    damaged = [(text, real.repair(text)) for text in chinese if real.repair(text) != text]
    damaged = [(text, mended) for text, mended in damaged if not was_a_slip(text, mended)]
    assert len(damaged) <= 0.01 * len(chinese), damaged


# Slips made on purpose

TEXT = "身份证丢了在长春补办要带什么材料，多少钱几天下来"
HAN = re.findall("[\u4e00-\u9fff]", TEXT)


@pytest.mark.parametrize("rate", [0.05, 0.1, 0.3, 0.5, 1.0])
@pytest.mark.parametrize("seed", range(5))
def test_so_many_characters_sound_the_same_and_are_others(rate: float, seed: int) -> None:
    slip = with_slips(TEXT, rate, "homophone", seed)
    changed = [(old, new) for old, new in zip(TEXT, slip, strict=True) if old != new]
    possible = len(HAN)
    assert abs(len(changed) - rate * possible) <= max(1, 0.1 * possible)
    assert all(lazy_pinyin(old) == lazy_pinyin(new) for old, new in changed)


@pytest.mark.parametrize("seed", range(10))
def test_a_slipping_finger_leaves_out_doubles_or_swaps(seed: int) -> None:
    slip = with_slips(TEXT, 0.1, "keyboard", seed)
    assert slip != TEXT
    assert abs(len(slip) - len(TEXT)) <= round(0.1 * len(HAN))
    assert set(slip) <= set(TEXT), "no character comes in that was not there"


def test_over_many_texts_each_slip_of_the_finger_happens() -> None:
    lengths = {len(with_slips(TEXT, 0.01, "keyboard", seed)) - len(TEXT) for seed in range(50)}
    assert lengths == {-1, 0, 1}


@pytest.mark.parametrize("kind", KINDS)
def test_at_least_one_character_slips_in_a_short_text(kind: str) -> None:
    assert all(with_slips("身份证", 0.01, kind, seed) != "身份证" for seed in range(20))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("text", ["", "12345", "abc?!", "신분증", "，。"])
def test_without_han_characters_nothing_slips(kind: str, text: str) -> None:
    assert with_slips(text, 0.5, kind, 1) == text


@pytest.mark.parametrize("kind", KINDS)
def test_a_rate_of_nothing_changes_nothing(kind: str) -> None:
    assert with_slips(TEXT, 0.0, kind, 1) == TEXT


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_seed_makes_the_same_slips_and_another_one_others(kind: str) -> None:
    assert with_slips(TEXT, 0.2, kind, 3) == with_slips(TEXT, 0.2, kind, 3)
    assert len({with_slips(TEXT, 0.2, kind, seed) for seed in range(10)}) > 5


@pytest.mark.parametrize("kind", ["", "Homophone", "ocr"])
def test_an_unknown_kind_is_refused_with_those_there_are(kind: str) -> None:
    with pytest.raises(ValueError, match=r"homophone.*keyboard"):
        with_slips(TEXT, 0.1, kind, 1)
