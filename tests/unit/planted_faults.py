"""Faults planted into real guides and Q&A, each exactly one, as an editor might make it: what lint is measured with.

The wordings were written from what editors write, not from the rules. `planted` is deterministic.
"""

from __future__ import annotations

import copy
import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from banshi.knowledge.lint import LintContext

Content = dict[str, Any]
LOST = object()
"""As a value of a change: the field is taken away."""


@dataclass(frozen=True)
class Planted:
    """A record with one fault.

    Attributes:
        fault: what kind of fault it is.
        kind: guide or qa.
        key: the record it was planted into.
        clean: the record before.
        content: the record with the fault.
        paths: where it may be reported.
        rules: which rules may report it.
        context: what the rules know besides.
    """

    fault: str
    kind: str
    key: str
    clean: Content
    content: Content
    paths: frozenset[str]
    rules: frozenset[str]
    context: LintContext


@dataclass(frozen=True)
class _Fault:
    """How a fault is made.

    Attributes:
        name, rules, paths: as in `Planted`, rules and paths separated by blanks; -1 in a path is the last entry.
        change: path → value, or a function of the record; a path that ends in + appends to a list or to a text.
        ready: what is changed before, in the clean record as well.
        rich: into a guide with all fields filled in.
        fits: the guides that it can be planted into.
        context: changes of the context; `upper` True makes the clean guide the level above.
    """

    name: str
    rules: str
    change: Mapping[str, Any]
    paths: str
    ready: Mapping[str, Any] = field(default_factory=dict)
    rich: bool = False
    fits: Callable[[Content], bool] = lambda content: True
    context: Mapping[str, Any] = field(default_factory=dict)


def planted(guides: Mapping[str, Content], qa: Mapping[str, Content], context: LintContext) -> list[Planted]:
    """All planted faults, each into another record as far as there are enough.

    Args:
        guides: content of the real guides.
        qa: content of the real Q&A.
        context: what they know of each other.
    """
    return [*_plant("guide", _guide_faults(), guides, context), *_plant("qa", _qa_faults(), qa, context)]


def _plant(kind: str, faults: Iterator[_Fault], records: Mapping[str, Content], context: LintContext) -> Iterator[Planted]:
    order = sorted(records)
    random.Random(20261122).shuffle(order)
    turn = 0
    for fault in faults:
        key = next(key for step in range(len(order)) if fault.fits(records[key := order[(turn + step) % len(order)]]))
        turn = order.index(key) + 1
        clean = enriched(records[key]) if fault.rich else copy.deepcopy(dict(records[key]))
        for path, value in fault.ready.items():
            _put(clean, path, value)
        own = replace(context, key=key, **{name: value for name, value in fault.context.items() if name != "upper"})
        content = copy.deepcopy(clean)
        if fault.context.get("upper"):
            own = replace(own, upper=clean, region="222400")
            content = {"id": key, "region": "222400", "version": 1, "valid_from": "2026-01-01"}
        for path, value in fault.change.items():
            _put(content, path, value)
        paths = frozenset("" if path == "whole" else _resolved(content, path) for path in fault.paths.split())
        yield Planted(fault.name, kind, key, clean, content, paths, frozenset(fault.rules.split()), own)


def _put(content: Content, path: str, value: Any) -> None:
    *above, last = _resolved(content, path.removesuffix("+")).split(".")
    target: Any = content
    for part in above:
        target = target[int(part) if isinstance(target, list) else part]
    name: Any = int(last) if isinstance(target, list) else last
    if value is LOST:
        target.pop(name, None)
        return
    value = value(content) if callable(value) else copy.deepcopy(value)
    if path.endswith("+"):
        target[name] = [*target[name], value] if isinstance(target[name], list) else f"{target[name]}{value}"
    else:
        target[name] = value


def _resolved(content: Content, path: str) -> str:
    parts: list[str] = []
    target: Any = content
    for part in path.split("."):
        parts.append(str(len(target) - 1) if part == "-1" else part)
        target = target[int(parts[-1])] if isinstance(target, list) else target.get(part) if isinstance(target, dict) else None
    return ".".join(parts)


def enriched(clean: Mapping[str, Any]) -> Content:
    """A real guide with the fields that it lacks, filled in so that nothing is wrong with them."""
    content = copy.deepcopy(dict(clean))
    visits = str(content["limit_scene_num"]["text"])
    charged = any("元" in row["fee_stand"] for row in content["fees"])
    content |= {
        "catalog_code": f"000{sum(map(ord, content['id'])):05d}", "task_state": "在用", "use_level": "县级", "power_source": "法定本级行使",
        "link_way": "0431-88900001", "supervise_way": "0431-88900099，12345", "transact_time": "工作日8:30-11:30，13:00-17:00",
        "transact_addr": "长春市人民大街1号政务服务中心二楼12号窗口",
        "limit_scene_explain": "要当面核对身份" if visits not in ("0", "0-1") else None,
        "is_online": True, "online_handle_url": "https://zwfw.jl.gov.cn/item", "is_schedule": True, "is_express": True,
        "is_fee": charged or None, "is_pay_online": charged, "result_type": "证照", "result_name": content["task_name"],
        "result_sample": "样本图.png", "reconsideration": {"dept": "市人民政府", "addr": "人民大街10111号", "phone": "0431-88776666"},
        "litigation": {"dept": "长春铁路运输法院"},
        "special_procedure": [{"name": "听证", "basis": "《中华人民共和国行政许可法》第四十六条", "time_limit": "20日"}],
    }  # fmt: skip
    for row in content["materials"]:
        form = any(word in row["material_name"] for word in ("申请书", "申请表", "登记表", "申报表"))
        row |= {
            "is_need": "必要",
            "material_type": "申请表格文书" if form else "其他",
            "material_format": "纸质/电子化",
            "source_type": "申请人自备",
        }
        row |= {"page_num_y": 1, "page_num_f": 0, **({"form_guid": "空表.docx", "example_guid": "样表.pdf"} if form else {})}
        copies = f"，{row['copies']}份" if row["copies"] > 1 else ""
        row["plain_version"] = f"{row['material_name']}{copies}，{row.get('note') or ''}"
    for row in content["accept_condition"]:
        row["plain_version"] = row["text"]
    return content


