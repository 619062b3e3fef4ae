"""Whatever bytes are uploaded, the answer is a report or one Chinese sentence an editor can act on, soon and with little memory."""

from __future__ import annotations

import io
import random
import re
import time
import tracemalloc
import zipfile
from typing import Any

import docx
import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from banshi.knowledge.exchange import ExchangeError, ImportReport, Known, Limits, export, print_guide, read_file
from banshi.knowledge.exchange.report import Kind
from banshi.knowledge.exchange.samples import SAMPLES
from banshi.knowledge.guide import Guide

QA: dict[str, Any] = {
    **{key: value for key, value in SAMPLES["qa"].items() if value is not None},
    "id": "qa-x-1",
    "similar": [f"第{i}种问法怎么问" for i in range(8)],
}
GUIDE: dict[str, Any] = {**SAMPLES["guide"], "id": "hz-example"}
VALID: dict[str, tuple[Kind, bytes]] = {
    "a.xlsx": ("qa", export("qa", [QA], "xlsx")),
    "g.xlsx": ("guide", export("guide", [GUIDE], "xlsx")),
    "a.csv": ("qa", export("qa", [QA], "csv")),
    "a.json": ("qa", export("qa", [QA], "json")),
    "a.yml": ("guide", export("guide", [GUIDE], "yaml")),
    "g.docx": ("guide", print_guide(Guide.model_validate(GUIDE), "docx")),
    "g.html": ("guide", print_guide(Guide.model_validate(GUIDE), "html")),
}


def refused(data: bytes, name: str = "文件.xlsx", kind: Kind = "qa", limits: Limits | None = None) -> str:
    with pytest.raises(ExchangeError) as caught:
        read_file(name, data, kind, Known(), *([limits] if limits is not None else []))
    sentence = str(caught.value)
    assert re.search("[一-鿿]", sentence)
    return sentence


