"""Q&A: an answer that answers, phrasings enough and each its own, a department that exists, a basis where one is claimed."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from banshi.knowledge.lint.content import drop, is_filled
from banshi.knowledge.lint.context import Draft, plain_question, questions_of
from banshi.knowledge.lint.finding import Found, Rule
from banshi.knowledge.lint.vague import vague_words

_FEWEST_SIMILAR = 8
_SHORTEST_ANSWER = 10
_SHORT_ANSWER = 30
_CLAUSE = re.compile("[^，,；;。！？!?]+")
_BRING = re.compile("带上?|提供|提交|准备|出示|递交|上交|报送|携带|需要?(?=有关|相关|其[他它])|补交|备齐|补充")
_PAPERS = re.compile("材料|证明|证件|文件|手续|资料|凭证|要件|等等")
"""An answer may send people to a window with a question; what it tells them to bring must be said."""
_HEARSAY = re.compile(
    "视(?:具体|实际)?情况|按(?:有关|相关)规定|按规定(?:办理|执行|处理)|酌情|咨询(?:有关|相关)部门|(?:有关|相关)部门(?:要求|规定|咨询)"
)
_UNIT = re.compile(
    r"\s*(?:[余多几来]?\s*(?:个|[年月日号天时分秒周岁元块角万亿千百件份张本页次名人位户套台辆项条款章种类级档折倍度寸米升克斤吨公平间层楼室栋门科学课期批家所"
    r"点段步趟遍篇句字行列届成倍代胎孩辈只头匹亩瓦伏区处栏站路道线车节集组队班])|[%％‰℃/A-Za-z㎡+\-–—~～至到、.:：×])"
)
_NUMBER = re.compile(r"(?<![\d.A-Za-z/\-〔第—~～+])\d+(?:\.\d+)?(?![\d.])")
_PHONE = re.compile(r"1(?:10|19|20|22)|1\d{4}|9[56]\d{3,4}|400\d+|\d{7,}|(?:19|20)\d{2}")
_CALLED = re.compile(r"(?:打|拨|电话|热线|号码|密码|编号|代码|端口|App|APP|按|选|键|输入)[^，。；]{0,6}$")
_LISTING = re.compile(r"(?:^|[。；;：:\n（(])\s*$")


def _empty(draft: Draft) -> Iterator[Found]:
    letters = re.sub(r"[\W_]", "", draft.text("answer"))
    if len(letters) < _SHORTEST_ANSWER:
        yield Found("answer", "答案是空的，或几乎没有内容", draft.text("answer"))


def _short(draft: Draft) -> Iterator[Found]:
    letters = re.sub(r"[\W_]", "", draft.text("answer"))
    if _SHORTEST_ANSWER <= len(letters) < _SHORT_ANSWER:
        yield Found("answer", f"答案只有{len(letters)}个字，多半没说全：去哪办、带什么、找谁，至少说清一样", draft.text("answer"))


def _few(draft: Draft) -> Iterator[Found]:
    distinct = {plain_question(text) for _, text in draft.lines("similar") if text.strip()}
    if len(distinct) < _FEWEST_SIMILAR:
        yield Found("similar", f"相似问只有{len(distinct)}条不同的，至少要{_FEWEST_SIMILAR}条，群众的说法才找得到它")


def _repeated(draft: Draft) -> Iterator[Found]:
    seen: dict[str, str] = {}
    texts = [("question", draft.text("question")), *draft.lines("similar")]
    enough = len({plain_question(text) for _, text in texts[1:]})
    for path, text in texts:
        form = plain_question(text)
        if not form:
            continue
        if form in seen:
            twin = "标准问" if seen[form] == "question" else f"相似问第{int(seen[form].split('.')[1]) + 1}项"
            # What only repeats the question proper still counts among the phrasings.
            may_go = seen[form] != "question" or enough > _FEWEST_SIMILAR
            yield Found(path, f"和{twin}重复", text, "删去这条" if may_go else None)
        else:
            seen[form] = path


def _drop(draft: Draft, path: str) -> None:
    drop(draft.content, path)


def _vague(draft: Draft) -> Iterator[Found]:
    for clause in _CLAUSE.findall(draft.text("answer")):
        words = vague_words(clause) if _BRING.search(clause) else None
        if words is not None and not _PAPERS.search(words):
            words = None
        if words is None and (match := _HEARSAY.search(clause)):
            words = match[0]
        if words is not None and not re.search("[“”]|不得|不能|不许|不用|没有|乱|叫停|取消", clause):
            yield Found("answer", f"答案里的“{words}”是兜底或含糊的说法，请写明是什么、怎么办", clause.strip())
            return


def _no_unit(draft: Draft) -> Iterator[Found]:
    text = draft.text("answer")
    for match in _NUMBER.finditer(text):
        before, after = text[: match.start()], text[match.end() :]
        ends = re.match(r"\s*(?:$|[，,。；;！？!?）)]|左右|以内|之内|以上|以下|起(?:步|付)|不等|上下)", after)
        if ends is None or _UNIT.match(after) or _PHONE.fullmatch(match[0]) or _CALLED.search(before) or _LISTING.search(before):
            continue
        yield Found("answer", f"数字“{match[0]}”后面没有单位（天、元、份……）", text[max(0, match.start() - 12) : match.end() + 4])
        return


def _no_basis(draft: Draft) -> Iterator[Found]:
    if draft.label("certainty") == "national" and not any(text.strip() for _, text in draft.lines("basis")):
        yield Found("basis", "写着全国统一规定，却没有依据。请写上依据的名称和条款，没有的改为“各地不同”或“待核实”")


def _shared(draft: Draft) -> Iterator[Found]:
    own = f"{draft.kind}:{draft.key}"
    texts = questions_of(draft.kind, draft.content)
    times = Counter(plain_question(text) for path, text in texts if path != "question")
    for path, text in texts:
        form = plain_question(text)
        others = sorted(draft.context.question_owners.get(form, frozenset()) - {own})
        if form and others:
            names = "、".join(other.partition(":")[2] for other in others[:3])
            may_go = draft.kind == "qa" and path != "question" and (len(times) > _FEWEST_SIMILAR or times[form] > 1)
            yield Found(path, f"这句问法在{names}里也有，群众这样问时分不清该答哪条，只能留在一处", text, "从这里删去" if may_go else None)


def _references(draft: Draft) -> Iterator[Found]:
    item, guides, regions = draft.content.get("item"), draft.context.guides, draft.context.regions
    if draft.kind == "qa" and guides and is_filled(item) and (not isinstance(item, str) or item not in guides):
        yield Found("item", f"所属事项“{item}”没有对应的办事指南", str(item)[:60])
    if regions is None:
        return
    places = draft.lines("regions") if draft.kind == "qa" else [("region", draft.text("region"))]
    for path, place in places:
        if place and place not in regions:
            yield Found(path, f"地区代码“{place}”不在地区表里", place)


RULES = (
    Rule("answer-empty", "error", ("qa",), _empty),
    Rule("similar-few", "error", ("qa",), _few),
    Rule("unknown-reference", "error", ("guide", "qa"), _references),
    Rule("answer-short", "warning", ("qa",), _short),
    Rule("answer-vague", "warning", ("qa",), _vague),
    Rule("similar-repeated", "warning", ("qa",), _repeated, _drop),
    Rule("question-shared", "warning", ("guide", "qa"), _shared, _drop),
    Rule("number-no-unit", "warning", ("qa",), _no_unit),
    Rule("basis-missing", "warning", ("qa",), _no_basis),
)