def _paper(name: str, **more: Any) -> Content:
    return {"material_name": name, "form": "原件", "copies": 1, "e_license_exempt": "no", "certainty": "local", **more}


def _fact(text: str, **more: Any) -> Content:
    return {"text": text, "certainty": "local", **more}


def _split(text: str) -> list[str]:
    return text.replace("\n", "").split("|")


# fmt: off
_VAGUE_PAPERS = _split("""
其他材料|其它证明文件|法律法规规定的其他材料|法律、法规、规章要求提交的其他文件|登记机关认为需要提交的其他证明|
审批部门要求的其他材料|窗口工作人员要求提供的材料|与办理事项有关的其他资料|相关证明材料|有关批准文件及相关附件材料|所需的其他手续|
户口簿等相关证明|身份证、照片等材料|结婚证等有效证明文件|其他能够证明亲属关系的材料|足以证明居住事实的有效文件|
主管部门规定的其它要件|其他辅助证明材料|需要补充的材料|必要的证明文件|视情况提供的材料|其他应当提交的文件|上述材料以外的其他资料|
有关佐证材料|国家规定需要提供的其他凭证|经办机构指定的材料|相应的证明材料|房产证、合同等|各类证明文件|一切必要手续|申请表及其他|
其他依法需要提交的材料|审核中要求补充的其他资料|部门认为必要的文件|其余所需资料|窗口要的其他东西|审核人员另外要求的材料|
其它需说明问题的材料|上级主管部门规定应当报送的其他材料|可以证明本人情况的其他凭证|与申请相关的证件及材料|经办人要求的有关材料|
有关部门的批准文件|相关部门出具的证明|需补交的证明|其他有必要提交的资料|身份证件等证明材料|合同、协议等书面材料|
毕业证书等学历相关材料|法定的其他文件|按规定应提交的其他文件、资料|申请人认为需要提供的其他材料|特殊情形所需材料|
办理业务需要的其他单据|证明材料若干|能说明问题的材料|有关手续|另附材料（视情况）|审批需要的附件|本部门要求的其他材料|各类相关证件|
相关凭证复印件|证明文件等|户口本、房本之类的|其他（按窗口要求）|其他相关身份材料|办理所需其他文件资料|法律法规要求的其他情形证明|
与本次申请有关的一切材料|窗口需要的材料|主管单位另行规定的材料|相关佐证（如有）|其他需要说明的事项材料|有关的合同或凭证|
补充材料（视审核情况）|必备的其他手续|规定应提供的证件|其它|身份证、户口本及其它材料|房屋材料等有关资料|其他合法有效的证明|
按照要求提供的其他表格|所要求的全部资料|能证明符合条件的有关文件|登记部门要求提供的其他有关文件|法律、法规要求的其他申请材料|
行政机关认为有必要的其他证明|相关部门审批意见|其他材料（以窗口通知为准）|办件所需要的各项证明|其它有助于审核的资料|
有关的权属证明文件|工作人员现场要求的单据|各种相关复印件|户籍等证明材料|其他|按规定需要报送的全套文件|主管机关认为应当提交的资料|
申请所需其他附件|与事项相关的辅助说明|有效证明材料若干份|其他补充说明文件|法规规定应提交的其他资料|申请单位需要提交的有关资料|
身份证明类材料|与申报内容对应的佐证|其他支持性文件（如适用）|部门要求的表格|审批所需的相关图纸|房屋来源证明等有关要件|
经营所需的其他许可|必要时的其他证明|窗口指定的其他材料|本人情况证明材料|其他由登记机关规定的文件|需要的其他证件|有关身份的材料|
相关证件原件|各种手续""")
_VAGUE_NOTES = _split("""
视具体情况提供|视情况而定|必要时提供原件|按规定提供|按照有关规定提交|根据实际情况提供|以窗口工作人员告知为准|具体要求请咨询窗口|
酌情提供|如有需要，另行提供|按窗口要求准备|需要时再交|根据审核需要补充|以受理部门通知为准|按相关要求盖章|包括但不限于合同、发票|
照片、合同等等|办理时由工作人员另行告知|结合个人情况准备|可能还要其他证明，到时候通知|因人而异，听窗口的|按上级部门要求提供|
看具体情况|情况特殊的另说|到窗口再问|以现场要求为准|按各地要求|以当地要求为准|由窗口确定|如窗口要求则需提供|有的话带上|
根据需要确定是否提供|必要情况下需公证|视办理类型不同而不同|工作人员要就得给|具体以实际要求为准|不同情况要求不同，咨询12345|
或提供其他等效证明|如遇特殊情况需补充其他材料|按实际需要的份数|提供足够的证明|办理时告知|以办理窗口的具体要求为准|视窗口要求|
具体看窗口怎么要求|必要时还需提供原件核对|工作人员视情决定是否收取|如需其他材料，另行通知|按有关文件要求|相关部门盖章|按规定盖章|
酌情减免|不限于以上材料|等其他情况|份数按需要|根据不同情形提交不同材料|窗口会告诉你要什么|凭有关证明可免交|具体以审核要求为准|
由窗口视情况收取|依实际需要提供|按当地政策要求提供|不同地区要求不一|部分情况需要提供其他证明|详情请向窗口咨询|如有必要请携带|
以主管部门最新规定为准|按通知准备|届时另行告知|证件类材料均可|相关的都带上|窗口可能要求补充|必要的话再提供|具体份数以窗口为准|
看情况可不交|要求以系统提示为准|根据业务情况|不清楚的问窗口|按相关部门的要求来|等其他有效证件|其他情形另议|依照有关规定减免|
特殊情况除外""")
_VAGUE_CONDITIONS = _split("""
符合法律法规规定的其他条件的申请人|符合国家有关规定的中华人民共和国公民|申请人应当符合相关规定并按要求提交材料|
满足主管部门规定的其他要求的单位和个人|具备相应资格条件的公民、法人|审批机关认为应当具备的其他条件|
法律、行政法规规定的其他情形也可以申请|其他符合规定条件的情况可以酌情办理|视具体情况由工作人员决定能否受理|
申请人应当按规定办理有关手续后再来申请|特殊情况按照有关政策执行，由窗口掌握|提供窗口认为需要的其他证明后方可受理|
符合本事项办理需要具备的其他有关条件|根据实际情况认为可以办理的其他申请人|必要时应当由本人到场并提交相关证明|
符合政策规定的其他人员可以提出申请|具备法律规定的其他条件的企业|满足有关部门的要求后方可提出申请|应当符合国家和省的有关规定要求|
其他需要办理该业务的特殊人群也可|经主管部门认定符合条件的其他对象|条件由各地根据实际确定后予以公布|按国家有关法律法规的要求执行即可|
不违反相关规定的公民均可以来申请|审批机关可以根据需要提出其他要求|符合法律、法规、规章规定的其他要求|应具备国家规定的相关条件|
有关法律法规规定可以申请的其他人员|符合上级有关政策的人员均可申请|情况特殊的经领导批准可以办理|按政策规定可以享受的其他对象|
申请人条件由审批部门根据实际情况掌握|法律法规禁止的其他情形除外|其他经认定符合条件的申请人|需同时满足主管部门提出的其他条件|
符合有关法律、法规规定条件的公民|法律、法规另有规定的从其规定|具备办理该事项的其他必要条件|符合各项规定的企业和个人|
经有关部门审核同意的单位|按规定应当办理的其他人员|满足一定条件的本市居民|其他符合条件的单位和个人|经审核认为可以办理的|
符合相关政策条件的居民|属于规定范围内的其他人员|符合法定条件即可申请办理|国家规定的其他条件均已具备|按照规定需要办理的人员|
相关资格经部门认定的人员""")
_PLACEHOLDERS = (("materials.0.note", "待补充"), ("transact_place", "（待定）"), ("process.0", "TODO"), ("promise.text", "XXX"),
    ("fees.0.fee_stand", "暂无"),
    ("accept_condition.0.text", "申请人应当年满……待完善"), ("materials.0.note", "【此处待填写】"), ("transact_place", "/"),
    ("process.0", "略"),
    ("promise.text", "???"), ("fees.0.fee_stand", "***"), ("materials.0.note", "测试"), ("transact_place", "某某路×××号"))
