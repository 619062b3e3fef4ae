"""Word documents and web pages become drafts: what they say is read, what is not understood is named, nothing is made up."""

from __future__ import annotations

import io
from typing import Any

import docx
import pytest

from banshi.knowledge.exchange import ExchangeError, ImportReport, Known, read_file

KNOWN = Known(guides={"cjg-temp-plate": "核发机动车临时行驶车号牌"})


def read(data: bytes, name: str = "指南.html") -> tuple[dict[str, Any], ImportReport]:
    report = read_file(name, data, "guide", KNOWN)
    assert report.wrong == () and len(report.records) == 1
    return report.records[0].content, report


def texts(report: ImportReport) -> str:
    return "\n".join(f"{passage.where} {passage.text}" for passage in report.not_understood)


PORTAL = """<!DOCTYPE html><html><head><title>吉林政务服务网</title><script>var a = "受理条件";</script></head><body>
<div class="nav"><ul><li><a href="/">首页</a></li><li><a href="/gr">个人办事</a></li><li>法人办事</li></ul></div>
<h1>道路旅客运输站经营许可办事指南</h1>
<h2>基本信息</h2>
<table class="info">
 <tr><td>事项名称</td><td>道路旅客运输站经营许可</td><td>事项类型</td><td>行政许可</td></tr>
 <tr><td>实施主体</td><td>县级交通运输主管部门</td><td>办件类型</td><td>承诺件</td></tr>
 <tr><td>法定办结时限</td><td>20（个工作日）</td><td>承诺办结时限</td><td>5个工作日</td></tr>
 <tr><td>服务对象</td><td>企业法人、事业法人</td><td>行使层级</td><td>县级</td></tr>
 <tr><td>通办范围</td><td>全县</td><td>到办事现场次数</td><td>1次</td></tr>
 <tr><td>是否收费</td><td>否</td><td>是否支持预约办理</td><td>是</td></tr>
 <tr><td>咨询方式</td><td colspan="3">0431-12345678</td></tr>
 <tr><td>办理地点</td><td colspan="3">长春市南关区人民大街1号政务大厅2楼A12窗口</td></tr>
 <tr><td>办理时间</td><td colspan="3">工作日 9:00-16:30</td></tr>
 <tr><td>跑动次数星级</td><td colspan="3">五星</td></tr>
</table>
<h2>受理条件</h2>
<div><p>（一）客运站经有关部门组织的工程竣工验收合格；</p><p>（二）有相应的专业人员和管理人员；</p><p>（三）有健全的业务操作规程和安全管理制度。</p></div>
<h2>申请材料</h2>
<table><thead><tr><th>序号</th><th>材料名称</th><th>材料类型</th><th>材料形式</th><th>材料必要性</th><th>份数</th><th>来源渠道</th><th>空白表格</th><th>备注</th></tr></thead>
<tbody>
<tr><td>1</td><td>道路旅客运输站经营申请表</td><td>申请表格文书</td><td>纸质</td><td>必要</td><td>原件1份</td><td>申请人自备</td><td><a>下载</a></td><td>加盖公章</td></tr>
<tr><td>2</td><td>竣工验收证明</td><td>证件证书证明</td><td>纸质/电子化</td><td>必要</td><td>2</td><td>政府部门核发</td><td>无</td><td></td></tr>
<tr><td>3</td><td>管理制度文本</td><td>其他</td><td>电子化</td><td>视情提供</td><td>1份</td><td>申请人自备</td><td></td><td></td></tr>
</tbody></table>
<h2>办理流程</h2>
<table><tr><th>环节名称</th><th>办理时限</th><th>审查标准</th></tr>
<tr><td>受理</td><td>1个工作日</td><td>材料齐全</td></tr><tr><td>审查</td><td>3个工作日</td><td></td></tr><tr><td>办结</td><td>1个工作日</td><td></td></tr></table>
<h2>收费标准</h2><p>不收费</p>
<h2>设定依据</h2>
<table><tr><th>法律法规名称</th><th>依据文号</th><th>条款号</th></tr>
<tr><td>《中华人民共和国道路运输条例》</td><td>国务院令第406号</td><td>第三十九条</td></tr></table>
<h2>监督投诉方式</h2><p>12345</p>
<div id="footer">版权所有 某某局 <span style="display:none">隐藏的统计代码</span></div>
<script>alert(1)</script></body></html>"""


