"""What is learned from all wordings at once: it tells neighbours apart, knows its limits, and comes back from disk as it was."""

from __future__ import annotations

from dataclasses import fields, replace
from pathlib import Path

import numpy as np
import pytest

from banshi.knowledge.library import Knowledge
from banshi.search.attention import Attention
from banshi.search.encoder.onnx import Begun, Inner
from banshi.search.engine import Engine
from banshi.search.fusion import Encoded, find, gather
from banshi.search.question import QuestionReader
from banshi.search.recognition import Recogniser, Recognition
from banshi.search.result import SearchRequest

OWNERS = ("borrow", "return", "renew")
WORDS = {"borrow": ("借书", "想借本书", "怎么借"), "return": ("还书", "书到期要还", "怎么还"), "renew": ("续借", "再借一个月", "延长借期")}
NONE = np.zeros(0, np.int64)
WHEN = ("今天", "明天", "周末", "下个月", "放假", "开学", "晚上", "中午")
WHO = ("我", "孩子", "老人", "同学", "老师", "外地人", "学生", "家里人", "邻居", "朋友")


@pytest.fixture(scope="module")
def reader(knowledge: Knowledge) -> QuestionReader:
    return QuestionReader(knowledge.lexicon)


def learned(reader: QuestionReader) -> Recogniser:
    texts = [(number, f"{who}{when}{word}") for number, owner in enumerate(OWNERS) for word in WORDS[owner] for when in WHEN for who in WHO]
    questions = [reader.stored(text) for _, text in texts]
    found = Recogniser.learn(OWNERS, questions, np.array([number for number, _ in texts], np.int32), None, rounds=30)
    assert found is not None
    return found


@pytest.fixture(scope="module")
def small(reader: QuestionReader) -> Recogniser:
    return learned(reader)


@pytest.mark.parametrize(("text", "owner"), [("爷爷清早借书", "borrow"), ("表姐除夕还书", "return"), ("侄女端午再借一个月", "renew")])
def test_one_word_decides_between_neighbours(small: Recogniser, reader: QuestionReader, text: str, owner: str) -> None:
    told = np.exp(small.log_probabilities(reader.read(text), None))
    assert told.sum() == pytest.approx(1, abs=1e-4)
    assert small.owners[int(told.argmax())] == owner


def test_a_text_of_no_known_word_makes_nothing_certain(small: Recogniser, reader: QuestionReader) -> None:
    assert np.exp(small.log_probabilities(reader.read("꽃"), None)).max() < 0.9


@pytest.mark.parametrize(
    ("raw", "read"),
    [
        ("身份证丢了我电话〈手机号〉", "身份证丢了"),
        ("身份证丢了，我的手机号是〈手机号〉", "身份证丢了"),
        ("我身份证号〈身份证号〉，医保码怎么激活", "医保码怎么激活"),
        ("补身份证〈身份证号〉要几天", "补身份证要几天"),
        ("换手机〈手机号〉", "换手机"),
        ("身份证丢了，我电话〈手机号:0a1b2c3d〉", "身份证丢了"),
    ],
)
def test_a_number_that_somebody_gives_of_himself_is_not_asked_for(reader: QuestionReader, raw: str, read: str) -> None:
    assert reader.read(raw).text == reader.read(read).text


def test_a_message_that_is_but_a_number_keeps_its_kind(reader: QuestionReader) -> None:
    assert reader.read("〈手机号:0a1b2c3d〉").text == "手机号"


def test_too_few_texts_teach_nothing(reader: QuestionReader) -> None:
    questions = [reader.stored(f"第{number}句") for number in range(50)]
    assert Recogniser.learn(("a", "b"), questions, np.array([0, 1] * 25, np.int32), None) is None


def test_learning_again_gives_the_same(small: Recogniser, reader: QuestionReader) -> None:
    again = learned(reader)
    assert (again.layers.grams == small.layers.grams).all()


def test_what_was_saved_comes_back(small: Recogniser, reader: QuestionReader, tmp_path: Path) -> None:
    small.save(tmp_path, "recogniser")
    loaded = Recogniser.load(tmp_path, "recogniser")
    question = reader.read("我明天还书")
    assert loaded.owners == small.owners
    assert (loaded.log_probabilities(question, None) == small.log_probabilities(question, None)).all()


