"""The plain-language version (白话版): it keeps every number, document and condition of the formal text, and it is short of breath."""

from __future__ import annotations

import re
from collections.abc import Iterator

from banshi.knowledge.lint.amounts import FULL_WIDTH, number_of
from banshi.knowledge.lint.content import text_of
from banshi.knowledge.lint.context import Draft
from banshi.knowledge.lint.finding import Found, Rule

_LONGEST_SENTENCE = 30
_QUANTITY = re.compile(
    r"(?P<number>(?<![\d.])\d{1,9}(?:\.\d{1,4})?|[零〇一二两三四五六七八九十百千半]{1,7})\s*(?P<times>万|亿)?\s*(?:余|多|来|整)?\s*"
    r"(?P<unit>个?工作日|个?自然日|周岁|岁|个?月|年|日|天|周(?!岁)|小时|分钟|元|块|角|%|％|倍|寸|代(?=以内|直系|旁系)|次|趟|份|张|本|件|名|人|位|级|平方米|公里|吨)"
)
_DAY_UNITS = {"日": ("日", 1.0), "天": ("日", 1.0), "自然日": ("日", 1.0), "周": ("日", 7.0), "月": ("月", 1.0), "年": ("月", 12.0)}
_SAME_UNIT = {"周岁": "岁", "块": "元", "％": "%", "趟": "次", "位": "人", "名": "人", "张": "份", "本": "份", "件": "份"}
_BARE = re.compile(r"(?<![\d.])\d+(?:\.\d+)?(?![\d.])")
_NOT_NUMBERS = re.compile("一次性|一般|一致|统一|唯一|一定|一律|一起|一些|第[一二三四五六七八九十百\\d]+[条款项]|之一|一并|万一|二手|三者")


def _table(text: str) -> dict[str, tuple[str, ...]]:
    """`name=other,other` separated by blanks."""
    return {name: tuple(filter(None, others.split(","))) for name, _, others in (entry.partition("=") for entry in text.split())}


_DOCUMENTS = _table(
    """身份证 户口簿=户口本,户口页 居住证 结婚证 离婚证 驾驶证=驾照 行驶证=行车证 护照 营业执照=执照 通行证 签注
    不动产权证=房产证,房本,产权证,不动产证 出生医学证明=出生证 社会保障卡=社保卡 委托书=委托 授权书=授权 申请表 申请书 登记表 审批表
    承诺书=承诺 声明 合同 协议 发票 照片=相片,证件照,合影,照 残疾人证=残疾证 毕业证 学位证 学历证=学历 资格证 许可证=许可 诊断证明
    体检 银行卡 病历 票据=收据,小票,发票 公证书=公证 判决书=判决 通知书=通知 回执 合格证 鉴定 介绍信 批文=批准文件 档案 存折
    保单=保险 凭证=凭据,单子,票 证明"""
)
"""Documents that formal texts name → what else plain language may call them."""
_QUALIFIERS: tuple[tuple[str, str, str], ...] = (
    (
        "上限",
        "不超过|至多|最多|不多于|不高于|以内|之内|内(?=办|完|提|申|，|。|；|$)|以下",
        "不超|不能超|超过|最多|至多|顶多|以内|之内|里|内|以下|不高于|不到|没到",
    ),
    (
        "下限",
        "不少于|不低于|至少|以上|已?满(?=[一二三四五六七八九十\\d])|达到|不早于|不得早于",
        "至少|最少|起码|不少于|不低于|以上|满|够|达到|到了|及以上|往上|不能早于|过了",
    ),
    ("未满", "未满|不满|未到|不足", "未满|不满|没满|不到|没到|未到|不足|不够|以下|小于"),
    ("不得", "不得|不能|不予|禁止|不准|不可", "不得|不能|不可|不予|不许|不准|不让|不给|禁止|别|不行|没有|不是|不要"),
    ("除外", "除外|除[^，。；]{1,12}外|不含|不包括|但[^，。；]{0,20}的?除外", "除了|除外|以外|不含|不包括|不算|例外|不在内|不用|不适用"),
    ("仅限", "仅限?|只限|限于", "仅|只|光|才"),
    ("之一", "之一|任[意一]|或者|或", "之一|任|或|还是|要么|哪|都行|都可以|也行|选一|一样|、|也可"),
    ("双方", "双方|夫妻|共同", "双方|夫妻|两口子|两人|两个人|两边|一起|一块|共同|都"),
    ("本人", "本人(?!或)|亲自|当事人到场", "本人|自己|亲自|你|您"),
    ("原件", "原件", "原件|原本|真本|原"),
    ("复印件", "复印件", "复印|印一"),
    ("未成年", "未成年", "未成年|孩子|小孩|不满|未满|没满"),
    ("监护人", "监护人|法定代理人", "监护|父母|家长|爸妈|法定代理|爹妈"),
    ("近期", "近期", "近期|最近|新|近"),
    ("底色", "[白蓝红]底", "[白蓝红]"),
    ("免冠", "免冠", "免冠|不戴帽|别戴帽|摘帽"),
    ("盖章", "盖章|公章", "章"),
    ("签字", "签字|签名", "签"),
    ("无", "无(?=犯罪|配偶|房|业|争议|异议|违法)|没有|未(?=受|曾|被|参|享|领|取得|登记|办)", "无|没|未|不"),
)