_REMARKS = (("by_law.0", "《不动产登记暂行条例》第十四条（未核原文）"), ("fees.0.fee_stand", "80元/件（凭记忆）"),
    ("anticipate.text", "10个工作日（条款号待核）"), ("materials.0.note", "是否必须存疑"))
_PROOFS = _split("""
申请人须提供社区出具的独居生活证明|应当持有街道办开具的家庭困难证明方可申请|需提交最近三个月的银行流水证明|
凭学校开具的在读证明办理优惠手续|申请人需有医院出具的近视度数证明|还应出示未婚声明和单身证明书|提交近半年内的征信良好证明|
应附村民委员会出具的宅基地证明材料|须取得计划生育证明后方可办理|单位申请的，应提供上年度纳税信用证明|外地户籍的需要出具暂住证明|
申请时须携带高中以上毕业证书|申请人另需出示导游资格证书|申请人须提交无人机驾驶执照|应当取得畜牧兽医部门的检疫证明|
凭原发证机关的注销证明办理|申请人需提供村级组织的介绍信|申请人应当提交公安机关出具的无违法记录证明书|
凭民政部门开具的孤儿身份证明申请减免|有县级以上医院开的残疾鉴定证明的优先|需附上单位盖章的在职证明|
申请人须交验户籍所在地出具的婚姻状况证明|需持房屋产权部门的无房证明办理|须提供银行出具的资信证明|应同时提供监护关系公证书|
提交经备案的土地承包证明|还需交一份消防安全检查合格证书|须持派出所开具的户籍注销证明办理|应提交村委会出具的同意建房证明|
申请时提供医院开具的出生缺陷诊断证明|须有原单位的离职证明方可登记|凭法院出具的裁判文书生效证明申请|须提交社区矫正期满证明书|
应当提供三年内无重大违法证明|需携带外语等级考试合格证书办理|须取得消防验收合格证明|申请人应具备银行出具的存款证明|
由学校开具学籍证明后办理|提交未享受福利分房证明|应持有县级医院的疾病诊断证明书|须提供街道出具的居住满一年证明|
凭毕业院校盖章的成绩证明申请|应当提交公司股东会决议和出资证明书|需出具配偶同意的书面声明和婚姻证明""")
_LABELS: tuple[tuple[str, Any], ...] = (("task_type", "行政许可事项"), ("task_type", "行政审批"), ("task_type", "行政征收"),
    ("project_type", "承偌件"),
    ("project_type", "限时办件"), ("project_type", "1"), ("server_type.0", "自燃人"), ("server_type.0", "企业"),
    ("server_type.0", "市民群众们"),
    ("handle_type.0", "窗囗办理"), ("handle_type.0", "传真办理"), ("use_level", "区级政府"), ("use_level", "县 级"),
    ("power_source", "法定本级行驶"),
    ("power_source", "上级受权"), ("power_source", "自行设定"), ("task_state", "启用"), ("task_state", "有效中"),
    ("anticipate_type", "个工作日"),
    ("promise_type", "工做日"), ("promise_type", "小时制"), ("result_type", "证件"), ("result_type", "红头"),
    ("materials.0.is_need", "必须"),
    ("materials.0.is_need", "看着办"), ("materials.0.material_type", "证照"), ("materials.0.material_type", "图片类"),
    ("materials.0.form", "原印件"),
    ("materials.0.material_format", "纸质或电子化"), ("materials.0.material_format", "磁带"), ("materials.0.source_type", "申请人自各"),
    ("materials.0.source_type", "网上买"), ("materials.0.form", "大件"), ("materials.0.e_license_exempt", False),
    ("materials.0.e_license_exempt", "可以"),
    ("materials.0.certainty", "全国"), ("accept_condition.0.certainty", "nationl"), ("fees.0.certainty", "大概"),
    ("review_priority", "中"),
    ("review_priority", "urgent"), ("is_online", "是的"), ("is_schedule", "支持"), ("is_fee", "收一点"), ("plain.0.element", "材料"),
    ("plain.0.element", "whatever"), ("online_handle_depth.text", "五级"), ("online_handle_depth.text", "全网通"),
    ("limit_scene_num.text", "若干趟"),
    ("limit_scene_num.text", "看情形"), ("handle_area.text", "全球通办"))
