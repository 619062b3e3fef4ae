"""Tables as people and programs write them: every value they can mean is read, everything else refused by sheet, row and column."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import fields
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from banshi.knowledge.exchange import ExchangeError, ImportReport, Known, Limits, RowProblem, export, read_file, template
from banshi.knowledge.exchange.cells import CellError, Format, Type, Value, value_of
from banshi.knowledge.exchange.columns import labels_of, layout
from banshi.knowledge.exchange.report import Kind
from banshi.knowledge.exchange.samples import SAMPLES
from banshi.knowledge.guide import Guide

KNOWN = Known(
    guides={"hz-newborn": "新生儿入户（出生登记）", "gy-heat": "供热"},
    departments=frozenset({"公安机关", "公安部门（治安户政）"}),
    topics=frozenset({"找部门", "生活"}),
    domains=frozenset({"户政"}),
    regions={"220000": "吉林省", "220100": "长春市"},
)


def qa(number: int = 1, **changes: Any) -> dict[str, Any]:
    content = {key: value for key, value in SAMPLES["qa"].items() if value is not None}
    return {**content, "id": f"qa-x-{number}", "similar": [f"第{i}种问法怎么问" for i in range(8)], **changes}


def guide(**changes: Any) -> dict[str, Any]:
    return {**SAMPLES["guide"], "id": "hz-example", **changes}


def edited(kind: Kind, records: list[dict[str, Any]], edit: Callable[[openpyxl.Workbook], Any]) -> ImportReport:
    """An export, changed in Excel, imported."""
    workbook = openpyxl.load_workbook(io.BytesIO(export(kind, records, "xlsx")))
    edit(workbook)
    buffer = io.BytesIO()
    workbook.save(buffer)
    return read_file("改.xlsx", buffer.getvalue(), kind, KNOWN)


def at(sheet: Worksheet, header: str, row: int = 2) -> Any:
    column = next(cell.column for cell in sheet[1] if cell.value == header)
    return sheet.cell(row, column)


def with_cell(header: str, value: Any, kind: Kind = "qa", sheet: str = "答问", **records: Any) -> ImportReport:
    def edit(workbook: openpyxl.Workbook) -> None:
        cell = at(workbook[sheet], header)
        cell.value = value
        if not isinstance(value, date):
            cell.number_format = "General"

    return edited(kind, [qa(**records)] if kind == "qa" else [guide(**records)], edit)


@pytest.mark.parametrize(
    "written",
    [
        *(date(2026, 11, 1), datetime(2026, 11, 1), "2026-11-01", "2026/11/1", "2026.11.01", "２０２６年１１月１日", " 2026年11月1日 "),
        *("2026年 11月 1号", "20261101", 20261101, 20261101.0, "2026-11-01 00:00:00", "二〇二六年十一月一日", "二○二六年十一月一日"),
    ],
)
def test_a_day_is_read_however_it_is_written(written: Any) -> None:
    report = with_cell("生效日期", written)
    assert report.wrong == () and report.records[0].content["valid_from"] == "2026-11-01"


@pytest.mark.parametrize(
    ("written", "message"), [(46327, "日期的序号"), ("2026-02-30", "不是一个真实的日期"), ("长期", "不是日期，请写成 2026-11-01")]
)
def test_what_is_no_day_is_refused_with_how_to_write_one(written: Any, message: str) -> None:
    report = with_cell("生效日期", written)
    (problem,) = report.wrong
    assert (problem.row, problem.field) == (2, "生效日期") and message in problem.message and report.records == ()


@pytest.mark.parametrize("written", [3, 3.0, "3", "３", "3份", " 3.0 ", "3.00"])
def test_a_number_is_read_however_it_is_written(written: Any) -> None:
    report = with_cell("份数", written, "guide", "申请材料")
    assert report.wrong == () and report.records[0].content["materials"][0]["copies"] == 3


@pytest.mark.parametrize(("written", "message"), [("三份左右", "不是整数"), (1.5, "不是整数"), (30, "不能大于 20"), (True, "应当填整数")])
def test_what_is_no_number_of_copies_is_refused_by_sheet_row_and_column(written: Any, message: str) -> None:
    (problem,) = with_cell("份数", written, "guide", "申请材料").wrong
    assert (problem.row, problem.field) == (2, "申请材料·份数") and message in problem.message


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("承诺件", None),
        (" 承诺件　", None),
        ("2-承诺件", "2"),
        ("承诺件(2)", "2"),
        ("承诺件（２）", "2"),
        ("02 承诺件", "02"),
        ("承诺件|2", "2"),
    ],
)
def test_a_label_counts_and_a_code_beside_it_is_kept(written: str, code: str | None) -> None:
    (record,) = with_cell("办件类型", written, "guide", "事项").records
    assert record.content["project_type"] == "承诺件"
    assert record.codes == ({"project_type": code} if code else {})


@pytest.mark.parametrize("written", ["2", 2, 2.0, "０２"])
def test_a_code_alone_is_never_interpreted(written: Any) -> None:
    (problem,) = with_cell("办件类型", written, "guide", "事项").wrong
    assert problem.field == "事项·办件类型" and "只是代码" in problem.message and "即办件、承诺件、上报件、联办件" in problem.message


@pytest.mark.parametrize(
    ("header", "written", "names"),
    [
        ("要素", "材枓", "概述、材料、条件"),
        ("确定程度", "大概", "全国统一、各地不同、待核实"),
        ("责任部门", "公安厅", "公安机关"),
        ("主题", "出行", "找部门、生活"),
    ],
)
def test_an_unknown_label_is_refused_and_the_known_ones_are_named(header: str, written: str, names: str) -> None:
    (problem,) = with_cell(header, written).wrong
    assert (problem.row, problem.field) == (2, header) and written in problem.message and names in problem.message


def test_references_to_what_does_not_exist_are_refused() -> None:
    report = edited("qa", [qa(1, item="hz-nothing"), qa(2, regions=["999999"]), qa(3, item="gy-heat", regions=["220100"])], lambda _: None)
    assert [(problem.row, problem.field) for problem in report.wrong] == [(2, "关联事项"), (3, "适用地区")]
    assert "hz-newborn 新生儿入户" in report.wrong[0].message and "220100 长春市" in report.wrong[1].message
    assert [record.key for record in report.records] == ["qa-x-3"], "what is right is told apart from what is wrong"


def test_a_table_of_labels_decides_what_a_field_of_free_names_may_hold() -> None:
    known = Known(labels={"audience": ("自然人", "企业")})
    data = export("qa", [qa(1, audience=["自然人", "群众"]), qa(2, audience=["企业"])], "json")
    report = read_file("a.json", data, "qa", known)
    assert report.wrong == (RowProblem(1, "人群 第2项", "“群众”不在可用的选项里，可以填：自然人、企业"),)
    report = read_file("g.json", export("guide", [guide(server_type=["自燃人"])], "json"), "guide", Known())
    assert "是不是“自然人”" in report.wrong[0].message and "企业法人" in report.wrong[0].message


def test_a_day_of_expiry_before_the_first_day_is_refused() -> None:
    (problem,) = with_cell("失效日期", "2026-10-31").wrong
    assert problem == RowProblem(2, "失效日期", "失效日期 2026-10-31 早于生效日期 2026-11-01")


def test_short_names_may_stand_in_one_line() -> None:
    (record,) = with_cell("人群", "自然人、企业；老年人").records
    assert record.content["audience"] == ["自然人", "企业", "老年人"]


def test_spaces_around_and_empty_lines_are_no_part_of_a_text() -> None:
    report = with_cell("相似问", "\n".join(["", *(f"　 第{i}问 " for i in range(8)), "  "]))
    assert report.records[0].content["similar"] == [f"第{i}问" for i in range(8)]


def test_too_few_stored_questions_are_counted() -> None:
    (problem,) = with_cell("相似问", "就一条").wrong
    assert (problem.field, problem.message) == ("相似问", "至少要 8 条，现有 1 条")


def test_a_required_cell_must_be_filled() -> None:
    (problem,) = with_cell("答案", None).wrong
    assert problem == RowProblem(2, "答案", "必填，没有填（确实没有的写“（无）”）")


def test_formulas_and_error_values_are_refused() -> None:
    (problem,) = with_cell("答案", "=A1&A2").wrong
    assert (problem.row, problem.field) == (2, "答案") and "公式" in problem.message
    (problem,) = with_cell("答案", "#N/A").wrong
    assert "错误值" in problem.message


def test_a_date_in_a_text_column_is_refused_not_turned_into_a_number() -> None:
    (problem,) = with_cell("到办事现场次数", date(2026, 1, 2), "guide", "事项").wrong
    assert problem.field == "事项·到办事现场次数" and "被表格当成了日期" in problem.message


def test_control_characters_are_refused() -> None:
    with pytest.raises(CellError, match=r"控制字符（U\+0007）"):
        value_of(Format(Type.TEXT), "带\x07铃")
    report = read_file("a.json", export("qa", [qa(answer="带\x00零")], "json"), "qa", KNOWN)
    assert "U+0000" in report.wrong[0].message and report.records == ()


def hide_row(workbook: openpyxl.Workbook) -> None:
    workbook["答问"].row_dimensions[3].hidden = True


def hide_column(workbook: openpyxl.Workbook) -> None:
    workbook["答问"].column_dimensions["D"].hidden = True


def merge(workbook: openpyxl.Workbook) -> None:
    workbook["答问"].merge_cells("E2:E3")


def test_a_hidden_row_is_refused_and_the_others_stand() -> None:
    report = edited("qa", [qa(1), qa(2), qa(3)], hide_row)
    (problem,) = report.wrong
    assert problem.row == 3 and "隐藏" in problem.message
    assert [record.key for record in report.records] == ["qa-x-1", "qa-x-3"]


def test_a_hidden_column_refuses_the_whole_sheet() -> None:
    report = edited("qa", [qa(1), qa(2)], hide_column)
    assert report.records == () and report.wrong == (RowProblem(1, "答案", "这一列被隐藏了，请取消隐藏，看过内容再导入"),)


def test_a_hidden_sheet_is_refused() -> None:
    def hide(workbook: openpyxl.Workbook) -> None:
        workbook["收费"].sheet_state = "hidden"

    report = edited("guide", [guide()], hide)
    assert report.records == () and report.wrong[0].field == "收费" and "隐藏" in report.wrong[0].message


def test_merged_cells_are_refused_in_every_row_they_reach() -> None:
    report = edited("qa", [qa(1), qa(2), qa(3)], merge)
    merged = [problem for problem in report.wrong if "E2:E3 是合并单元格" in problem.message]
    assert [problem.row for problem in merged] == [2, 3] and [record.key for record in report.records] == ["qa-x-3"]


def test_one_number_merged_over_the_rows_of_one_guide_is_understood() -> None:
    materials = [dict(SAMPLES["guide"]["materials"][0], material_name=name, when=[]) for name in ("甲表", "乙证", "丙书")]

    def merge_key(workbook: openpyxl.Workbook) -> None:
        workbook["申请材料"].merge_cells("A2:A4")

    report = edited("guide", [guide(materials=materials)], merge_key)
    assert report.wrong == ()
    assert [material["material_name"] for material in report.records[0].content["materials"]] == ["甲表", "乙证", "丙书"]


def test_a_row_of_no_guide_keeps_the_whole_file_out() -> None:
    def stray(workbook: openpyxl.Workbook) -> None:
        sheet = workbook["申请材料"]
        sheet.append([cell.value for cell in sheet[2]])
        sheet.cell(3, 1).value = "hz-exmaple"

    report = edited("guide", [guide()], stray)
    assert report.records == (), "the guide could lack the material of the stray row"
    assert report.wrong == (RowProblem(3, "申请材料·编号", "“事项”表里没有编号 hz-exmaple"),)


def test_nothing_said_about_fees_is_not_free_of_charge() -> None:
    report = edited("guide", [guide()], lambda workbook: workbook["收费"].delete_rows(2))
    (problem,) = report.wrong
    assert problem.field == "收费" and "确实没有的，写一行编号加“（无）”" in problem.message


def test_none_and_something_cannot_both_be_true() -> None:
    report = edited("guide", [guide()], lambda workbook: workbook["收费"].append(["hz-example", "（无）"]))
    assert "既有“（无）”又有别的行" in report.wrong[0].message


def test_a_number_used_twice_is_refused_at_the_second_row() -> None:
    report = edited("qa", [qa(1), qa(1)], lambda _: None)
    assert report.wrong == (RowProblem(3, "编号", "编号 qa-x-1 与第 2 行重复，请合成一行或改编号"),)


def test_conditions_name_choices_and_options_that_exist() -> None:
    report = with_cell("需要的情形", "birth=have或none", "guide", "申请材料")
    assert report.records[0].content["materials"][0]["when"] == [{"birth": ["have", "none"]}]
    (problem,) = with_cell("需要的情形", "带着出生证的", "guide", "申请材料").wrong
    assert problem.field == "申请材料·需要的情形" and "问题代号=选项代号" in problem.message
    (problem,) = with_cell("需要的情形", "birth=maybe", "guide", "申请材料").wrong
    assert problem.row == 2 and "没有选项 maybe（有：have、none）" in problem.message


def test_columns_in_another_order_remarks_above_and_columns_of_ones_own_are_fine() -> None:
    def rearrange(workbook: openpyxl.Workbook) -> None:
        sheet = workbook["答问"]
        sheet.title = "Sheet1"
        sheet.move_range("A1:S3", rows=1)
        sheet["A1"] = "2026年答问汇总"
        sheet["X2"], sheet["X3"] = "经办人", "张三"
        sheet["B2"] = " 标准问*（必填）\n"
        workbook.create_sheet("草稿")["A1"] = "随手记"

    report = edited("qa", [qa(1)], rearrange)
    assert report.wrong == () and report.records[0].row == 3
    assert [passage.where for passage in report.not_understood] == ["答问 第2行 X列", "答问 第1行（表头以上）", "工作表“草稿”"]


def test_a_missing_column_and_a_column_twice_are_named() -> None:
    workbook = openpyxl.load_workbook(io.BytesIO(export("qa", [qa()], "xlsx")))
    sheet = workbook["答问"]
    sheet["D1"], sheet["E1"] = "回答", "人群"
    buffer = io.BytesIO()
    workbook.save(buffer)
    report = read_file("a.xlsx", buffer.getvalue(), "qa", KNOWN)
    told = {(problem.field, problem.message) for problem in report.wrong}
    assert ("答案", "缺少“答案”这一列，请用下载的模板填写") in told and ("人群", "有两列都叫“人群”，请删去一列") in told


def test_the_other_kinds_table_is_recognised() -> None:
    with pytest.raises(ExchangeError, match="这像是答问的表格"):
        read_file("a.xlsx", export("qa", [qa()], "xlsx"), "guide", KNOWN)
    with pytest.raises(ExchangeError, match="这像是办事指南，不是答问"):
        read_file("a.json", export("guide", [guide()], "json"), "qa", KNOWN)
    with pytest.raises(ExchangeError, match="办事指南有好几张表"):
        read_file("a.csv", "编号,事项名称,领域,日常用语\nx,y,z,w\n".encode(), "guide", KNOWN)


def test_csv_with_other_delimiters_is_read() -> None:
    text = export("qa", [qa(1, basis=[])], "csv").decode("utf-8-sig")
    for delimiter in (";", "\t"):
        changed = text.replace(",", delimiter)
        assert read_file("a.txt", changed.encode(), "qa", KNOWN).records[0].key == "qa-x-1"


def test_entries_of_json_and_yaml_are_counted_and_their_fields_named_in_chinese() -> None:
    report = read_file(
        "a.json",
        export("guide", [guide(), guide(id="hz-b", task_type="审批", colour="红", materials=[{"copies": 0}])], "json"),
        "guide",
        KNOWN,
    )
    assert [record.key for record in report.records] == ["hz-example"]
    told = {problem.field: problem.message for problem in report.wrong}
    assert {problem.row for problem in report.wrong} == {2}
    assert "行政许可、行政给付" in told["事项类型"] and told["colour"].startswith("没有这一栏")
    assert told["申请材料 第1项 份数"] == "不能小于 1" and "必填" in told["申请材料 第1项 名称"]


def test_yes_and_no_without_quotation_marks_are_the_words_in_yaml() -> None:
    text = export("guide", [guide(materials=[dict(SAMPLES["guide"]["materials"][0], e_license_exempt="no", when=[])])], "yaml").decode()
    changed = text.replace("e_license_exempt: 'no'", "e_license_exempt: no")
    assert changed != text
    assert read_file("a.yml", changed.encode(), "guide", KNOWN).records[0].content["materials"][0]["e_license_exempt"] == "no"


def test_damaged_text_keeps_its_record_out_and_the_passage_is_quoted() -> None:
    report = read_file("a.json", export("qa", [qa(1, answer="请到派出锟斤拷办理。"), qa(2)], "json"), "qa", KNOWN)
    (problem,) = report.wrong
    assert (problem.row, problem.field) == (1, "答案") and "锟斤拷" in problem.message and "请换用原始文件" in problem.message
    assert [record.key for record in report.records] == ["qa-x-2"]


@pytest.mark.parametrize("kind", ["guide", "qa"])
def test_the_template_explains_every_column_and_its_sample_is_passed_over(kind: Kind) -> None:
    data = template(kind)
    with pytest.raises(ExchangeError, match="只有表头，没有内容"):
        read_file("模板.xlsx", data, kind, KNOWN)
    workbook = openpyxl.load_workbook(io.BytesIO(data))
    explained = {(row[0].value, row[1].value): str(row[4].value or "") for row in workbook["说明"].iter_rows(min_row=2)}
    for sheet in layout(kind):
        assert [cell.value for cell in workbook[sheet.name][1]] == [column.header for column in sheet.columns]
        assert str(workbook[sheet.name]["A2"].value).startswith("示例")
        for column in sheet.columns:
            assert (sheet.name, column.header) in explained
            if column.form.type is Type.LABEL:
                assert explained[sheet.name, column.header] == "、".join(column.form.labels)


def test_label_columns_of_the_template_have_drop_downs() -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(template("guide")))["事项"]
    position = at(sheet, "办件类型").coordinate
    (validation,) = [one for one in sheet.data_validations.dataValidation if position in one.sqref]
    assert validation.formula1 == '"即办件,承诺件,上报件,联办件"'


def test_a_filled_in_template_is_imported() -> None:
    workbook = openpyxl.load_workbook(io.BytesIO(template("qa")))
    sheet = workbook["答问"]
    sheet.append([cell.value for cell in sheet[2]])
    sheet["A3"], sheet["C3"] = "qa-new-1", "\n".join(f"新问法{i}" for i in range(8))
    buffer = io.BytesIO()
    workbook.save(buffer)
    report = read_file("模板.xlsx", buffer.getvalue(), "qa", KNOWN)
    assert report.wrong == () and [record.key for record in report.records] == ["qa-new-1"] and report.rows == 1


def test_every_closed_list_of_a_guide_is_written_in_chinese() -> None:
    for name, info in Guide.model_fields.items():
        labels = labels_of(info.annotation, name)
        assert labels is None or all("一" <= label[0] <= "鿿" for label in labels), name


@pytest.mark.parametrize("value", [float("inf"), float("nan"), 10**400, "9" * 5000, "=" * 10, "１" * 40])
def test_odd_values_in_a_number_column_are_refused(value: Value) -> None:
    with pytest.raises(CellError):
        value_of(Format(Type.WHOLE), value)


@pytest.mark.parametrize("kind", ["guide", "qa"])
def test_every_sheet_and_column_stands_in_the_documentation(kind: Kind) -> None:
    text = (Path(__file__).resolve().parents[2] / "docs" / "exchange.md").read_text(encoding="utf-8")
    for sheet in layout(kind):
        line = next(line for line in text.splitlines() if line.startswith(f"| {sheet.name} |"))
        for column in sheet.columns:
            whole, _, part = column.header.partition("·")
            assert whole in line and part in line, column.header


def test_every_limit_stands_in_the_documentation() -> None:
    text = (Path(__file__).resolve().parents[2] / "docs" / "exchange.md").read_text(encoding="utf-8")
    for limit in fields(Limits):
        assert f"| `{limit.name}` |" in text