def tokens(*signs: int) -> Inner:
    """Tokens of a text as an encoder might show them: each has one sign."""
    return np.eye(8, dtype=np.float16)[list(signs)]


@pytest.fixture(scope="module")
def looking(reader: QuestionReader) -> Recogniser:
    """Of three matters with the same words, the tokens tell the first two apart, by a sign somewhere among others."""
    draw = np.random.default_rng(1)
    owner_of = np.arange(600, dtype=np.int32) % 3
    questions = [reader.stored(f"这件事第{number}句") for number in range(600)]
    insides = {i: tokens(*draw.permutation([owner, *draw.integers(3, 8, 5)])) for i, owner in enumerate(owner_of)}
    found = Recogniser.learn(OWNERS, questions, owner_of, None, rounds=60, insides=insides, looked=OWNERS[:2])
    assert found is not None
    return found


@pytest.mark.parametrize("owner", range(3))
def test_one_token_decides_where_words_do_not(looking: Recogniser, reader: QuestionReader, owner: int) -> None:
    told = np.exp(looking.log_probabilities(reader.read("这件事"), None, tokens(5, 6, owner, 7, 4)))
    assert told.sum() == pytest.approx(1, abs=1e-4)
    assert int(told.argmax()) == owner


def test_without_tokens_the_words_alone_have_their_say(looking: Recogniser, reader: QuestionReader) -> None:
    assert np.exp(looking.log_probabilities(reader.read("这件事"), None)).max() < 0.6


def test_matters_that_tokens_do_not_tell_apart_stay_divided_as_words_divide_them(small: Recogniser, reader: QuestionReader) -> None:
    question = reader.read("我明天还书")
    before = small.log_probabilities(question, None)
    even = Attention(np.zeros((9, 1), np.float32), np.zeros((9, 1), np.float32), np.zeros((2, 2), np.float32))
    after = replace(small, attention=even, looked=np.array([0])).log_probabilities(question, None, tokens(1))
    assert after[1] - after[2] == pytest.approx(before[1] - before[2], abs=1e-4)


def test_the_second_opinion_comes_back_as_it_was(looking: Recogniser, reader: QuestionReader, tmp_path: Path) -> None:
    looking.save(tmp_path, "recogniser")
    loaded, question = Recogniser.load(tmp_path, "recogniser"), reader.read("这件事")
    both = [one.log_probabilities(question, None, tokens(3, 1, 4)) for one in (looking, loaded)]
    assert (both[0] == both[1]).all()


@pytest.mark.parametrize(
    ("text", "item"),
    [
        ("我刚把社保卡补完，十块钱。身份证也没丢，就是驾驶证找不着了，补一个得花多少钱", "cjg-license-lost"),
        ("孩子上户口的事前阵子办妥了，低保家里也吃着呢，现在想给孩子头一回办张身份证，都拿啥", "hz-idcard-first"),
    ],
)
def test_what_a_story_names_by_the_way_is_not_what_it_asks(engine: Engine, text: str, item: str) -> None:
    assert engine.search(SearchRequest(text=text)).candidates[0].item == item


def test_of_an_owner_that_came_later_nothing_is_said(small: Recogniser, reader: QuestionReader) -> None:
    told = Recognition(small, small.classes([*OWNERS, "donate"]), NONE).log_probabilities(small.read(reader.read("我明天还书")), None, None)
    assert np.isnan(told).tolist() == [False, False, False, True]
    grown = Recognition(small, small.classes(OWNERS), NONE).extended(1, [7, 8])
    assert grown.class_of.tolist() == [0, 1, 2, -1] and grown.fresh.tolist() == [7, 8]


def test_texts_that_came_later_are_known_as_such(small: Recogniser, reader: QuestionReader) -> None:
    questions = [reader.stored(text) for text in ("我今天借书", "我今天还书", "捐书")]
    assert small.of(OWNERS, np.array([0, 0, 1], np.int32), questions).fresh.tolist() == [1, 2]  # the second stood under another owner


def test_an_owner_of_one_text_is_not_learned(reader: QuestionReader) -> None:
    texts = [f"第{number}个人借书" for number in range(200)]
    questions = [reader.stored(text) for text in [*texts, "捐书"]]
    found = Recogniser.learn(("borrow", "donate"), questions, np.array([0] * 200 + [1], np.int32), None, rounds=1)
    assert found is not None and found.owners == ("borrow",)


