"""Stored questions that two records share are found; questions that only sound alike are mostly not."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import date

import pytest

from banshi.editing.duplicates import Duplicate, find_duplicates, nearest_of
from banshi.search.engine import Engine
from banshi.search.entries import Entry
from banshi.search.snapshot import read_entries
from banshi.settings import Settings

DAY = date(2026, 11, 22)
SAME = [
    ("死亡证明谁开", "死亡证明在哪里开"),
    ("接种证补办", "补接种证"),
    ("被冒名当法人", "被冒名当法人"),
    ("即办件是什么意思", "即办件是啥"),
    ("名下多出一家不认识的企业怎么弄掉", "名下多出来一家不认识的企业咋处理"),
    ("先办出生证还是先上户口", "孩子出生后先办出生证还是先上户口"),
    ("讨薪找谁", "讨薪找谁"),
    ("重复缴费退款", "重复缴费退款"),
    ("人才落户", "人才落户"),
    ("档案袋拆了", "档案袋拆开了还能用吗"),
    ("延边大厅有朝语服务么", "延边大厅有懂朝语的人吗"),
    ("商贷能转成公积金贷款不", "商业房贷能转成公积金贷款吗（商转公）"),
]
DIFFERENT = [
    ("头回办护照去派出所还是出入境大厅", "护照到期去出入境大厅还是派出所换"),
    ("灵活就业社保", "灵活就业医保"),
    ("吉事办怎么注册账号", "企业法人账号在吉事办怎么注册"),
    ("办离婚要啥", "离婚后要办啥"),
    ("手机上能把个体执照销了不", "手机上能起个体执照不"),
    ("房子过户手机上能整不", "车过户手机上能整不"),
    ("出生登记", "生育登记"),
    ("失业登记 审核 时间", "失业金审核几天"),
    ("住在吉林想办山东的手续", "人在省外想办吉林的手续"),
    ("护照搁哪儿办", "换护照搁哪儿换"),
    ("医师执业注册", "护士执业注册"),
    ("结婚证丢了", "出生证丢了"),
    ("领结婚证要带啥", "领出生证 带啥"),
    ("公积金贷款搁哪儿办", "公积金贷款提前还搁哪儿办"),
    ("身份证被偷", "身份证被盗用"),
    ("吉林办外省的事", "人在外生要办吉林的事怎么办"),
]


@pytest.fixture(scope="module")
def entries(engine: Engine) -> list[Entry]:
    return read_entries(Settings().snapshots / engine.snapshot.id)


@pytest.fixture(scope="module")
def timed(engine: Engine, entries: list[Entry]) -> tuple[list[Duplicate], float]:
    started = time.process_time()
    return find_duplicates(engine, entries, DAY), time.process_time() - started


@pytest.fixture(scope="module")
def duplicates(timed: tuple[list[Duplicate], float]) -> list[Duplicate]:
    return timed[0]


def owners(entries: list[Entry], text: str) -> set[str]:
    return {entry.owner for entry in entries if entry.text == text}


def reported(entries: list[Entry], duplicates: list[Duplicate], first: str, second: str) -> bool:
    pairs = {frozenset((pair.a.id, pair.b.id)) for pair in duplicates}
    return any(frozenset((a, b)) in pairs for a in owners(entries, first) for b in owners(entries, second) if a != b)


def test_known_duplicates_are_reported_and_known_others_mostly_not(entries: list[Entry], duplicates: list[Duplicate]) -> None:
    same = [reported(entries, duplicates, *pair) for pair in SAME if all(owners(entries, text) for text in pair)]
    different = [reported(entries, duplicates, *pair) for pair in DIFFERENT if all(owners(entries, text) for text in pair)]
    assert len(same) >= 8 and len(different) >= 10, "too many of the questions have left the knowledge: take others"
    assert sum(same) >= 0.8 * len(same)
    assert sum(different) <= 0.25 * len(different)


def test_each_pair_of_records_comes_once_with_its_likest_questions(engine: Engine, duplicates: list[Duplicate]) -> None:
    pairs = [(pair.a.id, pair.b.id) for pair in duplicates]
    assert pairs and len({frozenset(pair) for pair in pairs}) == len(pairs)
    assert [pair.shared for pair in duplicates] == sorted((pair.shared for pair in duplicates), reverse=True)
    for pair in duplicates:
        vectors = [engine.encode(question.text) for question in (pair.a, pair.b)] if pair is duplicates[0] else []
        if vectors and vectors[0] is not None and vectors[1] is not None:
            assert float(vectors[0] @ vectors[1]) == pytest.approx(pair.similarity, abs=0.01)
        assert 0.97 <= pair.similarity <= 1
        assert {"kind", "id", "title", "text"} == set(pair.as_row()["a"])


def test_a_guide_and_its_own_questions_do_not_compete(engine: Engine, duplicates: list[Duplicate]) -> None:
    item = {owner.id: owner.item or owner.id for owner in engine.snapshot.built.owners}
    assert all(item[pair.a.id] != item[pair.b.id] for pair in duplicates)


def test_what_is_not_in_force_competes_no_longer(engine: Engine, entries: list[Entry]) -> None:
    assert find_duplicates(engine, entries, date(1999, 1, 1)) == []


def test_comparing_all_stored_questions_takes_seconds(timed: tuple[list[Duplicate], float]) -> None:
    assert timed[1] < 20, "processor seconds; about five on an idle machine"


def test_entries_of_another_index_are_refused(engine: Engine, entries: list[Entry]) -> None:
    with pytest.raises(ValueError, match=r"entries of the index"):
        find_duplicates(engine, entries[1:], DAY)
    with pytest.raises(ValueError, match=r"entries of the index"):
        nearest_of(engine, [replace(entries[0], owner="somebody"), *entries[1:]], "身份证丢了咋整", DAY)


def test_an_editor_is_shown_the_nearest_questions_of_other_records(engine: Engine, entries: list[Entry]) -> None:
    found = nearest_of(engine, entries, "身份证丢了怎么补办", DAY)
    assert found[0].question.id == "hz-idcard-reissue" and found[0].similarity >= 0.95
    assert [one.similarity for one in found] == sorted((one.similarity for one in found), reverse=True)
    assert len({one.question.id for one in found}) == len(found) <= 5
    others = nearest_of(engine, entries, "身份证丢了怎么补办", DAY, exclude=["hz-idcard-reissue"])
    assert "hz-idcard-reissue" not in {one.question.id for one in others}
    assert nearest_of(engine, entries, "双色球几点开奖啊", DAY) == []


def test_without_an_encoder_nearness_goes_by_words(words_engine: Engine, entries: list[Entry]) -> None:
    assert find_duplicates(words_engine, entries, DAY) == []
    assert "hz-idcard-reissue" in {one.question.id for one in nearest_of(words_engine, entries, "身份证丢了咋补", DAY)}
    assert nearest_of(words_engine, entries, "锅包肉糖醋汁比例", DAY) == []