def test_a_portal_page_with_paired_labels_and_tables() -> None:
    content, _ = read(PORTAL.encode())
    assert content["task_name"] == "道路旅客运输站经营许可"
    assert (content["task_type"], content["project_type"], content["use_level"]) == ("行政许可", "承诺件", "县级")
    assert content["implementing_agency"] == "县级交通运输主管部门"
    assert content["server_type"] == ["企业法人", "事业法人"]
    assert content["anticipate"] == {"text": "20（个工作日）", "certainty": "unsure"}
    assert content["promise"]["text"] == "5个工作日"
    assert content["limit_scene_num"]["text"] == "1"
    assert content["fees"] == [] and content["is_fee"] is False and content["is_schedule"] is True
    assert content["link_way"] == "0431-12345678" and content["supervise_way"] == "12345"
    assert [fact["text"] for fact in content["accept_condition"]] == [
        "客运站经有关部门组织的工程竣工验收合格",
        "有相应的专业人员和管理人员",
        "有健全的业务操作规程和安全管理制度。",
    ]
    assert content["process"] == ["受理", "审查", "办结"]
    assert content["steps"][1] == {"name": "审查", "days": 3.0, "day_type": "工作日"}
    assert content["by_law"] == ["《中华人民共和国道路运输条例》（国务院令第406号）第三十九条"]
    form, proof, rules = content["materials"]
    assert form == {
        "material_name": "道路旅客运输站经营申请表",
        "material_type": "申请表格文书",
        "material_format": "纸质",
        "is_need": "必要",
        "form": "原件",
        "page_num_y": 1,
        "copies": 1,
        "source_type": "申请人自备",
        "note": "加盖公章",
        "certainty": "unsure",
    }
    assert proof["copies"] == 2 and proof["material_format"] == "纸质/电子化" and "is_need" not in rules


def test_an_address_with_a_house_number_is_an_address_not_a_kind_of_place() -> None:
    content, _ = read(PORTAL.encode())
    assert content["transact_addr"].startswith("长春市南关区") and "transact_place" not in content


def test_what_a_page_says_besides_is_listed_with_its_place_and_never_lost() -> None:
    _, report = read(PORTAL.encode())
    told = texts(report)
    for piece in ("首页", "跑动次数星级 | 五星", "视情提供", "审查标准：材料齐全", "版权所有 某某局", "隐藏的统计代码"):
        assert piece in told
    assert "alert" not in told and "var a" not in told
    assert "第1个表格第10行" in told


def test_what_a_document_does_not_say_is_missing_not_made_up() -> None:
    content, report = read(PORTAL.encode())
    missing = report.records[0].missing
    assert "领域" in missing and "相似问" in missing and "申请材料 第1项 电子证照免交" in missing
    for name in ("domain", "questions", "online_handle_depth", "version", "valid_from", "handle_type"):
        assert name not in content


GBK = """<html><head><meta charset="gb2312"></head><body><center><b>核发机动车临时行驶车号牌</b></center>
<p><strong>一、办理条件</strong><br>1.机动车尚未注册登记，需要上道路行驶的；<br>2.号牌丢失、损毁的。</p>
<p><strong>二、所需材料：</strong><br>1、机动车所有人身份证明（原件1份）<br>2、机动车交强险凭证复印件一份<br>3、购车发票</p>
<p><b>三、办理程序</b></p><p>申请→受理→审核→制证发牌</p>
<p><b>四、承诺时限</b>：当场办结</p>
<p><b>五、收费标准</b></p><p>临时行驶车号牌工本费：5元/张（依据：发改价格规〔2019〕1931号）</p>
<p>六、咨询电话：0431-88888888；监督电话：12345</p>
</body></html>"""


def test_an_old_page_in_gbk_with_bold_headings() -> None:
    content, _ = read(GBK.encode("gbk"))
    assert content["id"] == "cjg-temp-plate", "a guide of that name exists"
    assert content["task_name"] == "核发机动车临时行驶车号牌"
    assert [fact["text"] for fact in content["accept_condition"]] == ["机动车尚未注册登记，需要上道路行驶的", "号牌丢失、损毁的。"]
    assert content["materials"] == [
        {"material_name": "机动车所有人身份证明", "certainty": "unsure", "form": "原件", "copies": 1},
        {"material_name": "机动车交强险凭证", "certainty": "unsure", "form": "复印件", "copies": 1},
        {"material_name": "购车发票", "certainty": "unsure"},
    ]
    assert content["process"] == ["申请", "受理", "审核", "制证发牌"]
    assert content["promise"]["text"] == "当场办结"
    assert content["fees"] == [
        {"fee_name": "临时行驶车号牌工本费", "fee_stand": "5元/张", "certainty": "unsure", "fee_basis": "发改价格规〔2019〕1931号"}
    ]


