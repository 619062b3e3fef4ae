"""A guide is printed whole as Word, PDF and HTML, and a print that comes back is read again."""

from __future__ import annotations

import base64
import copy
import io
import re
import zlib
from typing import Any

import docx
import pytest
from bs4 import BeautifulSoup

from banshi.knowledge.completeness import missing
from banshi.knowledge.elements import Element
from banshi.knowledge.exchange import ExchangeError, Known, print_guide, read_file
from banshi.knowledge.exchange.checking import content_of
from banshi.knowledge.exchange.printing import blocks_of
from banshi.knowledge.guide import Guide
from banshi.knowledge.library import Knowledge

FORMATS = ("docx", "pdf", "html")


def words_of(format: str, data: bytes) -> str:
    """The text of a print, as a program that reads it finds it."""
    if format == "html":
        return BeautifulSoup(data, "lxml").get_text("\n")
    if format == "docx":
        document = docx.Document(io.BytesIO(data))
        cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
        return "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells])
    return words_of_pdf(data)


def words_of_pdf(data: bytes) -> str:
    """Text shown in the content streams, in the encoding the font declares: UniGB-UCS2-H, two bytes a character."""
    assert b"/UniGB-UCS2-H" in data and b"/STSong-Light" in data
    told: list[str] = []
    for stream in re.findall(rb"/FlateDecode \][^>]*>>\s*stream\r?\n(.*?)endstream", data, re.DOTALL):
        content = zlib.decompress(base64.a85decode(stream.strip().removesuffix(b"~>")))
        for literal in re.findall(rb"\(((?:\\.|[^\\()])*)\)\s*Tj", content, re.DOTALL):
            raw = re.sub(
                rb"\\([0-7]{1,3}|.)",
                lambda m: (
                    bytes([int(m[1], 8)])
                    if m[1][:1].isdigit()
                    else {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}.get(m[1], m[1])
                ),
                literal,
                flags=re.DOTALL,
            )
            told.append(raw.decode("utf-16-be"))
    return "".join(told)


def squeezed(text: str) -> str:
    return re.sub(r"\s", "", text)


@pytest.mark.parametrize("format", FORMATS)
def test_a_print_tells_everything_once(format: str, knowledge: Knowledge) -> None:
    for guide in list(knowledge.guides.values())[:: 1 if format == "html" else 12]:
        told = squeezed(words_of(format, print_guide(guide, format)))
        said = [
            *(guide.task_name, guide.dept_name, guide.implementing_agency, guide.task_type, guide.project_type, guide.transact_place),
            *(guide.anticipate.text, guide.promise.text, guide.handle_area.text),
            *(guide.online_handle_depth.text, guide.limit_scene_num.text),
            *guide.aliases, *guide.server_type, *guide.handle_type, *guide.process, *guide.by_law,
            *(fact.text for fact in guide.accept_condition), *(material.material_name for material in guide.materials),
            *(material.note for material in guide.materials if material.note), *(fee.fee_stand for fee in guide.fees),
            *(situation.effect for situation in guide.situations), *(choice.ask for choice in guide.choices),
            *(option.label for choice in guide.choices for option in choice.options), *(item.name for item in guide.handle_items),
            *(note.text for note in guide.plain), *(point.text for point in guide.open_points), guide.confused_with or "",
            *(guide.id, guide.valid_from.isoformat(), f"版本{guide.version}"),
        ]  # fmt: skip
        absent = [value for value in said if squeezed(value).rstrip("。；;") not in told]
        assert absent == [], guide.id


def test_a_print_is_complete_by_the_check_that_answers_must_pass(knowledge: Knowledge) -> None:
    for guide in knowledge.guides.values():
        lines = "\n".join(line for block in blocks_of(guide) for line in getattr(block, "lines", ()))
        assert missing(guide, (Element.MATERIALS, Element.CONDITIONS, Element.TIME_LIMIT, Element.FEE), lines) == []


def test_a_print_says_nothing_that_belongs_to_a_conversation(knowledge: Knowledge) -> None:
    for guide in knowledge.guides.values():
        told = words_of("html", print_guide(guide, "html"))
        assert "回答几个小问题" not in told and "告诉我您在哪" not in told and "想看细目" not in told


def test_a_place_below_the_guides_region_is_told_that_its_rules_are_not_held(knowledge: Knowledge) -> None:
    guide = knowledge.guides["hz-newborn"]
    for format in FORMATS:
        told = squeezed(words_of(format, print_guide(guide, format, place="延吉市")))
        assert "带*的内容延吉市可能有自己的规定，这里没有收录" in told
        assert "延吉市" not in squeezed(words_of(format, print_guide(guide, format)))


def odd(guide: Guide) -> Guide:
    text = '<script>alert("1")</script> & </td> {{7*7}} =1+1 &lt; \x07'
    return guide.model_copy(update={"task_name": text, "transact_place": text, "aliases": (text,), "process": (text, "<b>第二步")})


@pytest.mark.parametrize("format", FORMATS)
def test_nothing_in_a_guide_is_taken_for_markup(format: str, knowledge: Knowledge) -> None:
    data = print_guide(odd(knowledge.guides["hz-newborn"]), format)
    told = squeezed(words_of(format, data))
    assert '<script>alert("1")</script>&</td>{{7*7}}=1+1&lt;' in told and "<b>第二步" in told
    if format == "html":
        assert b"<script" not in data and BeautifulSoup(data, "lxml").find("script") is None


def test_a_page_stands_alone(knowledge: Knowledge) -> None:
    page = print_guide(knowledge.guides["hz-newborn"], "html").decode()
    assert not re.search(r"(?:src|href|url)\s*[=(]", page, re.IGNORECASE)
    assert "default-src 'none'" in page and '<meta charset="utf-8">' in page


