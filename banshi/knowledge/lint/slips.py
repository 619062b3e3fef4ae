"""Slips in the fixed terms of guides: 复映件, 户口薄, 身份正.

Stored phrasings are not read: citizens' slips stand there on purpose.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cache

from pypinyin import lazy_pinyin

from banshi.knowledge.lint.content import at, put
from banshi.knowledge.lint.context import Draft
from banshi.knowledge.lint.finding import Found, Rule
from banshi.text.terms import fold_syllable


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


_TERMS = _words(
    """身份证 户口簿 户口本 居住证 复印件 营业执照 申请表 申请书 登记表 申报表 审批表 委托书 授权书 承诺书 协议书 介绍信
    结婚证 离婚证 驾驶证 行驶证 出生医学证明 社会保障卡 社保卡 银行卡 毕业证 学位证 学历证 毕业证书 学位证书 学历证书
    残疾证 资格证 许可证 合格证
    登记证 不动产权证书 房产证 无犯罪记录证明 诊断证明 鉴定书 判决书 通知书 回执单 公证书 翻译件 代理人 申请人 监护人
    经办人 法定代表人 负责人 工作日 自然日 受理条件 申请材料 办理流程 办理地点 办理时限 政务服务中心 便民服务中心 派出所
    公安局 民政局 税务局 统一社会信用代码 工本费 免冠照片 证件照 个体工商户 养老保险 医疗保险 失业保险 工伤保险
    生育保险 住房公积金 最低生活保障 行政许可 行政确认 行政复议 行政诉讼 网上申请 窗口办理 邮寄送达 电子证照 身份证明
    亲属关系 婚姻登记 户籍所在地 居住地 有效期 劳动合同 租赁合同 购房合同 健康证明 公安机关 人民政府 市场监督管理
    卫生健康 医疗保障 自然资源 不动产登记 港澳通行证 异地就医 转移接续"""
)
_LOOKS_ALIKE = dict(
    pair.split("=")
    for pair in _words(
        """簿=薄傅 件=伴仵 证=征怔 口=囗日 申=甲由 人=入八 日=曰目 本=木夲 复=夏 印=卬 照=昭 执=扶 营=菅 险=验捡 保=堡葆 税=悦
        缴=激 免=兔 贷=货 户=尸卢 籍=藉 冠=寇 监=临 诊=珍 残=浅 账=帐 历=厉 权=杈 处=外 民=氏 码=吗 庭=廷 赁=凭 诺=若 费=贵赞 份=仹忿"""
    )
)
_FIXED = dict(
    pair.split("=")
    for pair in _words(
        """身分证=身份证 复映件=复印件 复应件=复印件 户口薄=户口簿 帐户=账户 帐号=账号 帐单=账单 原伴=原件 受埋=受理 办埋=办理
        材枓=材料 财料=材料 申清=申请 提供供=提供 窗囗=窗口 年令=年龄 按装=安装 登陆网站=登录网站 登陆平台=登录平台
        登陆系统=登录系统 登陆吉事办=登录吉事办 签定合同=签订合同 证朋=证明"""
    )
)
"""Slips in terms of two characters, and others that sound does not give."""
_DOUBLED = re.compile("(书|件|证|簿|照)\\1(?=$|[，。；、（）及和或后时])|(表)\\2(?=$|[，。；、（）])")
_FOLLOWS = re.compile(r"$|[^\u4e00-\u9fff]|[原复及和或后号丢与由须应可]")
"""What may follow a document's name. A slip in its last character counts only before these: 承诺|属实, 身份|正确, 申请|标准."""
_OTHER_WORDS = frozenset(("负责任", "水务局", "全部收费"))


_EVERYDAY = frozenset(
    "的了不是在有和就也都要会能去来说这那怎真认数之与于以把被为很再已给向着过地得吗呢吧个上下里中到对从还又但并且如此其某每各只才刚便"
)
"""Characters of the same sound that follow a shorter term in ordinary sentences: 申请|认定, 户口|不用, 学历|真伪."""


@cache
def _same_sound() -> dict[str, str]:
    """Syllable → the common characters (GB 2312) that sound like it or nearly so."""
    sounds: defaultdict[str, list[str]] = defaultdict(list)
    for high in range(0xB0, 0xF8):
        for low in range(0xA1, 0xFF):
            character = bytes((high, low)).decode("gb2312", errors="ignore")
            if character:
                sounds[fold_syllable(lazy_pinyin(character)[0])].append(character)
    return {sound: "".join(characters) for sound, characters in sounds.items()}


@cache
def _slips() -> dict[str, str]:
    """Every slip in a term → the term: one character of the same sound or the same look, two neighbours exchanged, one written twice."""
    found = dict(_FIXED)
    for term in _TERMS:
        wrongs = [term[:i] + term[i + 1] + term[i] + term[i + 2 :] for i in range(len(term) - 1)]
        wrongs += [term[: i + 1] + term[i:] for i in range(len(term))]
        for i, (character, syllable) in enumerate(zip(term, lazy_pinyin(term), strict=True)):
            inside = 0 < i < len(term) - 1
            others = _same_sound().get(fold_syllable(syllable), "") + _LOOKS_ALIKE.get(character, "")
            wrongs += [term[:i] + other + term[i + 1 :] for other in others if inside or other not in _EVERYDAY]
        for wrong in wrongs:
            if wrong not in _OTHER_WORDS and not any(right in wrong for right in _TERMS):
                found.setdefault(wrong, term)
    return found


def _is_slip(wrong: str, right: str, after: str) -> bool:
    only_last = len(wrong) == len(right) and wrong[:-1] == right[:-1]
    return not only_last or wrong in _FIXED or _FOLLOWS.match(after) is not None


@cache
def _lengths() -> dict[str, tuple[int, ...]]:
    """First two characters → how long the slips are that begin so, the longest first."""
    lengths: defaultdict[str, set[int]] = defaultdict(set)
    for wrong in _slips():
        lengths[wrong[:2]].add(len(wrong))
    return {start: tuple(sorted(found, reverse=True)) for start, found in lengths.items()}


def slips_in(text: str) -> list[tuple[str, str]]:
    """Slips in a text with the terms that are meant, in order, the longest where several begin."""
    slips, lengths = _slips(), _lengths()
    found: list[tuple[str, str]] = []
    start = 0
    while start < len(text):
        length = next((length for length in lengths.get(text[start : start + 2], ()) if text[start : start + length] in slips), 0)
        wrong = text[start : start + length]
        if length and _is_slip(wrong, slips[wrong], text[start + length : start + length + 1]):
            found.append((wrong, slips[wrong]))
        else:
            length = 1
        start += length
    return [*found, *((match[0], match[0][0]) for match in _DOUBLED.finditer(text))]


def mended(text: str) -> str:
    """The text with its slips put right."""
    for wrong, right in slips_in(text):
        text = text.replace(wrong, right)
    return text


def _near_misses(draft: Draft) -> Iterator[Found]:
    for path, text in draft.formal:
        if found := slips_in(text):
            wrong, right = found[0]
            yield Found(path, f"“{wrong}”像是“{right}”写错了", wrong, f"改为“{right}”")


def _write_right(draft: Draft, path: str) -> None:
    put(draft.content, path, mended(at(draft.content, path)))


RULES = (Rule("near-miss", "warning", ("guide", "qa"), _near_misses, _write_right),)