def test_an_owner_of_which_nothing_was_learned_stays_within_reach(engine: Engine, knowledge: Knowledge) -> None:
    """A passage of a policy has one text; many are told by several Q&A as well, and stand behind those."""
    channels, encoder = engine.snapshot.built.channels, engine.encoder
    assert encoder is not None
    owners = [owner.id for owner in engine.snapshot.built.owners]
    ours = [policy for policy in knowledge.policies.values() if policy.region.startswith("22")]
    some = [(policy.id, passage) for policy in ours for passage in policy.passages[1:8:3]]
    found = []
    for policy, passage in some:
        question = engine.reader.read(passage.text[:40])
        inner = encoder.look_inside([question.text])[0]
        fused = gather(question, encoder.encode_queries([question.text])[0], channels, inner=inner).fused(channels)
        found.append(f"{policy}#{passage.number}" in [owners[i] for i in np.argsort(-fused)[:4]])  # so many may be offered
    assert sum(found) >= 0.6 * len(found), found


def test_an_owner_that_was_withdrawn_leaves_the_others_as_they_are(small: Recogniser, reader: QuestionReader) -> None:
    question = reader.read("我明天还书")
    told = Recognition(small, small.classes(["renew", "return"]), NONE).log_probabilities(small.read(question), None, None)
    assert told[1] > told[0]


def test_the_index_in_use_has_learned_all_that_has_wordings(engine: Engine) -> None:
    recognition = engine.snapshot.built.channels.recognition
    assert recognition is not None
    owners = engine.snapshot.built.owners
    assert {owner.kind for owner, known in zip(owners, recognition.class_of, strict=True) if known < 0} <= {"policy", "outside"}
    assert all(known >= 0 for owner, known in zip(owners, recognition.class_of, strict=True) if owner.kind in ("guide", "qa"))


def test_without_an_encoder_words_alone_are_recognised(engine: Engine) -> None:
    """The index was learned with vectors; a server whose encoder is away asks it without."""
    recognition = engine.snapshot.built.channels.recognition
    assert recognition is not None
    owners = engine.snapshot.built.owners
    for text, item in (("护照丢了补一本", "crj-passport-renew"), ("退休了把公积金全取出来", "gjj-retire"), ("结婚证丢了", "mz-reissue")):
        told = recognition.log_probabilities(recognition.recogniser.read(engine.reader.read(text)), None, None)
        assert owners[int(np.nanargmax(told))].item == item, text


@pytest.mark.parametrize("text", ["身份证丢了咋整", "신분증을 잃어버렸습니다", "助学贷款", "?"])
def test_words_compared_beside_the_encoder_say_the_same_as_after_it(engine: Engine, text: str) -> None:
    channels, encoder, question = engine.snapshot.built.channels, engine.encoder, engine.reader.read(text)
    assert encoder is not None
    given = Encoded(encoder.encode_queries([question.text]), encoder.look_inside([question.text])[0])
    after = gather(question, given.vectors[0], channels, inner=given.inner)

    def runs(begun: Begun) -> Encoded:
        begun()
        return given

    for encode in (runs, lambda _: given):  # the encoder runs, or remembers
        encoded, evidence = find(question, encode, channels)
        assert encoded is given
        assert all(np.array_equal(getattr(evidence, one.name), getattr(after, one.name)) for one in fields(evidence))


def test_a_wording_that_came_after_learning_is_not_held_against_its_owner(engine: Engine) -> None:
    """An editor stores a question that the recogniser takes for another matter's: it is found at once, not after the next learning."""
    channels, encoder = engine.snapshot.built.channels, engine.encoder
    assert encoder is not None
    owners = [owner.id for owner in engine.snapshot.built.owners]
    thief = owners.index("gy-water")
    wordings = [
        f"{opening}身份证丢了补一张{closing}" for opening in ("", "请教", "老乡问") for closing in ("，归水站管", "，水站管不管", "找水站")
    ]
    read = [engine.reader.stored(wording) for wording in wordings]
    vectors = encoder.encode_queries([question.text for question in read])
    grown = channels.extended([], [(thief, question.terms, question.sounds) for question in read], vectors)
    vector = encoder.encode_queries([read[1].text])[0]
    assert int(gather(read[1], vector, grown).fused(grown).argmax()) == thief
    assert int(gather(read[1], vector, channels).fused(channels).argmax()) != thief