PIECES = """<body><div class="title">个人住房公积金账户封存</div>
<div class="row"><span class="l">主管部门</span><span class="r">住房公积金管理部门</span></div>
<div class="row"><label>办理形式：</label><em>窗口办理、网上办理</em></div>
<dl><dt>法定时限</dt><dd>3个工作日</dd><dt>网办深度</dt><dd>IV级</dd><dt>办件类型</dt><dd>即办件</dd><dt>数量限制</dt><dd>无</dd></dl>
<section><h4>申请材料</h4><ol><li>单位公积金账户封存清册（原件及复印件各2份）</li><li>经办人身份证</li></ol></section>
<section><h4>办理流程</h4><ol><li>提交</li><li>审核</li></ol></section></body>"""


def test_labels_in_spans_definition_lists_and_ordered_lists() -> None:
    content, _ = read(PIECES.encode("utf-8-sig"))
    assert content["dept_name"] == "住房公积金管理部门" and content["handle_type"] == ["窗口办理", "网上办理"]
    assert content["anticipate"]["text"] == "3个工作日" and content["online_handle_depth"]["text"] == "IV级"
    assert content["project_type"] == "即办件" and content["limit_explain"] == "无"
    assert content["process"] == ["提交", "审核"]
    first, second = content["materials"]
    assert first["form"] == "原件及复印件" and first["copies"] == 2 and second == {"material_name": "经办人身份证", "certainty": "unsure"}


def saved(document: Any) -> bytes:
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def styled() -> bytes:
    document = docx.Document()
    document.add_heading("医师执业注册（变更）服务指南", 0)
    document.add_heading("一、事项名称", 1)
    document.add_paragraph("医师执业变更注册")
    document.add_heading("二、设定依据", 1)
    document.add_paragraph("1.《中华人民共和国医师法》第十三条；")
    document.add_paragraph("2.《医师执业注册管理办法》第十九条。")
    document.add_heading("三、受理条件", 1)
    document.add_paragraph("已取得医师执业证书，变更执业地点、执业类别、执业范围的")
    document.add_heading("四、申请材料", 1)
    table = document.add_table(rows=1, cols=5)
    for cell, text in zip(table.rows[0].cells, ("序号", "材料名称", "原件份数", "复印件份数", "材料说明"), strict=True):
        cell.text = text
    for row in (
        ("1", "医师变更执业注册申请审核表", "1", "0", ""),
        ("2", "医师执业证书", "1", "2", "校验后退回"),
        ("3", "聘用证明", "", "1", ""),
    ):
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = text
    document.add_heading("五、办结时限", 1)
    document.add_paragraph("法定办结时限：20个工作日")
    document.add_paragraph("承诺办结时限：\t10个工作日")
    document.add_heading("六、办理地点", 1)
    document.add_paragraph("县级政务服务中心卫生健康窗口")
    document.add_heading("七、温馨提示", 1)
    document.add_paragraph("请提前预约，避开高峰。")
    hidden = document.add_paragraph().add_run("内部备注：不要外发")
    hidden.font.hidden = True
    return saved(document)


def test_a_word_document_with_heading_styles() -> None:
    content, report = read(styled(), "指南.docx")
    assert content["task_name"] == "医师执业变更注册"
    assert content["by_law"] == ["《中华人民共和国医师法》第十三条", "《医师执业注册管理办法》第十九条。"]
    assert content["anticipate"]["text"] == "20个工作日" and content["promise"]["text"] == "10个工作日"
    assert content["transact_place"] == "县级政务服务中心卫生健康窗口"
    assert [(m["material_name"], m.get("form"), m.get("copies"), m.get("note")) for m in content["materials"]] == [
        ("医师变更执业注册申请审核表", "原件", 1, None),
        ("医师执业证书", "原件及复印件", None, "校验后退回"),
        ("聘用证明", "复印件", 1, None),
    ]
    assert "申请材料 第2项 份数" in report.records[0].missing, "one original and two photocopies is no single number"
    told = texts(report)
    assert "温馨提示" in told and "避开高峰" in told and "（隐藏文字） 内部备注：不要外发" in told


