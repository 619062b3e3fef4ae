"""兜底 and vague wording in materials and conditions, and placeholders: what nobody can prepare for must be made explicit or go.

Source: 吉政办发〔2021〕14号 十三, 2020年度“一窗受理、集成服务”实施方案 (全面取消兜底条款和模糊性规定).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from banshi.knowledge.completeness import CATCH_ALL
from banshi.knowledge.lint.content import at, drop, put, rows
from banshi.knowledge.lint.context import Draft
from banshi.knowledge.lint.finding import Found, Rule

_PAPER = "(?:材料|证明|证件|证照|证书|文件|手续|资料|要件|凭证|凭据|文书|单据|票据|附件|表格|佐证|东西)"
_ASK = "(?:要求|规定|指定|通知|告知|认为|认定|确定|提出|明确|列明|交代)"
_OFFICE = "(?:机关|部门|机构|单位|人员|窗口|大厅|中心|工作人员|经办人?|办事员|主管|登记处|派出所|科室|处室|同志)"
_HAND_IN = "(?:提供|提交|补充|出具|准备|携带|出示|补交|报送|递交|交|带|备|具备|满足|符合)"
_OTHER = (
    "(?:其[他它余]|别的|另外的?|有关|相关|相应|对应|所需|必要|必需|必备|需要|应备|应交|各类|各种|种种|一切|全部|所有|若干|一定|适当|额外|"
    "足够|充分|合理|合规)"
)
_FILL = (
    "(?:有关|相关|相应|所需|必要|必需|需要|应当|有效|合法|真实|完整|证明|佐证|辅助|补充|支撑|支持|说明|等效|同等|类似|同类|"
    "申请|申报|办理|审核|审批|书面|纸质|依法|应提|提交|提供|出具|具备|可能|性)"
)
_RULE = "(?:规定|要求|政策|条件|情形|资格|资质|标准|程序)"
_WHOSE = "(?:国家|中央|省里?|市里?|当地|本地|各地|有关|相关|现行|上级|本|我|部门|主管|窗口|法律|法规|法律、?法规|政策|统一|具体|最新)"
_SOMEBODY = (
    "股东|成员|共有人|权利人|合伙人|继承人|亲属|子女|父母|监护人|配偶|当事人|居民|就业人员|车型|省|市|州|县|地区|国家|城市|类型|种类|"
    "身份证|护照|户口|房产|住房|车辆|正当理由|原因|渠道|方式|银行|楼|省份|平台"
)

_PATTERNS = tuple(
    re.compile(pattern)
    for pattern in (
        CATCH_ALL.pattern,
        # 其他补充材料, 所需的证明文件, 有关申请资料, 证明材料若干
        rf"{_OTHER}(?:的|之)?(?:{_FILL}的?){{0,4}}(?<!相应){_PAPER}|相应的?(?:材料|证明|手续|资料|文件|要件|凭证)|{_PAPER}若干",
        rf"其[他它](?:有关|相关|必要|所需)的?[^，。；、（]{{0,6}}{_PAPER}|^\s*其[他它]\s*$|(?:有关|相关)的?(?:合同|协议|表格|报告|批文|图纸)",
        rf"其[他它余](?:需|须|应|要|能|可|足以|用以|用于)[^，。；、（]{{0,10}}的?{_PAPER}",
        # 窗口要求补充的材料, 法律规定应当提交的文件, 需补交的证明
        rf"{_ASK}(?:有?必要|需要|应当?|必须|须|需|得|要)?(?:另外|再|额外)?{_HAND_IN}?的(?:{_OTHER}的?)?(?:{_FILL}的?){{0,3}}"
        rf"(?:{_PAPER}|条件|情形|内容)",
        rf"(?:需|须|应|要)(?:另外|再|额外)?(?:补交|补充|补报|提交|提供|交)的(?:{_FILL}的?){{0,2}}{_PAPER}",
        rf"{_OFFICE}(?:认为|觉得|要求|让|叫|说)(?:有?必要|需要|应当?|必须|{_HAND_IN})|(?:如|若|凡|只要){_OFFICE}[^，。；]{{0,2}}(?:要求|需要)|{_OFFICE}(?:会|将|再)(?:告诉|告知|通知)",
        r"(?:有关|相关)(?:部门|单位|机构|机关|方面)|(?:经|由)(?:单位|主管|部门)?(?:领导|负责人)",
        # 身份证等有效证件; 等级证书 and 等额 are words of their own
        rf"等(?:{_OTHER}的?|{_FILL}的?|一系列){{0,4}}{_PAPER}(?!齐全|完备)",
        r"等等|之类|诸如此类|包括但不限于|不限于",
        r"(?<![重监忽电透巡近])视(?:情|[^，。；]{0,6}(?:情况|情形|情节|需要|需求|案情|要求)|[^，。；]{1,10}(?:而|不同|确定))|酌情|一事一议|按需提",
        r"因(?:人|事|情况)而异|(?:要求|材料)(?:各有|有所|各)?不(?:同|一)(?=$|[，。；、])|(?:另|再)(?:说|议|定)(?=$|[，。；])|面议",
        r"(?:根据|结合|依据|按照?)(?:具体|实际|个人|不同|各自|自身|工作|审核|审查|办理|业务|事项|现场|审批)*(?:的)?(?:情况|需要|情形|需求)(?!说明|表|书|[：:])",
        r"看(?:具体)?(?:情况|实际)|看(?:当地|窗口|各地|部门|具体).{0,4}要求",
        r"(?:如|若|确|果)(?:果|确)?有?(?:需要|必要)(?:时|的话)?(?:[，,。；;、]|$|另|再|须|应|可|还|提)|有(?:必要|需要)时|必要(?:的)?(?:情况下|的话)",
        r"需要时(?:提|带|交|出|补|另|再|$)|有的话就?(?:带|交|提供|出示)",
        rf"(?:按照?|依照?|依据|根据|遵照|参照|遵循|执行){_WHOSE}*的?(?:有关|相关)?(?:规定|要求|政策规定|法规)(?:要求)?"
        rf"(?:{_HAND_IN}|办理|执行|处理|准备|操作|[，,。；;）)]|$)|按(?:照)?(?:各地|当地|窗口|实际)要求",
        r"(?:法律|法规|规章|条例|政策|文件|国家|上级)[^，。；]{0,12}(?:规定|要求|明确)的?(?:其[他它]|别的|应当|需要|须)",
        rf"(?:符合|满足|具备|具有|达到|适用|遵守|履行|办理|办妥|办齐)[^，。；]{{0,8}}(?:有关|相关|相应|一定|特定|其[他它])的?(?:法律|法规|政策)?{_RULE}",
        rf"其[他它](?:法定|特殊|应当|需要|必要|有关|相关|可以|可能|不宜|规定|具备|符合|满足|条件)*的?(?:{_RULE}|情况)",
        r"其[他它](?:经|需要|应当|符合|有需|特殊)[^，。；]{0,12}(?:人员|人群|对象|单位|情况|企业|个人|申请人)|的其[他它](?:人员|对象|情形|情况|单位|企业|条件|群体)",
        r"(?:有关|相关)的?(?:法律|法规|法律法规|政策)*(?:规定|要求|资质|资格)|(?:按照?|依照?|根据|遵照|参照)(?:有关|相关)的?(?:政策|法规|程序)",
        r"由(?:窗口|部门|工作人员|经办人|各地|单位)[^，。；]{0,8}(?:掌握|决定|把握|认定|确定|核定|审定)",
        r"(?:以及|及|和|或|、)其[他它](?=$|[，,；;。（(])",
        r"另行(?:通知|告知|规定|要求|确定|公布|提供)|届时(?:通知|告知|另|再)|临时(?:通知|告知)|(?:办理|受理|申请|提交|到场)时(?:再|另行)?(?:告知|通知|告诉|明确)",
        rf"(?:以|按|听|照)[^，。；]{{0,8}}{_OFFICE}[^，。；]{{0,6}}(?:通知|告知|要求|答复|解释|安排|说的?|意见)(?:为准|准备|办理|提供|提交|来|$)",
        r"以[^，。；]{0,6}(?:要求|规定)为准|以(?:窗口|现场|系统|大厅|工作人员|受理人员)(?:提示|意见|说法)?为准|问(?:窗口|工作人员)",
        rf"{_OFFICE}?(?:可能|也许)(?:会|还)?(?:要求|需要)|(?:审核|审查|认定)后?认为|^(?:本人|个人|申请人)?(?:情况|事实)?证明(?:类?材料|文件|资料)$",
        rf"(?:具体|详情|详细|其余|余下|材料|条件|清单)[^，。；]{{0,8}}(?:咨询|询问|详询|请问|听|问)[^，。；]{{0,6}}(?:{_OFFICE}|$)|(?:详询|面询){_OFFICE}",
        r"(?:到|去|在)(?:窗口|现场|大厅|当地)(?:了?再)?(?:问|咨询|打听)",
        rf"(?:其[他它]|足以|上述|前述|任何|相关|有关)[^，。；]{{0,8}}证明[^，。；]{{0,14}}的(?:有效|书面|相关)?{_PAPER}",
        # Whatever else says 其他 or 有关 without saying which.
        rf"其[他它余](?![^，。；：、（]{{0,8}}(?:{_SOMEBODY}))",
        r"(?:有关|相关)(?!联|性|专业|行业|工作|岗位|经[历验]|领域|学科|于)",
        r"各项(?:规定|要求|条件)|一定(?:的)?(?:条件|资格|年限|标准|要求)|另有规定|从其规定",
        r"(?:[如若]|确实?)有?(?:必要|需要)(?![^，。；]{0,4}(?:委托|邮寄|代办|加急|公证|翻译))",
        r"(?:按照?|依照?|依据|根据|遵照)[^，。；：（]{0,6}(?:规定|要求|通知|需要)(?!的?(?:期限|时间|时限|金额|标准|比例|数量|格式|用途|范围|样式|报考|条件参))",
        rf"(?:能|可|足以)够?以?(?:说明|证明|反映)(?:问题|情况|事实|真实性|上述|有关|相关)[^，。；]{{0,4}}的?{_PAPER}",
    )
)
# 与房屋有关的合同, 同申请人相关的资料 say which; 与办理事项有关的材料 says nothing.
_SAYS_WHICH = re.compile(r"[与跟同和](?!.{0,4}(?:申请(?!人)|办理|事项|业务|本次|该项|审批)).{1,12}$")
_ALLOWED = re.compile(
    r"等级|不含其[他它]|无其[他它]|没有其[他它]|(?:不(?:需要?|用|必|得|再|要求)|无需|无须|免于?)(?:申请人|要求)?(?:另外|额外|再|自行)?"
    r"(?:提供|提交|出具|带|交|开具)?(?:其[他它]|任何|另外|有关|相关|各类)?"
)
_ENDS_OPEN = re.compile(r"等(?=$|[（(])")
_CLAUSE = re.compile(r"[^，,；;。]+[，,；;。]?")
_SHORTEST_CONDITION = 10


def vague_words(text: str) -> str | None:
    """The first words of a text that nobody can prepare for; None for a text without any."""
    for pattern in _PATTERNS:
        for match in pattern.finditer(text):
            before = re.split("[，,；;。、（(]", text[: match.start()])[-1]
            if match[0].startswith(("有关", "相关")) and _SAYS_WHICH.search(before):
                continue
            if any(allowed.start() <= match.start() < allowed.end() for allowed in _ALLOWED.finditer(text)):
                continue
            return match[0]
    return None


def _read(draft: Draft) -> Iterator[tuple[str, str]]:
    """What must be explicit: materials, conditions, and the questions that decide them."""
    for path, row in draft.rows("materials"):
        yield from ((f"{path}.{part}", row[part]) for part in ("material_name", "note", "accept_stand") if isinstance(row.get(part), str))
    yield from _conditions(draft)
    for path, row in draft.rows("choices"):
        if isinstance(row.get("ask"), str):
            yield f"{path}.ask", row["ask"]
        yield from (
            (f"{path}.{inner}.label", option["label"]) for inner, option in rows(row, "options") if isinstance(option.get("label"), str)
        )


def _conditions(draft: Draft) -> Iterator[tuple[str, str]]:
    for path, row in draft.rows("accept_condition"):
        if isinstance(row.get("text"), str):
            yield f"{path}.text", row["text"]
    yield from draft.lines("accept_condition")


def _vague(draft: Draft) -> Iterator[Found]:
    for path, text in _read(draft):
        words = vague_words(text)
        if words is None and path.endswith(".material_name") and (open_end := _ENDS_OPEN.search(text)):
            words = text[max(0, open_end.start() - 4) : open_end.end()]
        if words is not None:
            message = f"“{words}”是兜底或含糊的说法，群众没法准备。要逐一写明是什么；写不明确的，不得要求提供"
            yield Found(path, message, text, _offer(draft, path, text))


def _offer(draft: Draft, path: str, text: str) -> str | None:
    if path.startswith("choices."):
        return None
    if _without(path, text):
        return "删去含糊的说法"
    if path.startswith("accept_condition.") and len(draft.content["accept_condition"]) == 1:
        return None
    return (
        {"materials": "删去这项材料", "accept_condition": "删去这个条件"}[path.split(".")[0]]
        if not path.endswith((".note", ".accept_stand"))
        else "删去这条说明"
    )


def _without(path: str, text: str) -> str:
    """The text without its vague clauses or the open end of its list; empty when nothing worth keeping is left."""
    closed = re.sub(
        rf"(?:[、，,]|以及|及|和|或)?(?:等(?:{_OTHER}的?|{_FILL}的?){{0,4}}{_PAPER}?|{_OTHER}的?(?:{_FILL}的?){{0,4}}{_PAPER})(?=$|[（(])",
        "",
        text,
    )
    kept = closed if closed != text else "".join(clause for clause in _CLAUSE.findall(text) if vague_words(clause) is None)
    kept = kept.strip(" 、，,；;。") if closed == text else kept.strip(" 、，,；;")
    shortest = _SHORTEST_CONDITION if path.startswith("accept_condition.") else 2
    whole = kept.count("（") == kept.count("）") and kept.count("(") == kept.count(")") and kept.count("《") == kept.count("》")
    is_open = path.endswith(".material_name") and _ENDS_OPEN.search(kept)
    return kept if whole and len(kept) >= shortest and vague_words(kept) is None and not is_open and kept != text else ""


def _mend(draft: Draft, path: str) -> None:
    content = draft.content
    text = at(content, path)
    if kept := _without(path, text):
        put(content, path, kept)
    elif path.endswith((".note", ".accept_stand")):
        drop(content, path)
    else:
        # The row, be it an object or bare text.
        drop(content, ".".join(path.split(".")[:2]))


_PLACEHOLDER = re.compile(
    r"\s*(?:待定|待补充?|待完善|待确认|待核实|待填写?|暂无|暂缺|暂未确定|略|同上|见附件|见上|空|无内容|[-—–/\\.。*＊?？_]+|n/?a|null|none|test|测试)\s*",
    re.IGNORECASE,
)
_UNFINISHED = re.compile(
    r"TODO|TBD|FIXME|[XＸ×xX]{3,}|[*＊]{3,}|[?？]{3,}|_{3,}|待补充|待完善|待填|此处(?:填写|省略)|（(?:待补|待定|略)）|【[^】]{0,6}待[^】]{0,6}】"
)
_TOLD = re.compile(
    r"materials\.\d+\.(?:material_name|note)|accept_condition\.\d+(?:\.text)?|process\.\d+|fees\.\d+\.(?:fee_name|fee_stand)|"
    r"(?:anticipate|promise|handle_area|transact_place|task_name|link_way|transact_addr|transact_time|question|answer|department)(?:\.text)?"
)


def _placeholders(draft: Draft) -> Iterator[Found]:
    for path, text in draft.formal:
        if _TOLD.fullmatch(path) and (match := _PLACEHOLDER.fullmatch(text) or _UNFINISHED.search(text)):
            yield Found(path, f"“{match[0].strip() or text}”是没写完的占位文字，群众看到的就是它，请写上实际内容", text)


_REMARK = re.compile(r"凭记忆|(?:未|没有?)(?:核对?|核实|检索|查到?|见到?|读)到?原文|(?:文号|条款号|金额|数字|原文)待[核查]|存疑")
_BRACKETED = re.compile(r"（[^（）]*）|\([^()]*\)")


def _remarks(draft: Draft) -> Iterator[Found]:
    for path, text in draft.formal:
        if path != "confused_with" and (match := _REMARK.search(text)):
            message = f"“{match[0]}”是编辑的备注，群众会看到；没核对的写进待核实事项，或确定程度标为“未核实”"
            yield Found(path, message, text, "删去备注" if _unremarked(text) else None)


def _unremarked(text: str) -> str:
    """The text without the brackets that hold a remark; empty where the remark stands outside of brackets."""
    kept = _BRACKETED.sub(lambda part: "" if _REMARK.search(part[0]) else part[0], text)
    return "" if _REMARK.search(kept) else kept.strip()


def _cut_remark(draft: Draft, path: str) -> None:
    put(draft.content, path, _unremarked(at(draft.content, path)))


RULES = (
    Rule("vague", "error", ("guide",), _vague, _mend),
    Rule("placeholder", "error", ("guide", "qa"), _placeholders),
    Rule("remark", "error", ("guide", "qa", "policy"), _remarks, _cut_remark),
)
