"""The garble gate: damaged texts are named place by place and refused, clean ones of every kind pass."""

from __future__ import annotations

import random
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from banshi.knowledge.errors import GarbledTextError
from banshi.knowledge.garble import damaged_passages
from banshi.knowledge.policy_import import import_policy, load_policies, write_policy

ROOT = Path(__file__).resolve().parents[2]
FIXTURES = ROOT / "tests" / "fixtures"
POLICIES = ROOT / "knowledge" / "policies"


def strings(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [text for part in parts for text in strings(part)]


def joined(folder: str) -> str:
    contents = [yaml.safe_load(path.read_text(encoding="utf-8")) for path in sorted((ROOT / "knowledge" / folder).glob("*.yml"))]
    for content in contents:
        if isinstance(content, dict):
            content.pop("also_asks", None)  # repeats questions on purpose
    return "\n".join(text for content in contents for text in strings(content))


def interleave(host: str, other: str, seed: int) -> str:
    """Put two to four characters of `other` after every six to fourteen characters of `host`."""
    chance = random.Random(seed)
    pieces = iter("".join(re.findall("[\u4e00-\u9fff]", other)) * 9)
    mixed, position = "", 0
    while position < len(host):
        step = chance.randint(6, 14)
        mixed += host[position : position + step] + "".join(next(pieces) for _ in range(chance.randint(2, 4)))
        position += step
    return mixed


def test_headline_scattered_over_a_news_text_is_found_in_both_paragraphs() -> None:
    found = damaged_passages((FIXTURES / "garbled_news.txt").read_text(encoding="utf-8"))
    assert {passage.line for passage in found} == {7, 9}
    assert sum("政务字化召开" in passage.quote for passage in found) == 2
    assert any("项重" in passage.quote for passage in found)


def test_pieces_of_another_text_inside_words_are_found_where_they_are() -> None:
    text = (FIXTURES / "garbled_text.txt").read_text(encoding="utf-8")
    found = damaged_passages(text)
    assert {passage.line for passage in found} == {9}
    assert len(found) >= 5
    first = found[0]
    assert text.splitlines()[first.line - 1][first.column - 1 :].startswith("周末天")
    assert "网点" in first.reason


@pytest.mark.parametrize("seed", range(12))
def test_a_clean_passage_with_another_text_mixed_in_is_found(seed: int) -> None:
    passages = [p.text.replace("\n", "") for policy in load_policies(POLICIES) for p in policy.passages if len(p.text) > 250]
    chance = random.Random(seed)
    host, other = chance.sample(passages, 2)
    assert damaged_passages(host) == []
    assert damaged_passages(interleave(host, other, seed)) != []


@pytest.mark.parametrize(
    ("damaged", "quoted"),
    [
        ("推进“6 1”基础数据库建设。", "“6 1"),
        ("提升“互联网 监管”能力。", "互联网 监管"),
        ("办理政务\ufffd服务事项。", "\ufffd"),
        ("办理政务\ue5e5服务事项。", "\ue5e5"),
        ("吉林省人民政府办公厅".encode().decode("latin-1"), "æ"),
        ("吉林省人民政府办公厅关于巩固提升".encode().decode("gbk", errors="ignore"), "鍚夋灄"),
        ("请携带锟斤拷锟斤拷到窗口。", "锟斤拷"),
        ("到政务???大厅办理。", "???"),
        ("联系&nbsp;窗口办理。", "&nbsp;"),
        ("依据《》第三条办理。", "《》"),
        ("依据《不动产登记暂行条例第三条办理。", "《不动产"),
        ("要持续提升服务，，方便群众。", "，，"),
        ("全面推行告知承诺制度全面推行告知承诺制度。", "全面推行告知承诺制度全面"),
        ("各地各部门要按期完成事项梳理和入库工作。\n各地各部门要按期完成事项梳理和入库工作。", "各地各部门"),
    ],
)
def test_traces_of_mechanical_damage_are_found(damaged: str, quoted: str) -> None:
    found = damaged_passages(f"第一段文字完好。\n{damaged}\n")
    assert found
    assert any(quoted in passage.quote for passage in found)
    assert all(passage.line >= 2 for passage in found)


@pytest.mark.parametrize(
    "clean",
    [
        "推进“6+1”基础数据库建设，提升“互联网+监管”能力。",
        "坚持“优化服务 提升效能”，办好 12345 热线。",
        "首批开放 3 个窗口，电话 0431 12345，每天 8:30—16:30……",
        "想把车过到我名下，花多少钱，一个窗口一个窗口跑太累了？！",
        "父母双方都不在了，老房子没证，子女能办吗??",
        "신분증을 잃어버렸어요. 어디서 다시 만들어요?",
        "记者威廉姆斯·奈杰尔、黄坤明、曾鼐和前郭尔罗斯蒙古族自治县的代表参加了会议。",
        "",
    ],
)
def test_ordinary_text_passes(clean: str) -> None:
    assert damaged_passages(clean) == []


@pytest.mark.parametrize("folder", ["guides", "qa"])
def test_everything_editors_wrote_passes(folder: str) -> None:
    assert damaged_passages(joined(folder)) == []


def test_one_broken_word_of_the_title_is_no_damage() -> None:
    text = "现在想把车过到我名下，要带什么？\n长春的车过到通化的亲戚名下行不行？"
    assert damaged_passages(text, title="机动车转让登记（二手车过户）办理规定") == []


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=200), st.none() | st.text(max_size=40))
def test_no_text_makes_the_gate_fail(text: str, title: str | None) -> None:
    lines = re.sub(r"\r\n?", "\n", text).split("\n")
    for passage in damaged_passages(text, title):
        assert 1 <= passage.line <= len(lines)
        assert passage.column >= 1
        assert passage.reason


def test_import_of_a_damaged_text_stores_nothing_and_says_where(tmp_path: Path) -> None:
    text = (FIXTURES / "garbled_text.txt").read_text(encoding="utf-8")
    with pytest.raises(GarbledTextError) as refused:
        write_policy(import_policy(text, source="夜间开放通知.txt"), tmp_path)
    message = str(refused.value)
    assert "夜间开放通知.txt" in message
    assert f"{len(damaged_passages(text))} 处" in message
    assert "第9行" in message and "周末天" in message
    assert "没有存入任何内容" in message
    assert list(tmp_path.iterdir()) == []
