"""An index is written aside, swapped by one pointer, and never served when a byte of it has changed."""

from __future__ import annotations

import dataclasses
import functools
import json
import shutil
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
import yaml

from banshi.knowledge.library import Knowledge, load_knowledge
from banshi.search.build import Built, build
from banshi.search.engine import Engine
from banshi.search.result import Context, SearchRequest
from banshi.search.snapshot import Snapshot, SnapshotError, activate, current_manifest, load_current, write_snapshot
from banshi.settings import Settings

NOON = datetime(2026, 11, 21, 12)
TODAY = date(2026, 11, 21)
GUIDES = ("hz-idcard-reissue", "sb-card-reissue", "crj-passport-first")
FILES = (
    "arrays.npz",
    "bodies.documents.npy",
    "bodies.idf.npy",
    "bodies.starts.npy",
    "bodies.terms.json",
    "bodies.weights.npy",
    "elements.npz",
    "entries.jsonl",
    "everything.documents.npy",
    "everything.idf.npy",
    "everything.starts.npy",
    "everything.terms.json",
    "everything.weights.npy",
    "knowledge.json",
    "manifest.json",
    "recogniser.npz",
    "sounds.documents.npy",
    "sounds.idf.npy",
    "sounds.starts.npy",
    "sounds.terms.json",
    "sounds.weights.npy",
    "speller.json",
    "texts.json",
    "words.documents.npy",
    "words.idf.npy",
    "words.starts.npy",
    "words.terms.json",
    "words.weights.npy",
)


@functools.cache
def small_knowledge(root: Path) -> Knowledge:
    """Three guides and five Q&A of the real knowledge."""
    real = Settings().knowledge_dir
    for folder in ("guides", "qa"):
        (root / folder).mkdir()
    for guide in GUIDES:
        shutil.copy(real / "guides" / f"{guide}.yml", root / "guides")
    records = [record for path in sorted((real / "qa").glob("*.yml")) for record in yaml.safe_load(path.read_text(encoding="utf-8"))]
    general = [record for record in records if record.get("item") is None][:5]
    (root / "qa" / "some.yml").write_text(yaml.safe_dump(general, allow_unicode=True), encoding="utf-8")
    shutil.copy(real / "regions.csv", root)
    shutil.copytree(real / "lexicon", root / "lexicon")
    return load_knowledge(root)


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Knowledge:
    return small_knowledge(tmp_path_factory.getbasetemp())


@pytest.fixture(scope="module")
def built(small: Knowledge, tmp_path_factory: pytest.TempPathFactory) -> Built:
    return build(small, None, cache=tmp_path_factory.mktemp("vectors"), golden=[], out_of_scope=[])


def write(built: Built, root: Path, hour: int) -> str:
    return write_snapshot(built, root, knowledge=small_knowledge(root.parent), created=NOON + timedelta(hours=hour))


def publish(built: Built, root: Path, *hours: int) -> list[str]:
    names = []
    for hour in hours:
        names.append(write(built, root, hour))
        activate(root, names[-1])
    return names


