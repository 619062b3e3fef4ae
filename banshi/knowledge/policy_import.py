"""Import a policy text as citable passages, and keep it as one YAML file a document.

A text reaches the store only through the garble gate. What stands before the title (a news lead, a table of metadata) and after
the signature (distribution list, page furniture) is no part of the document.
"""

from __future__ import annotations

import hashlib
import re
from datetime import date
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from banshi.knowledge.errors import GarbledTextError, KnowledgeError
from banshi.knowledge.garble import DamagedPassage, damaged_passages
from banshi.knowledge.policies import Passage, Policy

PREFACE = "前言"
UNKNOWN_ORGAN = "原文未载明"
_QUOTED_PASSAGES = 20

# GB/T 2260: the 31 provinces, with the name as written in ids.
_PROVINCES: dict[str, tuple[str, str]] = {
    "北京": ("110000", "beijing"), "天津": ("120000", "tianjin"), "河北": ("130000", "hebei"), "山西": ("140000", "shanxi"),
    "内蒙古": ("150000", "neimenggu"), "辽宁": ("210000", "liaoning"), "吉林": ("220000", "jilin"),
    "黑龙江": ("230000", "heilongjiang"), "上海": ("310000", "shanghai"), "江苏": ("320000", "jiangsu"),
    "浙江": ("330000", "zhejiang"), "安徽": ("340000", "anhui"), "福建": ("350000", "fujian"), "江西": ("360000", "jiangxi"),
    "山东": ("370000", "shandong"), "河南": ("410000", "henan"), "湖北": ("420000", "hubei"), "湖南": ("430000", "hunan"),
    "广东": ("440000", "guangdong"), "广西": ("450000", "guangxi"), "海南": ("460000", "hainan"), "重庆": ("500000", "chongqing"),
    "四川": ("510000", "sichuan"), "贵州": ("520000", "guizhou"), "云南": ("530000", "yunnan"), "西藏": ("540000", "xizang"),
    "陕西": ("610000", "shaanxi"), "甘肃": ("620000", "gansu"), "青海": ("630000", "qinghai"), "宁夏": ("640000", "ningxia"),
    "新疆": ("650000", "xinjiang"),
}  # fmt: skip

_NUMERAL = "[一二三四五六七八九十]+"
# The three levels of numbering in official documents (党政机关公文格式 GB/T 9704): 一、 （一） 1.
_LEVELS = (
    re.compile(rf"({_NUMERAL})、\s*(.+)"),
    re.compile(rf"[（(]({_NUMERAL})[）)]\s*(.+)"),
    re.compile(r"(\d{1,2})[.．]\s*(?!\d)(.+)"),
)
_DOCUMENT_NUMBER = re.compile(r"[\u4e00-\u9fff]{1,8}[〔\[](\d{4})[〕\]]\s*(\d+)\s*号")
_DATE_LINE = re.compile(r"(\d{4})年(\d{1,2})月(\d{1,2})日")
_METADATA_DATE = re.compile(r"成文日期\s*[:：]\s*(\d{4})-(\d{1,2})-(\d{1,2})")
_METADATA_ORGAN = re.compile(r"发文机关\s*[:：]\s*(\S+)")
_TITLE_END = re.compile("(?:意见|方案|通知|办法|规定|决定|细则|条例|规划|要点|措施|公告|通告|纲要|计划|指南|清单|批复|函)$")
_SIGNATURE = re.compile(r"[\u4e00-\u9fff]{2,24}(?:人民政府|办公厅|办公室|委员会|管理局|厅|局)")
_AFTER_TEXT = re.compile(r"[（(]此件.*公开.*[）)]|抄送[:：].*|.*\d日印发|[（(]?责任编辑.*|分享|上一篇.*|下一篇.*|相关内容|附件[:：].*")
_NO_TITLE_LINE = re.compile(r"[。；：:，,]")
_LONGEST_TITLE_LINE = 40
_LONGEST_HEADING = 45

_LINK = r"https?://[^\s）)，,。；;]+"
_MAIL = r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"
# With the words that only lead to them: （模板下载地址：…） and the clause ，电子版同步发送至…
_CONTACTS = (
    re.compile(rf"[（(][^（）()]*?(?:{_LINK}|{_MAIL})[^（）()]*[）)]", re.ASCII),
    re.compile(rf"[，,；;][^，,；;。（）()]*(?:{_LINK}|{_MAIL})(?=[，,；;。]|$)", re.ASCII),
    re.compile(rf"{_LINK}|{_MAIL}", re.ASCII),
)