_NEAR_MISSES = _split("""
居民身分证|居民身份正|居民身份征|居民身证份|居民生份证|身份证复映件|身份证复应件|房产证复印伴|合同负印件|户口簿复印建|居民户口薄|
居民户囗簿|居民户口部|居民护口簿|营业执招|营业执昭|营叶执照|营业直照|菅业执照|办证申请标|办证申清表|办证申情表|审请表原件|
授权委托叔|授权委脱书|授权委托书书|登计表|登纪表|登机表|身份正明|居民身仹证|户口博|复印仵|营业执造|申青表|登己表|委托数一份|驾驶正|
结昏证|离婚正|银行咔|劳动和同|工作曰|诊断正明|不动产权政书|社会保账卡|法定代表入|港奥通行证|租凭合同|护照复印件2分|出生医学证名|
免寇照片|户藉所在地|残疾征|毕业正书|居民身份怔|身份正复印件|户口簿复卬件|营业执罩|税务登计证|委拖书|授劝书|健康证朋|结婚正原件|
离昏证|护照复印件件|承若书|法定代表认|经班人|驾使证|驾驶怔|房产正|社保咔|居主证|工本贵|申请表表""")
_OLD_NAMES = (("confused_with", "法定期限：同一天内办结的另一个事项"), ("confused_with", "请看“申报材料”一栏的说明"),
    ("confused_with", "网上申报请点击网上办事频道"),
    ("transact_place", "办事大厅；也可登录网站“办事服务”栏目申请"), ("confused_with", "承诺期限：以受理单为准的另一个事项"),
    ("confused_with", "在首页打开“在线办事”，不要进错"),
    ("limit_explain", "审批条件：同一年度只能申请一次"), ("limit_explain", "名额见办事流程栏目下的表"))
_OLD_KEYS = (("受理条件", "accept_condition"), ("法定期限", "anticipate"), ("申报材料", "materials"), ("办事流程", "process"),
    ("name", "task_name"))
_LINKS = (("online_handle_url", "http://www.jlbanshi-vip.com/apply"), ("transact_place", "先在 https://jl.gov.cn.login-help.top/a 登记"),
    ("process.0", "到 www.baidu.com/s?wd=办事 查地址"), ("mobile_terminal_url", "https://gov.cn@198.51.100.7/x"),
    ("process.-1", "扫码或打开 banshi.example.com"),
    ("online_handle_url", "https://mp.weixin.qq.com/s/abcdef"), ("mobile_terminal_url", "http://47.93.1.20:8080/upload"),
    ("process.0", "下载 https://pan.baidu.com/s/1abc"),
    ("transact_place", "http://fakegov.cn/path"))
_GARBLED = (("process.0", "申\ufffd\ufffd表填写后交到窗口"), ("materials.0.note", "鍔炵悊娴佺▼璇存槑"),
    ("process.0", "锟斤拷锟斤拷材料"), ("process.0", "提交&nbsp;&nbsp;申请"),
    ("materials.0.note", "å\u008a\u009eç\u0090\u0086æ\u0097¶é\u0099\u0090"), ("transact_place", "办理时限??以内完成"),
    ("accept_condition.0.text", "按《居民身份证法第十二条规定办理的公民"),
    ("process.0", "受理后，，审核"), ("transact_place", "到窗口提交申请表到窗口提交申请表"), ("materials.0.note", "携带（）原件"),
    ("process.0", "核验\ue5e5身份信息"))
_PHONES = _split("""88904114|8523-1234|咨询电话：2761234|请拨打 82752345 转8001|电话 6236789，工作日接听|0431 以外请打 8890 5678|
３３２１８８８""")
_HOURS = _split("""8:30-17:00|上午8点半到11点半，下午1点半到5点|早九晚五|08:30—11:30 13:00—16:30|上班时间8:00至17:00|夏季8:00起|
中午不休息，8:30开门""")
_ADDRESSES = _split("""长春市南关区人民大街10000号|市政务服务中心二楼|公安局户政大厅|延吉市长白山西路888号政务大厅A区|镇政府一楼大厅|
政务服务中心（建设街）|县医院门诊楼三楼""")
_SHORT = ("本人申请", "符合条件即可", "自愿申请的人", "年龄达标", "无特殊限制", "本省居民", "有需要的人")
_AMOUNTS = _split("""20元/证|每本十元|工本费15块|按合同金额的0.5%收取|人民币100元|200元/件，小微企业减半|￥35|12|首次50元，以后每次30元|
三十元""")
_OVER = (("20个工作日", "25个工作日内"), ("20个工作日", "三十个工作日"), ("20个工作日", "一般20至30个工作日"),
    ("20个工作日", "一个半月，约45个工作日"), ("20个工作日", "2个月内办结"),
    ("15日", "20日内办结"), ("15日", "一般16天"), ("15日", "三周"), ("15日", "半年"), ("3个工作日", "5个工作日"),
    ("3个工作日", "一周内"), ("3个工作日", "当场或4个工作日"),
    ("即时", "1个工作日"), ("即时", "3天内"), ("当场办结", "一般3个工作日"), ("当场办结", "次日起5日内"))
