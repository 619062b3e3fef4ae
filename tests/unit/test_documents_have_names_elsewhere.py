"""What the documents of guides are in the library of certificates and on the list of shared data: by the tables alone, never guessed."""

from __future__ import annotations

from pathlib import Path

import pytest

from banshi.knowledge.errors import KnowledgeError
from banshi.knowledge.library import load_knowledge
from banshi.knowledge.material_tables import by_material, load_certificate_kinds, load_shared_data, names_without_guide
from banshi.knowledge.regions import RegionTree
from banshi.settings import ROOT

FOLDER = ROOT / "knowledge"
OTHERS = ("父母", "双方", "儿童", "新生儿", "代办", "代理", "监护", "配偶", "夫妻", "代领", "家庭成员", "受托", "职工")


def test_the_tables_name_documents_that_guides_ask_for() -> None:
    entries = (*load_certificate_kinds(FOLDER / "certificates.yml"), *load_shared_data(FOLDER / "sharing.yml"))
    assert names_without_guide(entries, load_knowledge(FOLDER).guides) == []


def test_only_the_applicants_own_documents_are_certificates_of_theirs() -> None:
    mapped = by_material(load_certificate_kinds(FOLDER / "certificates.yml"))
    assert mapped
    assert not [name for name in mapped if any(other in name for other in OTHERS)]


def test_shared_data_is_had_in_places_that_there_are() -> None:
    regions = RegionTree.load(FOLDER / "regions.csv")
    assert not [code for one in load_shared_data(FOLDER / "sharing.yml") for code in one.regions if code not in regions]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("- {name: 居民身份证, shown: true}\n- {name: 居民身份证, shown: true}", "写了两次"),
        ("- {name: 居民身份证, shown: true, materials: [身份证, 身份证]}", "同一份材料"),
        ("- {name: 居民身份证}", "shown"),
        ("name: 居民身份证", "列表"),
    ],
)
def test_a_wrong_table_of_certificates_says_where(tmp_path: Path, text: str, told: str) -> None:
    (tmp_path / "certificates.yml").write_text(text, encoding="utf-8")
    with pytest.raises(KnowledgeError, match=told):
        load_certificate_kinds(tmp_path / "certificates.yml")


def test_a_document_is_one_kind_of_shared_data_only(tmp_path: Path) -> None:
    rows = "- {name: 户籍信息, department: 公安局, materials: [户口簿]}\n- {name: 户口信息, department: 公安局, materials: [户口簿]}"
    (tmp_path / "sharing.yml").write_text(rows, encoding="utf-8")
    with pytest.raises(KnowledgeError, match="已经归在“户籍信息”"):
        load_shared_data(tmp_path / "sharing.yml")


def test_no_file_is_no_table(tmp_path: Path) -> None:
    assert load_certificate_kinds(tmp_path / "certificates.yml") == ()
    assert load_shared_data(tmp_path / "sharing.yml") == ()