def package(parts: dict[str, bytes], base: bytes | None = None, compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    """An Office file with some parts replaced or added."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", compression) as changed:
        if base is not None:
            with zipfile.ZipFile(io.BytesIO(base)) as original:
                for name in original.namelist():
                    if name not in parts:
                        changed.writestr(name, original.read(name))
        for name, data in parts.items():
            changed.writestr(name, data)
    return buffer.getvalue()


def part(base: bytes, name: str) -> str:
    with zipfile.ZipFile(io.BytesIO(base)) as original:
        return original.read(name).decode()


def test_fifty_megabytes_are_refused_before_anything_looks_into_them() -> None:
    data = b"PK\x03\x04" + bytes(50 * 1024 * 1024)
    tracemalloc.start()
    started = time.perf_counter()
    sentence = refused(data)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert "50.0 MB，超过上限 10.0 MB，请拆成几个文件" in sentence
    assert peak < 1024 * 1024 and time.perf_counter() - started < 1
    assert "超过上限" in refused(VALID["a.json"][1], "a.json", limits=Limits(upload=100))


def test_an_empty_file_is_refused() -> None:
    assert "文件是空的" in refused(b"")
    assert "不认得这种文件" in refused(b"   \n\n  ")


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "旧版 .xls"),
        (b"%PDF-1.7\n", "PDF"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "不认得这种文件"),
        (package({"a.txt": b"x"}), "压缩包"),
        (package({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet"}), "压缩包"),
        ("就是一段话，不是表格".encode(), "不认得这种文件"),
        (b"\x7fELF\x02\x01\x01\x00", "不认得这种文件"),
    ],
)
def test_other_formats_are_refused_with_the_accepted_ones_named(data: bytes, told: str) -> None:
    sentence = refused(data)
    assert told in sentence and "可以导入：Excel 表格（.xlsx）、CSV、JSON、YAML" in sentence


def test_the_content_decides_not_the_name() -> None:
    for name in ("a.xlsx", "a.csv", "a.json"):
        kind, data = VALID[name]
        report = read_file("图片.png", data, kind, Known())
        assert report.wrong == () and report.format == name.partition(".")[2]


def test_broken_workbooks_are_refused() -> None:
    whole = VALID["a.xlsx"][1]
    assert "损坏" in refused(whole[: len(whole) // 2])
    assert "损坏" in refused(package({"xl/worksheets/sheet1.xml": b"<worksheet><sheetData><row"}, whole))
    assert "没有找到“答问”表" in refused(package({"xl/workbook.xml": b"<a/>"}, whole))
    assert "损坏" in refused(package({"xl/styles.xml": b"\x00\x01"}, whole))


def test_a_zip_bomb_is_refused_without_unpacking_it() -> None:
    bomb = package({"xl/media/a.bin": bytes(300 * 1024 * 1024)}, VALID["a.xlsx"][1])
    assert len(bomb) < 1024 * 1024
    tracemalloc.start()
    sentence = refused(bomb)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert "超过上限 100.0 MB" in sentence and peak < 5 * 1024 * 1024
    small = package({"xl/media/a.bin": bytes(50 * 1024 * 1024)}, VALID["a.xlsx"][1])
    assert "压缩炸弹" in refused(small)
    assert "压缩炸弹" in refused(package({"word/document.xml": b" " * 50 * 1024 * 1024}), kind="guide")


def test_a_part_whose_size_is_lied_about_unpacks_to_no_more_than_it_says() -> None:
    name = "xl/worksheets/sheet1.xml"
    data = package({name: b" " * 30 * 1024 * 1024}, VALID["a.xlsx"][1])
    real = (30 * 1024 * 1024).to_bytes(4, "little")
    assert data.count(real) == 2
    assert "损坏" in refused(data.replace(real, (1000).to_bytes(4, "little")))


def test_archives_inside_are_refused() -> None:
    inner = package({"x.txt": b"x" * 100})
    assert "套着别的压缩文件" in refused(package({"xl/embeddings/a.bin": inner}, VALID["a.xlsx"][1]))
    assert "套着别的压缩文件" in refused(package({"word/embeddings/b.xlsx": VALID["a.xlsx"][1]}, VALID["g.docx"][1]), kind="guide")


def test_too_many_parts_macros_and_odd_compression_are_refused() -> None:
    base = VALID["a.xlsx"][1]
    assert "个部件" in refused(package({f"xl/p{i}.xml": b"<a/>" for i in range(2100)}, base))
    assert "宏" in refused(package({"xl/vbaProject.bin": b"x"}, base))
    assert "压缩方式" in refused(package({}, base, zipfile.ZIP_LZMA))


LAUGHS = '<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
OUTSIDE = '<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a SYSTEM "file:///etc/passwd">]>'


@pytest.mark.parametrize("declaration", [LAUGHS, OUTSIDE])
@pytest.mark.parametrize(
    ("name", "inside"),
    [
        ("a.xlsx", "xl/worksheets/sheet1.xml"),
        ("a.xlsx", "docProps/core.xml"),
        ("g.docx", "word/document.xml"),
        ("g.docx", "word/styles.xml"),
    ],
)
def test_entities_in_office_files_are_refused(name: str, inside: str, declaration: str) -> None:
    kind, base = VALID[name]
    text = re.sub(r"^<\?xml[^>]*\?>", "", part(base, inside))
    for encoding in ("utf-8", "utf-16"):
        head = declaration.replace('"1.0"', f'"1.0" encoding="{encoding}"')
        assert "文档类型声明" in refused(package({inside: (head + text).encode(encoding)}, base), kind=kind)


def test_entities_in_pages_are_refused() -> None:
    page = VALID["g.html"][1].decode().replace("<!doctype html>", '<!DOCTYPE html [<!ENTITY a "ha">]>')
    assert "实体声明" in refused(page.encode(), "a.html", "guide")


def test_a_hundred_thousand_rows_are_refused() -> None:
    rows = "".join(f'<row r="{i}"><c r="A{i}" t="inlineStr"><is><t>qa-x-{i}</t></is></c></row>' for i in range(2, 100_002))
    sheet = part(VALID["a.xlsx"][1], "xl/worksheets/sheet1.xml").replace("</sheetData>", f"{rows}</sheetData>")
    started = time.perf_counter()
    assert "超过 20000 行，请拆成几个文件" in refused(package({"xl/worksheets/sheet1.xml": sheet.encode()}, VALID["a.xlsx"][1]))
    line = VALID["a.csv"][1].decode("utf-8-sig").split("\r\n")[0]
    assert "超过 20000 行" in refused((line + "\n" + "qa-x,b\n" * 100_000).encode(), "a.csv")
    assert "100000 条，超过上限 20000 条" in refused(b"[" + b"{}," * 99_999 + b"{}]", "a.json")
    assert time.perf_counter() - started < 20


def test_a_lonely_cell_in_the_last_row_or_column_costs_nothing() -> None:
    sheet = part(VALID["a.xlsx"][1], "xl/worksheets/sheet1.xml")
    last_row = sheet.replace("</sheetData>", '<row r="1048576"><c r="A1048576"><v>1</v></c></row></sheetData>')
    empty_row = sheet.replace("</sheetData>", '<row r="1048576"><c r="A1048576"/></row></sheetData>')
    last_column = sheet.replace("</sheetData>", '<row r="9"><c r="XFD9"><v>1</v></c></row></sheetData>')
    wide = sheet.replace("<sheetData>", '<cols><col min="1" max="999999999" hidden="1"/></cols><sheetData>')
    name, base = "xl/worksheets/sheet1.xml", VALID["a.xlsx"][1]
    started = time.perf_counter()
    assert "空了太多行" in refused(package({name: last_row.encode()}, base))
    assert read_file("a.xlsx", package({name: empty_row.encode()}, base), "qa", Known()).wrong == ()
    assert "以后的格子" in refused(package({name: last_column.encode()}, base))
    assert "隐藏" in read_file("a.xlsx", package({name: wide.encode()}, base), "qa", Known()).wrong[0].message
    assert time.perf_counter() - started < 5


def test_huge_spans_in_word_and_web_tables_cost_nothing() -> None:
    document = docx.Document()
    table = document.add_table(rows=1, cols=2)
    table.rows[0].cells[0].text, table.rows[0].cells[1].text = "事项名称", "某事项"
    buffer = io.BytesIO()
    document.save(buffer)
    text = part(buffer.getvalue(), "word/document.xml").replace("<w:tcPr>", '<w:tcPr><w:gridSpan w:val="2000000000"/>', 1)
    started = time.perf_counter()
    assert "没有认出" in refused(package({"word/document.xml": text.encode()}, buffer.getvalue()), kind="guide")
    page = "<table><tr><td colspan=999999999 rowspan=999999999>事项名称</td><td>某事项</td></tr></table>"
    assert "没有认出" in refused(page.encode(), "a.html", "guide")
    assert time.perf_counter() - started < 5


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("- &a [1]\n- *a\n", "用了引用"),
        ("a: " + "[" * 5000, "套得太深"),
        ("id: qa-x\nid: qa-y\nquestion: x\n", "“id”写了两次"),
        ("id: [1\nquestion", "第 3 行"),
        ("!!python/object/apply:os.system ['true']\n", "不是有效的 YAML"),
        ("question: 2026-99-99\n", "不是有效的 YAML"),
        ("question: .inf\n", "无穷大"),
        ("question: !!binary aGk=\n", "认不得的内容类型"),
        ("- 一\n- 二\n", "应当是一条答问"),
        ("question: " + "9" * 5000, "不是有效的 YAML"),
    ],
)
def test_bad_yaml_is_refused(text: str, told: str) -> None:
    assert told in refused(text.encode(), "a.yml")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('[{"id": "a", "id": "b"}]', "“id”写了两次"),
        ("[" * 100_000, "JSON"),
        ('{"a": ' * 5000 + "1" + "}" * 5000, "JSON"),
        ('[{"version": NaN}]', "NaN"),
        ('[{"version": 1e999}]', "无穷大"),
        ('[{"version": ' + "9" * 5000 + "}]", "过长的数字"),
        ('{"id": "qa-x",}', "第 1 行"),
        ("[]", "应当是一条答问"),
        ("[1, 2]", "应当是一条答问"),
    ],
)
def test_bad_json_is_refused(text: str, told: str) -> None:
    assert told in refused(text.encode(), "a.json")


def test_wrong_encodings_are_named() -> None:
    text = VALID["a.csv"][1].decode("utf-8-sig")
    assert "UTF-16" in refused(text.encode("utf-16"), "a.csv")
    damaged = bytearray(text.encode())
    damaged[-40] = 0xFF
    assert "有损坏的字节，请换用原始文件" in refused(bytes(damaged), "a.csv")
    assert "控制字符（U+0007）" in refused(text.replace("答", "\x07", 1).encode(), "a.csv")
    misread = text.encode().decode("gb18030", errors="replace").encode()
    assert "没有找到“答问”表" in refused(misread, "a.csv"), "no heading can be recognised in text that was read with the wrong table"


def test_an_unclosed_quotation_mark_is_found() -> None:
    text = VALID["a.csv"][1].decode("utf-8-sig")
    assert "引号没有成对" in refused((text + '"没有关上').encode(), "a.csv")


def test_a_field_of_a_million_characters_is_refused_at_once() -> None:
    started = time.perf_counter()
    report = read_file("a.json", export("qa", [{**QA, "answer": "办" * 1_000_000}], "json"), "qa", Known())
    assert "超过一栏的上限 20000 字" in report.wrong[0].message and report.records == ()
    assert time.perf_counter() - started < 5


def answers(name: str, kind: Kind, data: bytes) -> None:
    """Reading gives a report, or the package's own error with a Chinese sentence; anything else fails the test."""
    try:
        report = read_file(name, data, kind, Known())
    except ExchangeError as error:
        assert re.search("[一-鿿]", str(error))
    else:
        assert isinstance(report, ImportReport)


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(["a.xlsx", "a.csv", "a.json", "a.yml", "a.html", "a"]), st.sampled_from(["guide", "qa"]), st.binary(max_size=400))
def test_any_bytes_are_answered(name: str, kind: Kind, data: bytes) -> None:
    answers(name, kind, data)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.sampled_from(["a.csv", "a.json", "a.yml", "a.html"]),
    st.sampled_from(["guide", "qa"]),
    st.text(st.sampled_from('编号标准问答案id:question-"\n\t ,;[]{}<>/table td&*!|\\0123年月'), max_size=200),
)
def test_any_text_is_answered(name: str, kind: Kind, text: str) -> None:
    head = {"a.csv": "编号,标准问,相似问,答案\n", "a.json": "[", "a.yml": "id: ", "a.html": "<table><tr><td>"}
    answers(name, kind, text.encode())
    answers(name, kind, (head[name] + text).encode())