_OVER_DAYS = ((10, "工作日", 11, "工作日"), (15, "自然日", 16, "工作日"), (5, "工作日", 30, "自然日"), (60, "自然日", 61, "自然日"))
_RESIDENT = "年满16周岁、在本市连续居住6个月以上的公民，凭居住证申请"
_COUPLE = "由双方当事人持结婚证和户口簿共同申请，不得委托他人"
_LOAN = "贷款额度不超过50万元，期限不超过3年，首付不低于20%"
_PLAIN = (("a number", _RESIDENT, "满16岁、在本市住着的人，拿居住证就能申请"),
    ("a number", _RESIDENT, "在本市连住6个月以上的人，拿居住证就能申请"),
    ("a document", _RESIDENT, "满16岁、在本市连住6个月以上就能申请"),
    ("a condition", "申请人须在三十日内提交申请，逾期不得补办", "三十天内来申请，过期还能补"),
    ("a number", "申请人须在三十日内提交申请，逾期不得补办", "早点来申请，过期不给补"),
    ("a number", "单位应在20个工作日内办结，不含专家评审时间", "20天办完，专家评审时间不算在内"),
    ("a condition", "单位应在20个工作日内办结，不含专家评审时间", "20个工作日办完"),
    ("a document", _COUPLE, "双方带上结婚证一起来申请，不能托人"),
    ("a condition", _COUPLE, "带上结婚证和户口本来申请，不能托人"),
    ("a condition", "未满18周岁的由监护人代为申请，携带监护人身份证", "不满18岁的拿身份证来申请"),
    ("a condition", "未满18周岁的由监护人代为申请，携带监护人身份证", "18岁的由爸妈带身份证来申请"),
    ("a number", _LOAN, "最多贷50万元，3年内还清"),
    ("a document", "依据《失业保险条例》缴费满1年，且非因本人意愿中断就业", "失业保险交满1年，不是自己不想干的"),
    ("a number", _LOAN, "最多贷50元，3年内还清，首付至少20%"),
    ("a condition", "仅限本市户籍、无房家庭申请，提供租赁合同原件", "本市户口、没房的家庭能申请，带租房合同原件"),
    ("a condition", "仅限本市户籍、无房家庭申请，提供租赁合同原件", "只有本市户口的家庭能申请，带租房合同原件"),
    ("a document", "提交近期二寸免冠照片2张，不含已婚声明", "交最近拍的两张二寸照片，别戴帽子"),
    ("a condition", "首次申领、到期换领或者补领的，均须交验原件", "头一回领、到期换、补办的，带上就行"))
_PLAIN_PAPERS = (("离婚协议书", "一式三份，双方签字", "离婚协议，三份，签好字"), ("近期一寸照片", "白底，2张", "一寸照片两张"),
    ("用电设备清单", None, "带上单子"),
    ("监护人身份证和监护关系材料", "未满16周岁的", "孩子来办的带父母身份证和关系证明"),
    ("病历资料（含诊断、分娩或手术信息）", None, "生孩子的单子"))
_PROCEDURES = ({"name": "听证"}, {"name": "招标", "basis": "《招标投标法》第三条"}, {"name": "专家评审", "time_limit": "15个工作日"},
    {"name": "鉴定", "basis": " ", "time_limit": "10日"},
    {"name": "公示", "basis": "《最低生活保障审核确认办法》", "time_limit": "视情况"}, {"name": "检测", "basis": "无", "time_limit": "5日"})
_LONG = "申请人应当在规定的时间之内携带好身份证和户口簿以及银行卡前往户籍所在地的政务服务中心综合窗口排队取号等待工作人员叫号后提交"
_NO_FEE = [{"fee_name": "办理", "fee_stand": "不收费", "certainty": "national"}]
_OPEN = {"task_type": "公共服务", "anticipate.text": "30个工作日", "process": ["申请", "审核", "发证"]}
_ALONE = {"materials": [_paper("居民身份证")], "choices": [], "handle_items": [], "situations": [], "process": ["申请", "审核", "发证"]}
_BY_LAW = {"by_law": ["《民法典》"], "fees": _NO_FEE}
_OLD_PAPERS = {"发改价格〔2003〕2322号": "发改价格〔2027〕1号", "财税〔2016〕79号": "", "国发〔2014〕25号": "国发〔2027〕3号"}
# fmt: on


def _guide_faults() -> Iterator[_Fault]:
    yield from _wording()
    yield from _values()
    yield from _times()
    yield from _way_and_charge()
    yield from _plain_and_levels()