def test_word_shows_chinese_in_a_chinese_font(knowledge: Knowledge) -> None:
    document = docx.Document(io.BytesIO(print_guide(knowledge.guides["hz-newborn"], "docx")))
    for name, font in (("Normal", "宋体"), ("Heading 1", "黑体"), ("Title", "黑体")):
        fonts = document.styles[name].element.rPr.rFonts
        assert {value for key, value in fonts.attrib.items() if key.endswith(("eastAsia", "ascii"))} == {font}


def test_the_same_guide_gives_the_same_pdf(knowledge: Knowledge) -> None:
    guide = knowledge.guides["hz-idcard-reissue"]
    assert print_guide(guide, "pdf") == print_guide(guide, "pdf")


def test_another_format_is_refused(knowledge: Knowledge) -> None:
    with pytest.raises(ExchangeError, match="不能打印成 xlsx，可以打印成 docx、pdf、html"):
        print_guide(knowledge.guides["hz-newborn"], "xlsx")


NOT_PRINTED = {"questions", "also_asks", "korean", "evidence", "review_priority"}
"""For the search and for planning; no part of what a reader is told."""


def as_printed(content: dict[str, Any]) -> dict[str, Any]:
    """What a print can give back: choices numbered in order, without cues; no word on whether a basis was checked; no last full stop."""
    content = copy.deepcopy({name: value for name, value in content.items() if name not in NOT_PRINTED})
    choices = content.get("choices", [])
    ids = {choice["id"]: f"q{number}" for number, choice in enumerate(choices, 1)}
    options = {(choice["id"], option["id"]): f"o{number}" for choice in choices for number, option in enumerate(choice["options"], 1)}

    def renamed(condition: list[dict[str, list[str]]]) -> list[dict[str, list[str]]]:
        return [{ids[choice]: [options[choice, option] for option in named] for choice, named in part.items()} for part in condition]

    for choice in choices:
        for option in choice["options"]:
            option["id"] = options[choice["id"], option["id"]]
            option.pop("words", None)
        choice["id"] = ids[choice["id"]]
    for number, item in enumerate(content.get("handle_items", []), 1):
        item["id"] = f"h{number}"
    for name, part in (("choices", "when"), ("materials", "when"), ("situations", "applies"), ("handle_items", "when")):
        for entry in content.get(name, []):
            if part in entry:
                entry[part] = renamed(entry[part])
    return bare(content)


def bare(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: bare(part) for name, part in value.items() if name != "basis_checked"}
    if isinstance(value, list):
        return [bare(part) for part in value]
    return value.rstrip("。；;") if isinstance(value, str) else value


@pytest.mark.timeout(300)
@pytest.mark.parametrize("format", ["docx", "html"])
def test_a_print_that_comes_back_is_read_to_ninety_five_percent_and_more(format: str, knowledge: Knowledge) -> None:
    known = Known.of(knowledge)
    fields = equal = 0
    for guide in knowledge.guides.values():
        report = read_file(f"打印.{format}", print_guide(guide, format), "guide", known)
        (record,) = report.records
        assert report.wrong == () and report.not_understood == () and record.key == guide.id
        assert record.missing == ("核实优先级", "相似问"), "what a print does not tell is named"
        wanted, found = as_printed(content_of(guide)), bare(record.content)
        fields += len(wanted)
        equal += sum(found.get(name) == value for name, value in wanted.items())
        assert found.keys() - wanted.keys() <= {"region"}, "nothing is made up"
    # 98.6 % when this was written: where a material and its exemption differ by place the one mark does not tell which, and
    # behind an unmarked statement brackets may be its basis or its own.
    assert equal / fields >= 0.98


def test_every_extra_field_of_a_guide_is_printed_and_comes_back(knowledge: Knowledge) -> None:
    guide = knowledge.guides["hz-idcard-reissue"]
    content = content_of(guide)
    content["materials"] = [
        {**material, "is_need": "必要", "source_type": "申请人自备", "issuing_unit": "派出所", "plain_version": "户口本"}
        for material in content["materials"]
    ]
    content["anticipate"]["plain_version"] = "最多两个月"
    content["accept_condition"][0]["basis"] = "《居民身份证法》第十一条"
    content |= {
        "link_way": "0431-12345",
        "is_schedule": True,
        "result_name": "居民身份证",
        "use_level": "县级",
        "age_min": 16,
        "anticipate_day": 60,
    }
    content |= {
        "special_procedure": [{"name": "公示", "time_limit": "7日"}],
        "steps": [{"name": "受理", "days": 1}],
        "other_dept": ["甲局", "乙局"],
    }
    content |= {"retired": {"since": "2030-01-01", "told": "这个事项不办了。"}, "litigation": {"dept": "县法院", "phone": "0431-1"}}
    extended = Guide.model_validate(content)
    for format in ("docx", "html"):
        report = read_file("a", print_guide(extended, format), "guide", Known())
        found = report.records[0].content
        wanted = as_printed(content_of(extended))
        names = ["link_way", "is_schedule", "result_name", "use_level", "age_min", "anticipate_day", "other_dept", "retired", "litigation"]
        assert {name: bare(found.get(name)) for name in names} == {name: wanted[name] for name in names}
        assert [(step["name"], step["days"]) for step in found["steps"]] == [("受理", 1)] and found["special_procedure"][0][
            "name"
        ] == "公示"
        assert found["materials"][0]["source_type"] == "申请人自备" and found["materials"][0]["plain_version"] == "户口本"
        assert found["anticipate"]["plain_version"] == "最多两个月" and found["accept_condition"][0]["basis"] == "《居民身份证法》第十一条"
