"""Policy texts become numbered passages that an answer can cite, and stay so on disk."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from banshi.knowledge.errors import KnowledgeError
from banshi.knowledge.policies import Policy
from banshi.knowledge.policy_import import import_policy, load_policies, write_policy
from banshi.knowledge.render import render_passage
from banshi.search.engine import Engine
from banshi.search.result import SearchRequest

POLICIES = Path(__file__).resolve().parents[2] / "knowledge" / "policies"

TEXT = """近日，本报记者从省里获悉，一份文件已经印发。

吉林省人民政府办公厅

关于做好窗口延时服务的

实施意见

吉政办发〔2023〕88号

各市（州）人民政府：

　　根据《国务院关于加快推进政务服务标准化规范化便利化的指导意见》（国发〔2022〕5号），提出如下意见。

　　一、总体要求

　　坚持群众需要什么就办什么。

　　二、主要任务

　　（一）延长服务时间。周六上午开放综合窗口。工作日午间不休息。

　　1.公布时间表。每月底前公布下个月的安排（模板见：https://example.org/a.xls），电子版发送至chuli@example.org。

　　2.安排人员。实行轮班。

　　(二)做好保障。各地要落实经费。

　　三、组织领导

　　（一）加强督导。每季度通报一次。

吉林省人民政府办公厅

2023年5月6日

（此件公开发布）