def _wording() -> Iterator[_Fault]:
    for words in _VAGUE_PAPERS:
        yield _Fault("vague material", "vague", {"materials+": _paper(words)}, "materials.-1.material_name")
    for words in _VAGUE_NOTES:
        yield _Fault("vague note", "vague", {"materials.-1.note": words}, "materials.-1.note")
    for words in _VAGUE_CONDITIONS:
        yield _Fault("vague condition", "vague", {"accept_condition+": _fact(words)}, "accept_condition.-1.text")
    for path, words in _PLACEHOLDERS:
        yield _Fault("placeholder", "placeholder", {path: words}, path)
    for path, words in _REMARKS:
        yield _Fault("remark", "remark", {path: words}, path)
    for words in _NEAR_MISSES:
        yield _Fault("near miss", "near-miss", {"materials+": _paper(words)}, "materials.-1.material_name")
    for path, words in _OLD_NAMES:
        yield _Fault("old name", "old-name", {path: words}, path)
    for old, new in _OLD_KEYS:
        yield _Fault("old field name", "old-field", {old: lambda content, new=new: content.pop(new)}, old)
    for path, words in _LINKS:
        yield _Fault("strange link", "link-outside", {path: words}, path)
    for path, words in _GARBLED:
        yield _Fault("garbled", "garbled", {path: words}, path)
    for words in _SHORT:
        yield _Fault("short condition", "condition-short", {"accept_condition+": _fact(words)}, "accept_condition.-1.text")
    yield _Fault("no aliases", "aliases-missing", {"aliases": []}, "aliases")
    short = {"plain": [{"element": "process", "text": "先取号。再交材料。", "certainty": "local"}]}
    yield _Fault("long sentences", "long-sentence", {"plain.0.text": _LONG}, "plain", short)


def _values() -> Iterator[_Fault]:
    for path, value in _LABELS:
        permit = {"task_type": "行政许可", "anticipate.text": "20个工作日", "promise.text": "9个工作日"} if path == "task_type" else {}
        yield _Fault("unknown label", "unknown-label", {path: value}, path, permit, rich=True)
    steps = {"steps": [{"name": "审核", "days": 1, "day_type": "天"}]}
    yield _Fault(
        "unknown label", "unknown-label", steps, "steps.0.day_type", {"anticipate.text": "20个工作日", "promise.text": "9个工作日"}
    )
    for name in ("task_name", "materials", "anticipate", "questions", "review_priority"):
        yield _Fault("field missing", "shape", {name: LOST}, name)
    wrong: tuple[tuple[str, Any], ...] = (
        *(
            ("materials.0.copies", 0),
            ("materials.0.copies", "两份"),
            ("aliases", "补证、换证"),
            ("version", 0),
            ("fees.0", "20元"),
            ("promise", 5),
        ),
        *(("id", "Bad ID"), ("valid_from", "去年年底"), ("materials.0.colour", "蓝色"), ("processes", ["申请"]), ("task_code", 220100)),
    )
    for path, value in wrong:
        yield _Fault("wrong shape", "shape", {path: value}, path)
    for region in ("230000", "长春", "22010"):
        yield _Fault("unknown region", "unknown-reference", {"region": region}, "region")
    for start, end in (("2027-12-31", "2027-06-30"), ("2028-01-01", "2027-01-01")):
        yield _Fault("dates reversed", "dates-reversed", {"valid_from": start, "valid_to": end}, "valid_to")
    for end in ("2026-06-30", "2026-11-01"):
        yield _Fault("expired", "expired", {"valid_to": end}, "valid_to")
    for state in ("取消", "暂停"):
        yield _Fault("out of use and still told", "expired", {"task_state": state}, "task_state")
    for number in ("发改价格〔2003〕2322号", "财税[2016]79号", "国发〔2014〕 25号"):
        yield _Fault(
            "superseded number",
            "superseded",
            {"by_law+": f"《通知》（{number}）"},
            "by_law.-1",
            _BY_LAW,
            context={"superseded": _OLD_PAPERS},
        )


def _times() -> Iterator[_Fault]:
    for statutory, promise in _OVER:
        ready = {"anticipate.text": statutory, "promise.text": statutory, "task_type": "公共服务", "process": ["申请", "审核", "发证"]}
        yield _Fault("promise over limit", "promise-over-limit", {"promise.text": promise}, "promise.text", ready)
    for law, law_type, day, day_type in _OVER_DAYS:
        ready = {**_OPEN, "anticipate_day": law, "anticipate_type": law_type, "promise_day": 1, "promise_type": law_type}
        change = {"promise_day": day, "promise_type": day_type}
        yield _Fault("promise over limit in days", "promise-over-limit", change, "promise_day promise.text", ready)
    for limit in ("30个工作日", "45日", "二十五个工作日", "3个月", "自受理之日起60个工作日内", "一年内"):
        ready = {"task_type": "行政许可", "anticipate.text": "20个工作日", "promise.text": "9个工作日"}
        yield _Fault("long permit", "permit-limit-long", {"anticipate.text": limit}, "anticipate.text", ready)
    surveys = {
        "现场勘查": "3个工作日",
        "实地踏勘": "2日内",
        "派人现场核查经营场所": "当场办结",
        "上门查验设备": "1至2个工作日",
        "组织专家现场评审": "4天",
    }
    for step, promise in surveys.items():
        yield _Fault(
            "short survey", "survey-limit-short", {"process+": step}, "promise.text anticipate.text", {**_OPEN, "promise.text": promise}
        )
    for promise, days in (("5个工作日", (2, 3, 1)), ("10个工作日", (5, 6)), ("3个工作日", (1, 1, 1, 1)), ("20日", (10, 10))):
        steps = [
            {"name": name, "days": day, "day_type": "工作日"} for name, day in zip(("受理", "审核", "决定", "办结"), days, strict=False)
        ]
        yield _Fault("steps over promise", "steps-over-promise", {"steps": steps}, "steps", {**_OPEN, "promise.text": promise})
    told = {"process": ["受理（2个工作日）", "审核（6个工作日）", "发证"]}
    yield _Fault("steps over promise in words", "steps-over-promise", told, "process", {**_OPEN, "promise.text": "5个工作日"})


