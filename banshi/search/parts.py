"""What a message really asks: corrections taken at their word, several questions taken apart.

Works on normalised text with its punctuation; knows no items. Which parts are questions of their own is for the engine to decide,
which can look each of them up.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

_BREAK = r"[,，、;；。.!！?？\s]+"
_INNER = r"[^,，、;；。.!！?？\s]"
_TRAITS = "户口|本地|本人|居民|学生|党员|业主|职工|一个|吉林|长春|城镇|农村|外地|必须|说"
"""Who is not one of these tells about himself and takes nothing back."""
_SAID = r"(?:(?:说|问|要办|想办|要问|指|要|找|想)的)?"
_CORRECTIONS = tuple(
    (re.compile(pattern), replacement)
    for pattern, replacement in (
        # "我说的不是驾照，是身份证丢了": what stands between goes.
        (rf"我?{_SAID}(?<!是)并?不是{_INNER}{{1,14}}{_BREAK}(?:而|我)?{_SAID}(?:而|就)?是", ""),
        # "我问的是公司，不是个体户"
        (rf"((?:问|说|办|要|指|想|找)的?是{_INNER}{{1,20}}){_BREAK}(?:可|并)?不是{_INNER}{{1,12}}(?={_BREAK}|$)", r"\1"),
        # "不是育儿补贴，我问生育津贴"
        (
            rf"(?:^|(?<=[,，。;；!！\s]))我?{_SAID}不是(?!{_INNER}{{0,6}}(?:{_TRAITS})){_INNER}{{1,10}}[哈啊呀]?{_BREAK}(?!能|可以|咋|怎么|要|还|是不是|行|给|得|用|也|就能)(?:我)?(?:(?:问|说)(?:的是)?)?(?={_INNER}{{3}})",
            "",
        ),
        # "别给我说个体户，我问的是公司"
        (rf"(?:别|甭|不要|不用)再?老?(?:跟我|给我|和我)?(?:说|讲|扯|提|发|推|整){_INNER}{{1,12}}{_BREAK}我?{_SAID}是?", ""),
        # "没问港澳那个，我要办护照"
        (rf"我?(?:没|不)(?:问|说){_INNER}{{1,10}}{_BREAK}(?=我?(?:要|想|问|说|就|是))", ""),
        # "不办居住证了，我直接想把户口落过来"
        (rf"我?不(?:想|要|打算)?再?办{_INNER}{{1,8}}了?{_BREAK}(?=我?(?:直接|只|就|现在|改)?(?:想|要|问|办))", ""),
        # "户口不迁，就办个居住证"
        (rf"{_INNER}{{2,8}}?先?不(?:办|迁|换|补|转|过)了?{_BREAK}(?=我?(?:就|只)(?!不|能|会|可以))", ""),
        # "不要网上办，去窗口在哪"
        (rf"不(?:要|想|用)(?:在|上)?(?:网上|线上|手机上?|网)(?:办|弄|整|申请)的?{_BREAK}", ""),
        # "身份证没丢，就是坏了"; but "身份证也没丢，就是驾驶证找不着了" goes on to another matter
        (rf"(?<!也)(?:没|没有)(?:丢|坏|过期|到期|挂失|换)了?{_BREAK}(?:就是|只是|光是|是(?!不))", ""),
    )
)
_SHORT_CLAUSE = 5
_LEAST = 3
"""So many characters must be left, or the correction is not taken."""

_JOINT = re.compile(
    rf"(?:{_BREAK}|^)(?:还有(?:就是|一个|件事)?(?!没有|没$|效|几|多|个|点|啥|什么|哪|用|人|钱|俩|仨|办法|资格|必要|可能|希望|救|时间|名额|戏|招|[一二两三四五六七八九十\d])|另外(?:再?问(?:一?下)?)?|再问(?:一?下|问|你)?|再就是|再有(?!一)|"
    rf"顺便再?(?:问(?:一?下|问)?|打听(?:一?下)?)|对了|其次|(?:另外)?还想(?:问|知道|打听)(?:一?下)?|第[二三23](?:个?问题|件事|个?(?=[,，:：、\s]))|然后我?(?:还)?(?:想|要)?问(?:一?下|问)?|同时)[,，:：、\s]*|"
    r"以及[,，\s]*|顺便问(?:一?下|问)?[,，\s]*"
)
_STOP = re.compile(r"[,，;；。.!！?？\n]+")
_FIRST = re.compile(r"^(?:第[一1](?:个?问题|件事|个?(?=[,，:：、\s]))|首先|先问(?:一?下|问)?)[,，:：、\s]*")
_ASKING = re.compile(
    r"(?<!没)(?<!没有)什么|怎么|怎样|咋|(?<!没)(?<!没有)啥|多少|多久|多长|几[个天年次岁号点趟份块回遍样本张家月]|哪|谁|是不是|可不可以|有没有|需不需要|多钱|([\u4e00-\u9fff])不\1|"
    r"(?:吗|么|不|没|嘛)$|(?:费用|时限|材料|流程|条件|地址|手续)$"
)
_PERHAPS_ASKING = re.compile(r"(?:呢|啊|呀|吧)$")
"""A question at the end of a message ("那房本呢"), a remark before it ("单位给交着医保呢，…")."""

_BESIDE = re.compile(r"也(?!许|可以|就|能|行|好|是)|还(?:想|打算|要办|得办)|顺便|一[起并]")
"""In a clause that may be about a matter of its own: "护照也没有", "我还想申请创业贷款"."""
_DONE = re.compile(r"(?:已经|完了|好了|[过下]来了|过去了|妥了|齐了|成了|改过了|[迁转办交换领搬落签]了$|完$|没(?:丢|坏|过期|到期)$|着呢$)")
"""What is done, has not happened, or goes on as it is, is not asked for."""
_SHARED = re.compile(r"^(?:请问|那|教教?我?|帮我?[看说问]*|求)*(?:这?[俩两]样?|都|分别|各自?|一共)")
"""Begins a question that is asked of all matters before it: "都在哪办", "这俩怎么办"."""


@dataclass(frozen=True)
class Part:
    """One question of a message.

    Attributes:
        text: its words, with what led up to it.
        joined: it begins with words that announce another question (还有, 另外, 顺便问).
        beside: it has words that may set a matter beside the one before (也, 还想).
    """

    text: str
    joined: bool
    beside: bool = False


def as_meant(text: str) -> str:
    """The text without what its own words take back: "不是补办，是换证" asks about 换证."""
    meant = text
    for pattern, replacement in _CORRECTIONS:
        meant = pattern.sub(replacement, meant)
    return meant.strip(" ,，、;；。.!！") if meant != text and len(meant) >= _LEAST else text


def asking_clause(text: str) -> str:
    """The last clause that asks something: in a story the question comes last, remarks may follow it. A clause too short to say what
    it asks ("行吗") comes with the one before."""
    clauses = [clause.strip() for clause in _STOP.split(text) if clause.strip()]
    if not clauses:
        return text
    asking = (i for i, clause in enumerate(clauses) if _ASKING.search(clause) or _PERHAPS_ASKING.search(clause))
    number = max(asking, default=len(clauses) - 1)
    return clauses[number] if len(clauses[number]) >= _SHORT_CLAUSE or number == 0 else clauses[number - 1] + clauses[number]


def take_apart(text: str) -> list[Part]:
    """The questions of a message in their order, at least one. A clause that asks nothing belongs to the question after it."""
    pieces: list[tuple[str, bool]] = []
    start, joined = 0, False
    body = _FIRST.sub("", text.strip())
    for match in _JOINT.finditer(body):
        if match.start() > 0:
            pieces.append((body[start : match.start()], joined))
            joined = True
        start = match.end()
    pieces.append((body[start:], joined))
    parts: list[Part] = []
    for piece, begins in pieces:
        clauses = [clause for clause in (clause.strip() for clause in _STOP.split(piece)) if clause]
        parts += _parts(clauses, begins=begins)
    return parts or [Part(body, False)]


def _parts(clauses: list[str], *, begins: bool) -> list[Part]:
    """The questions of a piece of a message, which words like 还有 keep apart from others."""
    shared = clauses[-1] if len(clauses) > 2 and _SHARED.match(clauses[-1]) and _ASKING.search(clauses[-1]) else None
    parts: list[Part] = []
    waiting: list[str] = []
    for clause in clauses[: len(clauses) - (shared is not None)]:
        beside = bool(waiting or parts) and bool(_BESIDE.search(clause)) and not _DONE.search(clause)
        if beside and waiting and not all(map(_DONE.search, waiting)):
            parts.append(Part("，".join(waiting), begins and not parts))
            waiting = []
        waiting.append(clause)
        if beside or _ASKING.search(clause):
            parts.append(Part("，".join(waiting), begins and not parts, beside))
            waiting = []
    if waiting and parts:
        parts[-1] = replace(parts[-1], text=f"{parts[-1].text}，{'，'.join(waiting)}")
    elif waiting:  # a piece that asks nothing: a matter named after 还有, or the beginning of the message
        parts.append(Part("，".join(waiting), begins))
    return [part if shared is None or _ASKING.search(part.text) else replace(part, text=f"{part.text}，{shared}") for part in parts]