def _quantities(text: str) -> dict[tuple[float, str], str]:
    """What is counted in a text, with units made equal → the words."""
    plain = _NOT_NUMBERS.sub(lambda match: "·" * len(match[0]), text.translate(FULL_WIDTH))
    found: dict[tuple[float, str], str] = {}
    for match in _QUANTITY.finditer(plain):
        number = number_of(match["number"])
        if number is None:
            continue
        number *= {"万": 1e4, "亿": 1e8}.get(match["times"] or "", 1)
        unit = match["unit"].removeprefix("个")
        unit, factor = _DAY_UNITS.get(unit, (_SAME_UNIT.get(unit, unit), 1.0))
        found[round(number * factor, 4), unit] = match[0]
    return found


def lost(formal: str, plain: str) -> list[str]:
    """What the plain-language version lacks of the formal text, as people would name it: numbers, documents, conditions."""
    kept = _quantities(plain)
    lacking = [words for key, words in _quantities(formal).items() if key not in kept]
    numbers = {float(match) for match in _BARE.findall(plain.translate(FULL_WIDTH))} | {number for number, _ in kept}
    counted = "".join(_quantities(formal).values()).translate(FULL_WIDTH)
    lacking += [match for match in _BARE.findall(formal.translate(FULL_WIDTH)) if float(match) not in numbers and match not in counted]
    for title in re.findall("《([^》]+)》", formal):
        short = title.removeprefix("中华人民共和国")
        if short not in plain:
            lacking.append(f"《{title}》")
    for name, spoken in _DOCUMENTS.items():
        if name in formal and not any(word in plain for word in (name, *spoken)):
            lacking.append(name)
    lacking += [name for name, said, told in _QUALIFIERS if re.search(said, formal) and not re.search(f"{told}|{said}", plain)]
    return list(dict.fromkeys(lacking))


def _pairs(draft: Draft) -> Iterator[tuple[str, str, str]]:
    """Path of the plain version, the formal text and the plain one."""
    for path, row in draft.rows("materials"):
        copies = row.get("copies")
        count = f"，{copies}份" if isinstance(copies, int) and copies > 1 else ""
        formal = f"{text_of(row.get('material_name'))}{count}，{text_of(row.get('note'))}"
        yield f"{path}.plain_version", formal, text_of(row.get("plain_version"))
    for path, row in draft.rows("accept_condition"):
        yield f"{path}.plain_version", text_of(row.get("text")), text_of(row.get("plain_version"))
    for name in ("anticipate", "promise", "handle_area", "limit_scene_num"):
        value = draft.content.get(name)
        if isinstance(value, dict):
            yield f"{name}.plain_version", text_of(value), text_of(value.get("plain_version"))


def _loses(draft: Draft) -> Iterator[Found]:
    for path, formal, plain in _pairs(draft):
        if not plain.strip() or not formal.strip():
            continue
        if lacking := [*lost(formal, plain), *_name_lost(draft, path, plain)]:
            message = f"白话版漏了：{'、'.join(dict.fromkeys(lacking))}。白话版要保留正式文本里的每个数字、材料名和条件"
            yield Found(path, message, plain)


def _name_lost(draft: Draft, path: str, plain: str) -> list[str]:
    """The material's name, where no known document stands in it: most of its characters must be said."""
    if not path.startswith("materials."):
        return []
    row = draft.rows("materials")
    name = next((text_of(one.get("material_name")) for where, one in row if path.startswith(f"{where}.")), "")
    if any(document in name for document in _DOCUMENTS):
        return []
    letters = set(re.sub(r"[（(].*?[）)]|\W|[的和或及]", "", name))
    return [name] if letters and len(letters & set(plain)) < 0.6 * len(letters) else []


def _mean_length(texts: list[str]) -> float:
    sentences = [re.sub(r"[\W_]", "", sentence) for text in texts for sentence in re.split(r"[。！？!?；;\n]", text)]
    sentences = [sentence for sentence in sentences if sentence]
    return sum(map(len, sentences)) / len(sentences) if sentences else 0.0


def _breathless(draft: Draft) -> Iterator[Found]:
    if draft.kind == "qa":
        path, texts = "answer", [draft.text("answer")]
    else:
        path = "plain"
        texts = [text_of(row.get("text")) for _, row in draft.rows("plain")] + [plain for _, _, plain in _pairs(draft)]
    if (mean := _mean_length(texts)) > _LONGEST_SENTENCE:
        yield Found(path, f"白话平均每句{mean:.0f}个字，超过{_LONGEST_SENTENCE}个字不好念，请拆成短句")


RULES = (
    Rule("plain-version-loses", "error", ("guide",), _loses),
    Rule("long-sentence", "advice", ("guide", "qa"), _breathless),
)
