"""Whatever is exported comes back equal: all guides and all Q&A, in every format, and any text a cell could change."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any, get_args

import openpyxl
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from banshi.knowledge.exchange import ExchangeError, Known, export, read_file
from banshi.knowledge.exchange.cells import Format, Type, cell_of, value_of
from banshi.knowledge.exchange.columns import MODELS, layout
from banshi.knowledge.exchange.report import Kind
from banshi.knowledge.exchange.safety import guarded, unguarded
from banshi.knowledge.exchange.samples import SAMPLES
from banshi.knowledge.fields import FIELD_LABELS
from banshi.knowledge.library import Knowledge
from banshi.knowledge.sources import plain

ROOT = Path(__file__).resolve().parents[2] / "knowledge"


@pytest.fixture(scope="module")
def contents() -> dict[Kind, list[dict[str, Any]]]:
    """All records as the YAML files have them."""
    guides = [plain(yaml.safe_load(path.read_text(encoding="utf-8"))) for path in sorted((ROOT / "guides").glob("*.yml"))]
    qa = [plain(raw) for path in sorted((ROOT / "qa").glob("*.yml")) for raw in yaml.safe_load(path.read_text(encoding="utf-8"))]
    return {"guide": guides, "qa": qa}


def models(kind: Kind, records: Sequence[dict[str, Any]]) -> list[Any]:
    return [MODELS[kind].model_validate(content) for content in records]


def back(kind: Kind, data: bytes, known: Known) -> list[dict[str, Any]]:
    report = read_file("文件", data, kind, known)
    assert report.wrong == () and report.not_understood == ()
    return [record.content for record in report.records]


# Each text is searched for damage the first time it is met, which for all knowledge takes most of a minute.
@pytest.mark.timeout(300)
@pytest.mark.parametrize("format", ["xlsx", "json", "yaml"])
@pytest.mark.parametrize("kind", ["guide", "qa"])
def test_every_record_comes_back_equal(kind: Kind, format: str, contents: dict[Kind, list[dict[str, Any]]], knowledge: Knowledge) -> None:
    records = contents[kind]
    assert len(records) >= {"guide": 83, "qa": 436}[kind]
    assert models(kind, back(kind, export(kind, records, format), Known.of(knowledge))) == models(kind, records)


@pytest.mark.timeout(300)
def test_every_qa_comes_back_equal_from_csv(contents: dict[Kind, list[dict[str, Any]]], knowledge: Knowledge) -> None:
    data = export("qa", contents["qa"], "csv")
    assert data.startswith(b"\xef\xbb\xbf")
    assert models("qa", back("qa", data, Known.of(knowledge))) == models("qa", contents["qa"])
    assert models("qa", back("qa", data.decode("utf-8-sig").encode("gb18030"), Known.of(knowledge))) == models("qa", contents["qa"])


def test_a_knowledge_file_itself_can_be_imported(knowledge: Knowledge) -> None:
    path = ROOT / "guides" / "hz-newborn.yml"
    (content,) = back("guide", path.read_bytes(), Known.of(knowledge))
    assert MODELS["guide"].model_validate(content) == knowledge.guides["hz-newborn"]


def full_guide() -> dict[str, Any]:
    """A guide in which every field of the model says something."""
    content = dict(SAMPLES["guide"], id="hz-full")
    content |= {
        "valid_to": "2030-12-31",
        "confused_with": "居住证",
        "parent": "hz-parent",
        "task_state": "在用",
        "power_source": "法定本级行使",
    }
    content |= {"use_level": "县级", "other_dept": ["民政部门", "医保部门"], "age_min": 0, "age_max": 6, "guardian_handling": True}
    content |= {"anticipate_day": 20, "anticipate_type": "工作日", "promise_day": 5, "promise_type": "自然日", "is_fee": False}
    content |= {"result_type": "证照", "reconsideration": {"dept": "县人民政府", "addr": "人民大街1号", "phone": "0431-1"}}
    content |= {"litigation": {"dept": "县人民法院"}, "retired": {"since": "2029-01-01", "told": "这个事项不办了。", "instead": "办居住证"}}
    text = {name for name, entry in FIELD_LABELS["guide"].items() if entry.type == "text" and "." not in name}
    content |= {name: f"{name}的内容" for name in text - content.keys()}
    content |= {name: value for name in FIELD_LABELS["guide"] if name.startswith("is_") and name not in content for value in [True]}
    for name in ("accept_condition", "anticipate", "promise", "handle_area", "online_handle_depth", "limit_scene_num"):
        facts = content[name] if isinstance(content[name], list) else [content[name]]
        filled = [{**fact, "basis": "《条例》第一条", "basis_checked": False, "plain_version": "大白话"} for fact in facts]
        content[name] = filled if isinstance(content[name], list) else filled[0]
    extra = {"is_need": "容缺后补", "lacking_deadline": "10个工作日", "material_type": "其他", "material_format": "纸质/电子化"}
    extra |= {"page_num_y": 1, "page_num_f": 0, "form_guid": "blank-1", "example_guid": "sample-1", "source_type": "申请人自备"}
    extra |= {
        "issuing_unit": "医院",
        "accept_stand": "清晰",
        "by_law": "《条例》第二条",
        "sharing_department": "卫健",
        "plain_version": "白话",
    }
    content["materials"] = [{**content["materials"][0], **extra}]
    content["fees"] = [{**content["fees"][0], "fee_basis": "发改价格〔2003〕1号", "basis_checked": True, "is_desc": True}]
    return content


@pytest.mark.parametrize("format", ["xlsx", "json", "yaml"])
def test_every_field_a_guide_can_have_comes_back(format: str) -> None:
    content = full_guide()
    model = MODELS["guide"].model_validate(content)
    said = model.model_dump(exclude_defaults=True).keys()
    assert said == MODELS["guide"].model_fields.keys() - {"region"}, "the guide of this test must fill every field"
    (found,) = back("guide", export("guide", [content], format), Known())
    assert MODELS["guide"].model_validate(found) == model


@pytest.mark.parametrize("kind", get_args(Kind))
def test_every_column_has_a_chinese_heading_of_its_own(kind: Kind) -> None:
    for sheet in layout(kind):
        headers = [column.header for column in sheet.columns]
        assert len(set(headers)) == len(headers)
        assert all("一" <= header[0] <= "鿿" for header in headers), headers
    assert len({sheet.name for sheet in layout(kind)}) == len(layout(kind))


def test_a_guide_without_materials_or_fees_says_so_in_its_rows() -> None:
    content = full_guide() | {"materials": [], "fees": [], "situations": []}
    (found,) = back("guide", export("guide", [content], "xlsx"), Known())
    assert found["materials"] == [] and found["fees"] == [] and found["situations"] == []


DANGEROUS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "=cmd|' /C calc'!A0", "'=1", "''=1", "＝1+1", "－1", " =1", "'", "-", "@"]


def dangerous_qa() -> list[dict[str, Any]]:
    base = dict(SAMPLES["qa"], similar=[f"问法{number}怎么问" for number in range(8)])
    base.pop("item")
    records = [{**base, "id": f"qa-x-{number}", "answer": text.strip(" \t")} for number, text in enumerate(DANGEROUS)]
    return [*records, {**base, "id": "qa-x-list", "similar": [text.strip(" \t") for text in DANGEROUS]}]


@pytest.mark.parametrize("format", ["csv", "xlsx"])
def test_text_that_looks_like_a_formula_is_no_formula_and_comes_back(format: str) -> None:
    records = dangerous_qa()
    data = export("qa", records, format)
    assert models("qa", back("qa", data, Known())) == models("qa", records)
    if format == "csv":
        starts = [part.lstrip('"') for line in data.decode("utf-8-sig").splitlines() for part in line.split(",")]
        assert not any(start.startswith(("=", "+", "-", "@", "\t", "＝")) for start in starts)
    else:
        for sheet in openpyxl.load_workbook(io.BytesIO(data)):
            for row in sheet.iter_rows():
                for cell in row:
                    assert cell.data_type != "f"
                    assert not str(cell.value or "").startswith(("=", "+", "-", "@", "\t", "\r", "＝"))


def test_texts_like_numbers_and_escapes_stay_texts_in_excel() -> None:
    content = full_guide()
    content["limit_scene_num"] = {"text": "0-1", "certainty": "local"}
    content["promise"] = {"text": "007", "certainty": "local"}
    content["transact_place"] = "_x0041_ 之后\n第二行 <b>甲&乙</b>"
    data = export("guide", [content], "xlsx")
    (found,) = back("guide", data, Known())
    assert found["limit_scene_num"]["text"] == "0-1" and found["promise"]["text"] == "007"
    assert found["transact_place"] == content["transact_place"]


def test_a_text_too_long_for_a_cell_is_not_cut_but_refused() -> None:
    content = dict(full_guide(), aliases=["很长" * 20_000])
    with pytest.raises(ExchangeError, match=r"日常用语.*Excel 一格放不下"):
        export("guide", [content], "xlsx")


def test_formats_that_cannot_hold_a_kind_say_which_can() -> None:
    with pytest.raises(ExchangeError, match=r"办事指南有好几张表.*xlsx、json 或 yaml"):
        export("guide", [], "csv")
    with pytest.raises(ExchangeError, match="不能导出 pdf"):
        export("qa", [], "pdf")


texts = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")) | st.sampled_from("=+-@\t\\\n'、；\"n"), max_size=30)


@given(texts)
def test_the_guard_against_formulas_is_taken_off_exactly(text: str) -> None:
    assert unguarded(guarded(text)) == text
    assert not any(line.startswith(("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")) for line in guarded(text).split("\n"))


entries = st.lists(
    texts.map(lambda text: text.strip(" \t\n\r\u00a0\u3000\u200b\ufeff\x85\u2028\u2029\x1c\x1d\x1e\x1f")).filter(bool), min_size=1
)


@settings(max_examples=300)
@given(entries, st.sampled_from([Type.LINES, Type.WORDS]))
def test_lists_come_back_from_one_cell(values: list[str], type: Type) -> None:
    if values == ["（无）"]:
        return  # is how an empty list is written
    form = Format(type)
    written = cell_of(form, values)
    assert isinstance(written, str)
    assert value_of(form, unguarded(guarded(written))).value == values