@pytest.mark.parametrize("name", VALID)
def test_mutated_files_are_answered(name: str) -> None:
    kind, data = VALID[name]
    for seed in range(40):
        rng = random.Random(seed)
        changed = bytearray(data)
        for _ in range(rng.choice((1, 3, 30))):
            position = rng.randrange(len(changed))
            action = rng.random()
            if action < 0.5:
                changed[position] = rng.randrange(256)
            elif action < 0.75:
                del changed[position : position + rng.randrange(1, 50)]
            else:
                changed[position:position] = changed[rng.randrange(len(changed)) :][: rng.randrange(1, 50)]
        answers(name, kind, bytes(changed))


@pytest.mark.parametrize("name", ["a.xlsx", "g.xlsx", "g.docx"])
def test_office_files_mutated_inside_are_answered(name: str) -> None:
    """Changes behind the checksum: attributes, numbers, references and elements of the parts themselves."""
    kind, base = VALID[name]
    with zipfile.ZipFile(io.BytesIO(base)) as original:
        parts = {member: original.read(member) for member in original.namelist()}
    names = sorted(parts)
    for seed in range(30):
        rng = random.Random(seed)
        target = rng.choice(names)
        text = parts[target].decode("utf-8", errors="replace")
        values = list(re.finditer(r'"[^"<>]*"|>[^<>]+<', text))
        for match in sorted(rng.sample(values, min(len(values), rng.choice((1, 2, 8)))), key=lambda match: -match.start()):
            odd = rng.choice(
                ["", "-1", "0", "99999999999", "abc", "NaN", "A1:XFD1048576", "../../x", "1e400", "true", "&lt;", "s", "d", "e"]
            )
            quoted = match[0][0] == '"'
            text = text[: match.start()] + (f'"{odd}"' if quoted else f">{odd}<") + text[match.end() :]
        if rng.random() < 0.2:
            text = re.sub(r"<(\w+:)?(row|c|v|tc|tr|p|sheet|si)\b", lambda match, rng=rng: rng.choice([match[0], "<x"]), text)
        answers(name, kind, package({target: text.encode()}, base))
        missing = dict(parts)
        missing.pop(target)
        answers(name, kind, package(missing))


def test_a_workbook_by_another_program_is_read() -> None:
    """Without shared strings, styles of its own, or row numbers, as some exporters write."""
    workbook = openpyxl.load_workbook(io.BytesIO(VALID["a.xlsx"][1]))
    cells = [[cell.value for cell in row] for row in workbook["答问"].iter_rows()]
    rows = "".join(
        "<row>"
        + "".join(f'<c t="inlineStr"><is><t xml:space="preserve">{str(value or "").partition(" 00:")[0]}</t></is></c>' for value in row)
        + "</row>"
        for row in cells
    )
    sheet = f'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{rows}</sheetData></worksheet>'
    report = read_file("a.xlsx", package({"xl/worksheets/sheet1.xml": sheet.encode()}, VALID["a.xlsx"][1]), "qa", Known())
    assert report.wrong == () and report.records[0].content["answer"] == QA["answer"]