抄送：省委各部门。
"""


@pytest.fixture
def policy() -> Policy:
    return import_policy(TEXT, source="延时服务.txt")


def test_a_citation_has_title_number_organ_date_and_region(policy: Policy) -> None:
    assert policy.title == "吉林省人民政府办公厅关于做好窗口延时服务的实施意见"
    assert policy.document_number == "吉政办发〔2023〕88号"
    assert policy.organ == "吉林省人民政府办公厅"
    assert policy.issued == date(2023, 5, 6)
    assert policy.region == "220000"
    assert policy.id == "policy-jilin-2023-88"


def test_every_section_with_text_is_one_passage_under_its_printed_number(policy: Policy) -> None:
    assert [(p.number, p.heading) for p in policy.passages] == [
        ("前言", ""),
        ("一", "总体要求"),
        ("二（一）", "延长服务时间"),
        ("二（一）1", "公布时间表"),
        ("二（一）2", "安排人员"),
        ("二（二）", "做好保障"),
        ("三（一）", "加强督导"),
    ]


def test_passages_hold_the_document_and_nothing_around_it(policy: Policy) -> None:
    texts = {p.number: p.text for p in policy.passages}
    assert texts["前言"].startswith("各市（州）人民政府：\n根据《国务院关于")
    assert texts["二（一）"] == "周六上午开放综合窗口。工作日午间不休息。"
    assert texts["三（一）"] == "每季度通报一次。"
    assert not any("记者" in text or "抄送" in text for text in texts.values())


def test_mail_addresses_and_links_are_left_out(policy: Policy) -> None:
    texts = {p.number: p.text for p in policy.passages}
    assert texts["二（一）1"] == "每月底前公布下个月的安排。"


def test_metadata_in_front_of_the_title_is_read() -> None:
    metadata = "发文机关: 山东省人民政府 成文日期: 2022-05-11\n发文字号: 鲁政发〔2022〕9号 发布日期: 2022-05-12\n"
    text = f"{metadata}\n关于优化大厅服务的\n通知\n\n一、要求\n\n各地抓好落实。\n"
    policy = import_policy(text, source="通知.txt")
    assert (policy.organ, policy.document_number, policy.issued) == ("山东省人民政府", "鲁政发〔2022〕9号", date(2022, 5, 11))
    assert (policy.id, policy.region) == ("policy-shandong-2022-9", "370000")


def test_another_document_named_in_a_sentence_is_not_its_own_number() -> None:
    policy = import_policy(TEXT.replace("吉政办发〔2023〕88号\n", ""), source="延时服务.txt", policy_id="policy-jilin-late-hours")
    assert policy.document_number is None
    assert policy.id == "policy-jilin-late-hours"


@pytest.mark.parametrize(
    ("text", "missing"),
    [
        ("一、要求\n吉林省各地抓好落实。\n", "标题"),
        ("吉林省窗口服务管理办法\n各地抓好落实。\n", "编号"),
        ("窗口服务管理办法\n一、要求\n各地抓好落实。\n", "哪个省"),
    ],
)
def test_a_text_that_cannot_be_cited_says_what_is_missing(text: str, missing: str) -> None:
    with pytest.raises(KnowledgeError, match=missing) as error:
        import_policy(text, source="某文件.txt")
    assert "某文件.txt" in str(error.value)


def test_what_is_written_is_what_is_read(policy: Policy, tmp_path: Path) -> None:
    assert write_policy(policy, tmp_path).name == "policy-jilin-2023-88.yml"
    assert load_policies(tmp_path) == [policy]


def test_a_second_import_of_one_document_replaces_it_and_another_document_does_not(policy: Policy, tmp_path: Path) -> None:
    write_policy(policy, tmp_path)
    write_policy(policy.model_copy(update={"issued": date(2023, 5, 7)}), tmp_path)
    assert load_policies(tmp_path)[0].issued == date(2023, 5, 7)
    with pytest.raises(KnowledgeError, match="不能覆盖"):
        write_policy(policy.model_copy(update={"document_number": "吉政发〔2023〕88号"}), tmp_path)
    assert load_policies(tmp_path)[0].document_number == "吉政办发〔2023〕88号"


def test_a_broken_file_is_named_with_its_field(tmp_path: Path) -> None:
    (tmp_path / "policy-x.yml").write_text("id: policy-x\ntitle: 某意见\n", encoding="utf-8")
    with pytest.raises(KnowledgeError, match=r"policy-x\.yml.*organ"):
        load_policies(tmp_path)


def test_stored_policies_can_be_cited() -> None:
    policies = {policy.id: policy for policy in load_policies(POLICIES)}
    assert {
        "policy-jilin-2021-14",
        "policy-jilin-2020-one-window",
        "policy-jilin-cross-province",
        "policy-shandong-2022-7",
    } <= set(policies)
    norm = policies["policy-jilin-2021-14"]
    assert (norm.document_number, norm.issued) == ("吉政办发〔2021〕14号", date(2021, 4, 1))
    assert [p.heading for p in norm.passages if p.number == "十五"] == ["全面推行政务服务“好差评”制度"]
    assert policies["policy-shandong-2022-7"].region == "370000"
    for policy in policies.values():
        assert all("@" not in p.text and "http" not in p.text for p in policy.passages)


def test_a_text_is_in_force_from_its_first_day_to_the_day_before_it_ends(policy: Policy) -> None:
    dated = policy.model_copy(update={"effective": date(2026, 7, 1), "expires": date(2027, 1, 1)})
    days = (date(2026, 6, 30), date(2026, 7, 1), date(2026, 12, 31), date(2027, 1, 1))
    assert [dated.in_force(day) for day in days] == [False, True, True, False]
    assert all(policy.in_force(day) for day in days)


def test_where_it_is_published_is_quoted_with_the_passage_and_kept(policy: Policy, tmp_path: Path) -> None:
    assert "原文" not in render_passage(policy, policy.passages[0]).text
    told = policy.model_copy(update={"url": "https://www.jl.gov.cn/zwgk/88.html", "expires": date(2027, 1, 1)})
    told = Policy.model_validate(told.model_dump(exclude_unset=True))
    assert "原文：https://www.jl.gov.cn/zwgk/88.html" in render_passage(told, told.passages[0]).text
    write_policy(told, tmp_path)
    assert load_policies(tmp_path) == [told]


def test_a_text_that_is_no_longer_in_force_answers_nothing(engine: Engine) -> None:
    def cited(asked: Engine) -> set[str]:
        words = [passage.text[:40] for policy in engine.knowledge.policies.values() for passage in policy.passages[3:6]]
        found = [asked.search(SearchRequest(text=one)) for one in words]
        return {one.id for result in found for one in (*result.sources, *result.candidates) if one.kind == "policy"}

    policies = {name: policy.model_copy(update={"expires": date(2026, 1, 1)}) for name, policy in engine.knowledge.policies.items()}
    later = Engine(
        replace(engine.knowledge, policies=policies), engine.snapshot, engine.encoder, today=lambda: date(2026, 11, 22), portal_url=""
    )
    assert cited(engine) and not cited(later)