def _way_and_charge() -> Iterator[_Fault]:
    for depth, visits in (("IV级", "1"), ("IV级", "0-1"), ("Ⅳ级", "2次"), ("全程网办", "一次"), ("IV级（全程网办）", "至少跑1趟")):
        change = {"online_handle_depth.text": depth, "limit_scene_num.text": visits}
        yield _Fault("online but visits", "online-but-visits", change, "online_handle_depth.text limit_scene_num.text")
    for visits, reason in (("1", ""), ("2次", None), ("一次", "无"), ("1至2次", "  "), ("必须来1趟", "-")):
        ready = {"online_handle_depth.text": "II级", "limit_scene_num.text": visits, "limit_scene_explain": "当面核对身份"}
        yield _Fault("visits without reason", "visits-no-reason", {"limit_scene_explain": reason}, "limit_scene_explain", ready, rich=True)
    for visits, why in (("0", "需要采集指纹"), ("0次", "核对原件"), ("零次", "签字确认"), ("不用跑", "现场拍照")):
        change = {"limit_scene_num.text": visits, "limit_scene_explain": why}
        yield _Fault("reason without visits", "reason-no-visits", change, "limit_scene_explain limit_scene_num.text")
    for number, amount in enumerate(_AMOUNTS):
        fee = {
            "fee_name": "补办工本费",
            "fee_stand": amount,
            "certainty": "local",
            **({"fee_basis": ("", "无")[number % 2]} if number % 3 else {}),
        }
        yield _Fault("fee without basis", "fee-no-basis", {"fees+": fee}, "fees.-1.fee_basis")
    for _ in range(4):
        charged = {"fees": [{"fee_name": "工本费", "fee_stand": "20元/证", "fee_basis": "财税〔2018〕37号", "certainty": "national"}]}
        charged |= {"by_law": ["《民法典》", "财税〔2018〕37号"]}
        yield _Fault("fee lost its basis", "fee-no-basis", {"fees.0.fee_basis": LOST}, "fees.0.fee_basis", charged)
    twice = {"fees": [{**charged["fees"][0]}, {**charged["fees"][0], "fee_name": "补证费"}]}
    for word in ("同上", "见上", "〃"):
        yield _Fault("fee basis ditto", "basis-ditto", {"fees.1.fee_basis": word}, "fees.1.fee_basis", twice)
    for word in ("不收费", "免费", "免收", "免收工本费", "0元"):
        yield _Fault(
            "free but pays online",
            "free-pays-online",
            {"is_pay_online": True},
            "is_pay_online",
            {"fees": [{**_NO_FEE[0], "fee_stand": word}]},
        )
    yield _Fault("flag says free", "fee-flag", {"is_fee": False}, "is_fee", fits=lambda guide: "元" in str(guide["fees"]))
    yield _Fault("flag says charged", "fee-flag", {"is_fee": True}, "is_fee", {"fees": _NO_FEE})
    for phone, path in zip(_PHONES, ("link_way", "supervise_way", "reconsideration.phone") * 3, strict=False):
        yield _Fault(
            "phone without area code", "phone-no-area", {path: phone}, path, {"region": "222401" if len(phone) % 2 else "220000"}, rich=True
        )
    same = (
        ("0431-88900001", "0431-88900001"),
        ("0431 8890 0001", "投诉：0431-88900001"),
        ("12345", "12345"),
        ("04318890001（工作日）", "0431-8890001，12345"),
    )
    for link, complain in same:
        yield _Fault("same phone", "same-phone", {"link_way": link, "supervise_way": complain}, "supervise_way link_way", rich=True)
    for hours in _HOURS:
        yield _Fault("hours without days", "hours-no-days", {"transact_time": hours}, "transact_time", rich=True)
    for address in _ADDRESSES:
        yield _Fault("address without window", "address-no-window", {"transact_addr": address}, "transact_addr", rich=True)


def _plain_and_levels() -> Iterator[_Fault]:
    for words in _PROOFS:
        yield _Fault("condition names a proof", "condition-proof-missing", {"accept_condition+": _fact(words)}, "accept_condition.-1.text")
    form = {**_ALONE, "materials": [_paper("办理申请表", material_type="申请表格文书", form_guid="空表.docx", example_guid="样表.pdf")]}
    for lost in (
        {"materials.0.form_guid": None},
        {"materials.0.example_guid": ""},
        {"materials.0.form_guid": "", "materials.0.example_guid": None},
    ):
        yield _Fault("form without blank", "form-no-blank", lost, "materials.0.form_guid materials.0.example_guid", form)
    for procedure in _PROCEDURES:
        change = {"special_procedure": [procedure]}
        yield _Fault(
            "bare special procedure",
            "special-procedure-bare",
            change,
            "special_procedure.0.basis special_procedure.0.time_limit",
            rich=True,
        )
    for result in (
        {"result_sample": None},
        {"result_type": None, "result_sample": ""},
        {"result_type": "批文", "result_name": "", "result_sample": "无"},
    ):
        yield _Fault("result without sample", "result-no-sample", result, "result_sample", rich=True)
    for condition, paper in (
        ("申请人须年满18周岁，具有完全民事行为能力", "监护人身份证"),
        ("年龄在二十周岁以上的本省居民可以申请", "法定代理人户口簿"),
        ("仅限已满18岁的成年公民本人申请", "未成年人出生医学证明"),
    ):
        ready = {**_ALONE, "accept_condition": [_fact(condition)]}
        yield _Fault("age against guardian", "age-guardian", {"materials+": _paper(paper)}, "accept_condition.0.text", ready)
    for change in ({"age_min": 18, "guardian_handling": True}, {"age_max": 14, "guardian_handling": False}):
        yield _Fault("age against guardian", "age-guardian", change, "guardian_handling")
    for _ in range(3):
        ready = {"task_type": "公共服务", "anticipate.text": "20个工作日", "promise.text": "9个工作日"}
        yield _Fault("permit without Q&A", "permit-no-qa", {"task_type": "行政许可"}, "whole", ready)
    for number in (1, 2):
        question = f"借问这事上哪整第{number}回"
        shared = {"question_owners": {question: frozenset({"guide:other-guide"})}}
        yield _Fault("question of two guides", "question-shared", {"questions.process+": question}, "questions.process.-1", context=shared)
    for number, (what, formal, plain) in enumerate(_PLAIN):
        change = {"accept_condition.-1.plain_version": plain}
        ready = {"accept_condition+": _fact(formal, plain_version=formal), "materials+": _paper("居住证、结婚证、户口簿、租赁合同、照片")}
        yield _Fault(
            f"plain version loses {what}", "plain-version-loses", change, "accept_condition.-1.plain_version", ready, rich=number % 2 == 0
        )
    for name, note, plain in _PLAIN_PAPERS:
        ready = {"materials+": _paper(name, note=note, plain_version=f"{name}，{note or ''}")}
        yield _Fault(
            "plain version loses part of a document",
            "plain-version-loses",
            {"materials.-1.plain_version": plain},
            "materials.-1.plain_version",
            ready,
        )
    over: tuple[Content, ...] = (
        {"task_name": "居民身份证补办（延边）"},
        {"task_type": "行政裁决"},
        {"by_law": ["《延边州办法》"]},
        {"dept_name": "延边州公安局"},
        {"server_type": ["行政机关"]},
    )
    for change in over:
        yield _Fault("locked field overridden", "locked-field", change, next(iter(change)), context={"upper": True})
    fee = {"fee_name": "州内加收", "fee_stand": "5元", "fee_basis": "延州价〔2026〕9号", "certainty": "local"}
    differs: tuple[Content, ...] = (
        {"accept_condition": [_fact("须在延边州连续居住满5年的居民")]},
        {"anticipate": _fact("19个工作日（州里规定）")},
        {"fees": [fee]},
        {"materials": [_paper("边境居民证")]},
    )
    ready = {**_ALONE, "promise.text": "3个工作日", "anticipate.text": "20个工作日"}
    for change in differs:
        yield _Fault("element differs from above", "differs-from-upper", change, next(iter(change)), ready, context={"upper": True})
    yield _Fault(
        "promise longer than above", "differs-from-upper", {"promise": _fact("8个工作日")}, "promise", ready, context={"upper": True}
    )