def change_a_byte(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def ask(knowledge: Knowledge, root: Path, text: str, **rest: object):
    engine = Engine(knowledge, load_current(root), None, today=lambda: TODAY, portal_url="https://zwfw.jl.gov.cn/")
    return engine.search(SearchRequest(text=text, **rest))


def test_what_was_written_answers_when_loaded(small: Knowledge, built: Built, tmp_path: Path) -> None:
    (name,) = publish(built, tmp_path, 0)
    before = Engine(small, Snapshot("unwritten", small, built), None, today=lambda: TODAY, portal_url="https://zwfw.jl.gov.cn/")
    for text in ("居民身份证丢失补领要带什么材料", "社保卡丢了怎么补", "护照多少钱", "보험카드", "今天天气怎么样"):
        one, other = before.search(SearchRequest(text=text)), ask(small, tmp_path, text)
        assert one.model_dump(exclude={"versions", "took_ms"}) == other.model_dump(exclude={"versions", "took_ms"})
        assert (other.versions.index, other.versions.model) == (name, "none")
    item = ask(small, tmp_path, "居民身份证丢失补领要带什么材料").item
    assert item is not None and item.id == "hz-idcard-reissue"
    assert {path.name for path in (tmp_path / name).iterdir()} == set(FILES)


def test_a_snapshot_is_not_in_use_before_it_is_activated(built: Built, tmp_path: Path) -> None:
    (first,) = publish(built, tmp_path, 0)
    second = write(built, tmp_path, 1)
    assert load_current(tmp_path).id == first
    activate(tmp_path, second)
    assert load_current(tmp_path).id == second
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([first, second, "CURRENT"])


@pytest.mark.parametrize("file", FILES)
def test_a_changed_byte_is_noticed_and_the_previous_snapshot_serves(built: Built, tmp_path: Path, file: str) -> None:
    first, second = publish(built, tmp_path, 0, 1)
    change_a_byte(tmp_path / second / file)
    assert load_current(tmp_path).id == first


def test_a_changed_threshold_is_noticed(built: Built, tmp_path: Path) -> None:
    first, second = publish(built, tmp_path, 0, 1)
    path = tmp_path / second / "manifest.json"
    manifest = json.loads(path.read_text(encoding="utf-8"))
    manifest["calibration"]["answer_at"] = 0.01
    path.write_text(json.dumps(manifest), encoding="utf-8")
    assert load_current(tmp_path).id == first


@pytest.mark.parametrize("file", FILES)
def test_a_missing_file_is_noticed(built: Built, tmp_path: Path, file: str) -> None:
    first, second = publish(built, tmp_path, 0, 1)
    (tmp_path / second / file).unlink()
    assert load_current(tmp_path).id == first


@pytest.mark.parametrize("content", ["", "{", "{}", "[]", "null", '"x"', '{"id": 7}', '{"format": 1}', "\x00\x00"])
def test_a_manifest_that_is_none_is_noticed(built: Built, tmp_path: Path, content: str) -> None:
    first, second = publish(built, tmp_path, 0, 1)
    (tmp_path / second / "manifest.json").write_text(content, encoding="utf-8")
    assert load_current(tmp_path).id == first


def test_an_index_of_another_format_is_not_read(built: Built, tmp_path: Path) -> None:
    first, second = publish(built, tmp_path, 0, 1)
    path = tmp_path / second / "manifest.json"
    path.write_text(json.dumps({**json.loads(path.read_text(encoding="utf-8")), "format": 99}), encoding="utf-8")
    assert load_current(tmp_path).id == first


def test_after_a_roll_back_the_one_before_serves_not_the_one_rolled_back_from(built: Built, tmp_path: Path) -> None:
    first, second, _ = publish(built, tmp_path, 0, 1, 2)
    activate(tmp_path, second)
    assert load_current(tmp_path).id == second
    change_a_byte(tmp_path / second / "texts.json")
    assert load_current(tmp_path).id == first


@pytest.mark.parametrize("pointer", [None, "", "20200101T000000-00000000", "../elsewhere", "\x00"])
def test_without_a_usable_pointer_the_newest_serves(built: Built, tmp_path: Path, pointer: str | None) -> None:
    _, second = publish(built, tmp_path, 0, 1)
    (tmp_path / "CURRENT").unlink()
    if pointer is not None:
        (tmp_path / "CURRENT").write_text(pointer, encoding="utf-8")
    assert current_manifest(tmp_path) is None
    assert load_current(tmp_path).id == second


@pytest.mark.parametrize("folder", ["", "absent"])
def test_with_nothing_at_all_the_message_says_what_to_run(tmp_path: Path, folder: str) -> None:
    with pytest.raises(SnapshotError, match="banshi index"):
        load_current(tmp_path / folder)


def test_with_everything_damaged_the_message_names_file_and_command(built: Built, tmp_path: Path) -> None:
    names = publish(built, tmp_path, 0, 1)
    for name in names:
        change_a_byte(tmp_path / name / "texts.json")
    with pytest.raises(SnapshotError, match=r"texts\.json.*banshi index") as caught:
        load_current(tmp_path)
    assert all(name in str(caught.value) for name in names)


def test_the_last_three_are_kept(built: Built, tmp_path: Path) -> None:
    names = publish(built, tmp_path, 0, 1, 2, 3, 4)
    assert sorted(path.name for path in tmp_path.iterdir() if path.is_dir()) == names[-3:]
    assert load_current(tmp_path).id == names[-1]


def test_the_one_in_use_is_kept_however_old(built: Built, tmp_path: Path) -> None:
    names = publish(built, tmp_path, 0, 1, 2)
    newer = write(built, tmp_path, 3)
    activate(tmp_path, names[0])
    assert {path.name for path in tmp_path.iterdir() if path.is_dir()} >= {names[0], newer}
    assert load_current(tmp_path).id == names[0]


def test_a_previous_index_serves_newer_knowledge(small: Knowledge, built: Built, tmp_path: Path) -> None:
    """What the index does not know is not found, what the knowledge no longer holds is not told, and nothing fails."""
    publish(built, tmp_path, 0)
    new = small.guides["sb-card-reissue"].model_copy(update={"id": "sb-card-new"})
    kept = {key: guide for key, guide in small.guides.items() if key != "hz-idcard-reissue"}
    changed = dataclasses.replace(small, guides={**kept, new.id: new}, version="newer")
    assert "hz-idcard-reissue" not in {source.id for source in ask(changed, tmp_path, "身份证丢了咋整").sources}
    assert ask(changed, tmp_path, "社保卡丢了怎么补").decision in ("answer", "clarify")
    assert ask(changed, tmp_path, "多少钱", context=Context(item=new.id)).decision in ("answer", "clarify", "reject")