def import_policy(text: str, *, source: str, policy_id: str | None = None) -> Policy:
    """Parse a policy text.

    Args:
        text: the document with its title, as plain text, one paragraph a line.
        source: file name or address the text came from; named in every error.
        policy_id: id for a text without 文号; without it such a text gets one from its title. Ignored where there is a 文号.

    Returns:
        The policy. Headings are taken out of the passages' texts. E-mail addresses and links are left out: they age, and no
        answer may send people to an address that nobody maintains.

    Raises:
        GarbledTextError: the text is damaged; nothing may be stored of it.
        KnowledgeError: title, numbered sections or province cannot be made out.
    """
    lines = [line.strip() for line in re.split(r"\r\n?|\n", text.removeprefix("\ufeff"))]
    first_section = next((i for i, line in enumerate(lines) if _LEVELS[0].fullmatch(line)), None)
    title_lines = _title_lines(lines[:first_section])
    title = "".join(lines[i] for i in title_lines)
    damaged = damaged_passages(text, title or None)
    if damaged:
        raise GarbledTextError(_refusal(source, damaged))
    if not title:
        raise KnowledgeError(f"{source}：找不到标题。标题应在正文之前单独成行，以意见、方案、通知、办法等文种结尾")
    if first_section is None:
        raise KnowledgeError(f"{source}：没有“一、”这样编号的条款，无法分条引用")
    head = lines[:first_section]
    document_number = _document_number(head)
    body_end = _body_end(lines, first_section)
    organ = _organ(lines, title_lines, body_end, title)
    province = _province(title, organ, text)
    if province is None:
        raise KnowledgeError(f"{source}：看不出适用于哪个省，标题、发文机关和正文里都没有省名")
    region, spelled = _PROVINCES[province]
    preface = [line for line in head[title_lines[-1] + 1 :] if line and not _DOCUMENT_NUMBER.fullmatch(line)]
    return Policy(
        id=_identifier(spelled, document_number, title, policy_id),
        title=title,
        document_number=document_number,
        organ=organ,
        issued=_issued(head, lines[body_end:]),
        region=region,
        passages=(
            *([Passage(number=PREFACE, heading="", text=_without_contacts("\n".join(preface)))] if preface else []),
            *_passages(lines[first_section:body_end]),
        ),
    )


def write_policy(policy: Policy, folder: Path) -> Path:
    """Write `<id>.yml` and return its path.

    Raises:
        KnowledgeError: the file holds another document (two organs of one province can use the same year and number).
    """
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{policy.id}.yml"
    if path.exists():
        present = _read(path)
        if (present.title, present.document_number) != (policy.title, policy.document_number):
            raise KnowledgeError(f"{path.name} 已经存有另一份文件《{present.title}》，请先改用别的编号，不能覆盖")
    record = policy.model_dump(exclude_unset=True)
    record["passages"] = list(record["passages"])
    path.write_text(yaml.safe_dump(record, allow_unicode=True, sort_keys=False, width=4096), encoding="utf-8")
    return path


def load_policies(folder: Path) -> list[Policy]:
    """Read all policies of a folder, in the order of their ids; none when there is no such folder.

    Raises:
        KnowledgeError: a file is not a policy; the message names file and field.
    """
    return [_read(path) for path in sorted(folder.glob("*.yml"))]


def _read(path: Path) -> Policy:
    try:
        raw = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise KnowledgeError(f"{path.name}：不是有效的 YAML 文件（{' '.join(str(error).split())}）") from error
    return policy_from(raw, path.stem, path.name)


def policy_from(raw: Any, key: str, where: str) -> Policy:
    """A policy from its parsed file.

    Raises:
        KnowledgeError: it is no policy; the message names place and field.
    """
    try:
        policy = Policy.model_validate(raw)
    except ValidationError as error:
        problems = "；".join(f"{'.'.join(map(str, e['loc'])) or '整份'}：{e['msg']}" for e in error.errors()[:5])
        raise KnowledgeError(f"{where}：{problems}") from error
    if policy.id != key:
        raise KnowledgeError(f"{where}：id {policy.id} 与文件名不一致")
    numbers = [passage.number for passage in policy.passages]
    repeated = next((number for number in numbers if numbers.count(number) > 1), None)
    if repeated is not None:
        raise KnowledgeError(f"{where}：条款编号 {repeated} 重复，引用时分不清是哪一条")
    return policy


def _refusal(source: str, damaged: list[DamagedPassage]) -> str:
    quoted = "；".join(f"第{p.line}行第{p.column}字“{p.quote}”（{p.reason}）" for p in damaged[:_QUOTED_PASSAGES])
    rest = "" if len(damaged) <= _QUOTED_PASSAGES else "；等"
    return f"{source}：文本有 {len(damaged)} 处损坏，已拒绝导入，没有存入任何内容。{quoted}{rest}。请换用原始文件重新导入"