def one_table() -> bytes:
    document = docx.Document()
    document.add_paragraph("劳动能力鉴定办事指南")
    table = document.add_table(rows=0, cols=4)

    def row(*cells: str) -> Any:
        added = table.add_row().cells
        for cell, text in zip(added, cells, strict=False):
            cell.text = text
        return added

    row("事项名称", "劳动能力鉴定", "事项类型", "行政确认")
    wide = row("受理条件", "职工发生工伤，经治疗伤情相对稳定后存在残疾、影响劳动能力的\n应当在停工留薪期内提出")
    wide[1].merge(wide[3])
    header = row("申请材料", "", "", "")
    header[0].merge(header[3])
    row("序号", "材料名称", "材料形式", "份数")
    row("1", "劳动能力鉴定申请表", "原件", "一份")
    row("2", "有效诊断证明", "复印件", "2份")
    wide = row("办理流程", "1.申请 2.受理 3.组织鉴定 4.送达结论")
    wide[1].merge(wide[3])
    wide = row("法定办结时限", "60日")
    wide[1].merge(wide[3])
    wide = row("咨询电话", "0432-66666666")
    wide[1].merge(wide[3])
    wide = row("服务评价", "☆☆☆☆☆")
    wide[1].merge(wide[3])
    return saved(document)


def test_a_word_document_that_is_one_table_with_merged_cells() -> None:
    content, report = read(one_table(), "指南.docx")
    assert content["task_name"] == "劳动能力鉴定" and content["task_type"] == "行政确认"
    assert len(content["accept_condition"]) == 2 and content["accept_condition"][1]["text"] == "应当在停工留薪期内提出"
    assert [(m["material_name"], m["form"], m["copies"]) for m in content["materials"]] == [
        ("劳动能力鉴定申请表", "原件", 1),
        ("有效诊断证明", "复印件", 2),
    ]
    assert content["process"] == ["申请", "受理", "组织鉴定", "送达结论"]
    assert content["anticipate"]["text"] == "60日" and content["link_way"] == "0432-66666666"
    assert "服务评价 | ☆☆☆☆☆" in texts(report)


def plain_paragraphs() -> bytes:
    document = docx.Document()
    for line in (
        "残疾人机动轮椅车燃油补贴",
        "事项类型：行政审批",
        "办件类型：2-承诺件",
        "服务对象：个人",
        "实施机构：县级残疾人联合会",
        "受理条件：持有第三代残疾人证的肢体残疾人，本人是车主",
        "申请材料：",
        "①残疾人证原件和复印件",
        "②机动轮椅车购车发票复印件1份",
        "办理时限：符合条件的，20个工作日内办结",
        "是否收费：不收取任何费用",
        "通办范围：全省(跨市)",
    ):
        document.add_paragraph(line)
    return saved(document)


def test_labels_are_read_by_their_wordings_and_what_was_taken_for_another_is_said() -> None:
    content, report = read(plain_paragraphs(), "指南.docx")
    record = report.records[0]
    assert content["task_name"] == "残疾人机动轮椅车燃油补贴"
    assert content["task_type"] == "行政许可" and "写的是“行政审批”，按“行政许可”读入" in texts(report)
    assert content["project_type"] == "承诺件" and record.codes == {"project_type": "2"}
    assert content["server_type"] == ["自然人"]
    assert [m["material_name"] for m in content["materials"]] == ["残疾人证", "机动轮椅车购车发票"]
    assert content["materials"][0]["form"] == "原件及复印件"
    assert "anticipate" not in content and "promise" not in content, "the document does not say which of the two it is"
    assert "办理时限：符合条件的，20个工作日内办结" in texts(report)
    assert record.key.startswith("guide-") and record.key == read(plain_paragraphs(), "x.docx")[1].records[0].key


def test_a_document_without_any_field_is_refused_with_what_it_should_have() -> None:
    for data, name in (
        (b"<html><body><p>\xe4\xbb\x8a\xe5\xa4\xa9\xe5\xa4\xa9\xe6\xb0\x94</p></body></html>", "a.html"),
        (saved(docx.Document()), "a.docx"),
    ):
        with pytest.raises(ExchangeError, match="没有认出办事指南的栏目"):
            read_file(name, data, "guide", KNOWN)


def test_a_damaged_document_gives_no_draft_and_names_the_passage() -> None:
    damaged = GBK.replace("机动车尚未注册登记", "机动车锟斤拷登记")
    report = read_file("a.html", damaged.encode(), "guide", KNOWN)
    assert report.records == () and "锟斤拷" in report.wrong[0].message and report.wrong[0].field.startswith("受理条件")