def _qa_faults() -> Iterator[_Fault]:
    # fmt: off
    more = (("vague answer", "answer-vague", "去的时候带上其他相关材料。"),
    ("vague answer", "answer-vague", "还要提供窗口要求的证明。"), ("vague answer", "answer-vague", "具体视情况办理。"),
        ("vague answer", "answer-vague", "不清楚的请咨询有关部门。"), ("vague answer", "answer-vague", "需准备身份证等材料。"),
        ("number without unit", "number-no-unit", "一般在15以内办完。"),
        ("number without unit", "number-no-unit", "工本费收40。"),
        ("number without unit", "number-no-unit", "大概要7到10左右，急用可加急。"),
        ("strange link", "link-outside", "下载地址 www.xiazai123.com/app 。"),
        ("phone without area code", "phone-no-area", "也可打电话88905566问。"), ("near miss", "near-miss", "记得带身分证复映件。"),
        ("placeholder", "placeholder", "联系人：XXX。"), ("garbled", "garbled", "锟斤拷锟斤拷"),
        ("old name", "old-name", "在网站的“办事服务”栏目里找。"))
    for name, rules, words in more:
        yield _Fault(name, rules, {"answer+": words}, "answer")
    single: tuple[tuple[str, str, str, Any], ...] = (("empty answer", "answer-empty", "answer", ""),
    ("empty answer", "answer-empty placeholder", "answer", "待补充"),
        ("short answer", "answer-short", "answer", "去派出所办，带好身份证就行了。"),
        ("department unknown", "department-unknown", "department", "有关部门"),
        ("department unknown", "department-unknown near-miss", "department", "公按局"),
        ("department unknown", "department-unknown near-miss", "department", "民正局"),
        ("department unknown", "department-unknown", "department", "幸福保障署"), ("unknown label", "unknown-label", "certainty", "地方的"),
        ("unknown label", "unknown-label", "element", "费用"), ("unknown item", "unknown-reference", "item", "no-such-guide"),
        ("wrong shape", "shape", "audience", "自然人"), ("wrong shape", "shape", "topics", "户政"))
    # fmt: on
    for name, rules, path, value in single:
        yield _Fault(name, rules, {path: value}, path)
    yield _Fault("unknown region", "unknown-reference", {"regions": ["999999"]}, "regions.0")
    yield _Fault("expired", "expired", {"valid_to": "2026-01-01"}, "valid_to", {"valid_from": "2025-01-01"})
    yield _Fault("dates reversed", "dates-reversed", {"valid_to": "2027-06-30"}, "valid_to", {"valid_from": "2027-12-31"})
    yield _Fault("unknown label", "unknown-label", {"certainty": "全国"}, "certainty", {"basis": ["《民法典》"]})
    for basis in ([], [" "]):
        yield _Fault("basis missing", "basis-missing", {"basis": basis}, "basis", {"certainty": "national", "basis": ["《民法典》"]})
    few = [f"这事咋办第{number}种问法" for number in range(5)]
    yield _Fault("few phrasings", "similar-few", {"similar": few}, "similar")
    yield _Fault("few phrasings", "similar-few similar-repeated", {"similar": [*few, *(f"{text}？" for text in few)]}, "similar")
    for repeated in ("这事咋办第1种问法？", "这事 咋办，第1种问法"):
        ready = {"similar": [*few, *(f"还有{text}" for text in few)]}
        yield _Fault("phrasing twice", "similar-repeated", {"similar+": repeated}, "similar.-1", ready)
    shared = {"question_owners": {"这事归谁管来着": frozenset({"qa:qa-other"})}}
    yield _Fault("question of two Q&A", "question-shared", {"similar+": "这事归谁管来着？"}, "similar.-1", context=shared)