def _title_lines(head: list[str]) -> list[int]:
    """Indexes of the lines the title is set in, empty when there is none."""
    last = next((i for i, line in enumerate(head) if _TITLE_END.search(line) and _may_be_title(line)), None)
    if last is None:
        return []
    found = [last]
    for i in range(last - 1, -1, -1):
        if head[i] and not _may_be_title(head[i]):
            break
        if head[i]:
            found.append(i)
    return found[::-1]


def _may_be_title(line: str) -> bool:
    return len(line) <= _LONGEST_TITLE_LINE and not _NO_TITLE_LINE.search(line) and not _DOCUMENT_NUMBER.search(line)


def _document_number(head: list[str]) -> str | None:
    """The 文号 on a line of its own or as metadata; numbers inside sentences belong to other documents."""
    for line in head:
        match = _DOCUMENT_NUMBER.fullmatch(re.sub(r"^发文字号\s*[:：]\s*|\s+发布日期.*$", "", line))
        if match:
            return match[0].replace("[", "〔").replace("]", "〕").replace(" ", "")
    return None


def _body_end(lines: list[str], start: int) -> int:
    for i in range(start, len(lines)):
        if any(pattern.fullmatch(lines[i]) for pattern in (_SIGNATURE, _DATE_LINE, _AFTER_TEXT)):
            return i
    return len(lines)


def _organ(lines: list[str], title_lines: list[int], body_end: int, title: str) -> str:
    """Who issued it: metadata, signature, 发布《标题》 in the lead, or the beginning of the title."""
    lead = "\n".join(lines[: title_lines[0]])
    if match := _METADATA_ORGAN.search(lead):
        return match[1]
    if body_end < len(lines) and _SIGNATURE.fullmatch(lines[body_end]):
        return lines[body_end]
    if match := re.search(rf"([\u4e00-\u9fff]+)(?:发布|印发|出台)(?:了)?《{re.escape(title)}》", lead):
        return match[1]
    if match := re.match(r"([\u4e00-\u9fff]{4,24}?)关于", title):
        return match[1]
    return UNKNOWN_ORGAN


def _issued(head: list[str], tail: list[str]) -> date | None:
    for line in head:
        if match := _METADATA_DATE.search(line):
            return date(int(match[1]), int(match[2]), int(match[3]))
    for line in tail:
        if match := _DATE_LINE.fullmatch(line):
            return date(int(match[1]), int(match[2]), int(match[3]))
    return None


def _province(title: str, organ: str, text: str) -> str | None:
    for part in (organ, title):
        if found := next((name for name in _PROVINCES if part.startswith(name)), None):
            return found
    counts = {name: len(re.findall(f"{name}(?:省|市|自治区|壮族|回族|维吾尔)", text)) for name in _PROVINCES}
    best = max(counts, key=lambda name: counts[name])
    return best if counts[best] else None


def _identifier(province: str, document_number: str | None, title: str, given: str | None) -> str:
    if match := _DOCUMENT_NUMBER.fullmatch(document_number or ""):
        return f"policy-{province}-{match[1]}-{match[2]}"
    return given or f"policy-{province}-{hashlib.sha256(title.encode()).hexdigest()[:8]}"


def _passages(lines: list[str]) -> list[Passage]:
    """One passage a numbered section that has text of its own, numbered by its path: 二（一）3."""
    found: list[tuple[str, str, list[str]]] = []
    path = ["", "", ""]
    for line in filter(None, lines):
        level, match = next(((i, m) for i, pattern in enumerate(_LEVELS) if (m := pattern.fullmatch(line))), (0, None))
        if match is None:
            found[-1][2].append(line)
            continue
        path[level:] = [f"（{match[1]}）" if level == 1 else match[1], *[""] * (2 - level)]
        heading, rest = _heading(match[2])
        found.append(("".join(path), heading, [rest] if rest else []))
    return [Passage(number=number, heading=heading, text=_without_contacts("\n".join(text))) for number, heading, text in found if text]


def _heading(line: str) -> tuple[str, str]:
    """Split 规范场所。各级要… into heading and text; a section without a heading of its own is headed by its first clause."""
    heading, stop, rest = line.partition("。")
    if len(heading) <= _LONGEST_HEADING and (rest or not stop or len(heading) < len(line) - 1):
        return heading, rest.strip()
    if len(heading) <= _LONGEST_HEADING:
        return heading, ""
    return re.split("[，,；;]", heading)[0][:_LONGEST_HEADING], line


def _without_contacts(text: str) -> str:
    for pattern in _CONTACTS:
        text = pattern.sub("", text)
    return text
