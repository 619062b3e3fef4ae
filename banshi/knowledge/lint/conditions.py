"""Conditions and what follows from them: too short to say anything, ages against guardians, special procedures, results."""

from __future__ import annotations

import re
from collections.abc import Iterator

from banshi.knowledge.lint.amounts import count_of, number_of, spans
from banshi.knowledge.lint.charges import flag_of
from banshi.knowledge.lint.content import is_filled, text_of
from banshi.knowledge.lint.context import Draft
from banshi.knowledge.lint.finding import Found, Rule

_SHORTEST_CONDITION = 10
_OF_AGE = 18
_AGE = r"(\d{1,3}|[一二三四五六七八九十]{1,4})\s*周?岁"
_MINIMUM = re.compile(
    rf"(?:年?满|已满|不得?早于|不低于|不小于|达到|须满|应满){_AGE}|{_AGE}(?:（含）)?(?:以上|及以上)|成年人|成年公民|完全民事行为能力"
)
_MAXIMUM = re.compile(rf"(?:未满|不满|不到|小于|不超过|不大于){_AGE}|{_AGE}(?:（含）)?(?:以下|及以下)")
_GUARDIAN = re.compile("监护人|法定代理人|家长|父母(?:陪同|代办|代为|代理|到场|签字)|未成年")
_NOT_MINORS = re.compile("行为能力|精神|智力|失智|失能|残疾|重病|行动不便|老人|老年|昏迷")
_SPECIAL = re.compile("现场(?:勘验|勘查|勘察|踏勘|核查)|听证|招标|拍卖|检疫|鉴定(?!书)|专家评审|公示")
_BLANK = re.compile(r"\s*(?:无|没有|待定|待补充?|[-—/]+)?\s*")


def _short(draft: Draft) -> Iterator[Found]:
    texts = [(f"{path}.text", text_of(row.get("text"))) for path, row in draft.rows("accept_condition")]
    for path, text in [*texts, *draft.lines("accept_condition")]:
        letters = re.sub(r"[\W_]", "", text)
        if 0 < len(letters) < _SHORTEST_CONDITION:
            yield Found(path, f"受理条件只有{len(letters)}个字，说不清谁能办，请写成完整的一句话", text)


def _ages(draft: Draft) -> tuple[float | None, float | None, str, str]:
    """Lowest and highest age of who may apply, and where the lowest stands with its words. Conditions with both tell cases apart."""
    low, high = count_of(draft.content.get("age_min")), count_of(draft.content.get("age_max"))
    if low is not None or high is not None:
        return low, high, "age_min" if low is not None else "age_max", f"{low if low is not None else high:g}"
    texts = [(f"{path}.text", text_of(row.get("text"))) for path, row in draft.rows("accept_condition")]
    if any(_MINIMUM.search(text) for _, text in texts) and any(_MAXIMUM.search(text) for _, text in texts):
        return None, None, "", ""
    for path, text in texts:
        if match := _MINIMUM.search(text):
            said = next((group for group in match.groups() if group), "")
            return number_of(said) if said else float(_OF_AGE), None, path, text
        if match := _MAXIMUM.search(text):
            said = next((group for group in match.groups() if group), "")
            return None, number_of(said), path, text
    return None, None, "", ""


def _age(draft: Draft) -> Iterator[Found]:
    low, high, path, told = _ages(draft)
    guardian = flag_of(draft.content.get("guardian_handling"))
    if low is not None and low >= _OF_AGE:
        if guardian is True:
            yield Found("guardian_handling", f"服务对象须满{low:g}周岁，却写着可由监护人代办，成年人没有监护人代办一说", told)
        elif (words := _guardian_words(draft)) is not None:
            yield Found(path, f"服务对象须满{low:g}周岁，材料或情形里却有监护人办理的内容：“{words}”", told)
    elif high is not None and high < _OF_AGE and guardian is False:
        yield Found("guardian_handling", f"服务对象不满{high:g}周岁，却写着不可由监护人代办，未成年人自己办不了", told)


def _guardian_words(draft: Draft) -> str | None:
    texts = [f"{text_of(row.get('material_name'))}{text_of(row.get('note'))}" for _, row in draft.rows("materials")]
    texts += [f"{text_of(row.get('when'))}{text_of(row.get('effect'))}" for _, row in draft.rows("situations")]
    texts += [text for _, text in draft.lines("process")]
    return next((text for text in texts if _GUARDIAN.search(text) and not _NOT_MINORS.search(text)), None)


def _bare_procedure(draft: Draft) -> Iterator[Found]:
    for path, row in draft.rows("special_procedure"):
        name = text_of(row.get("name")) or "特别程序"
        if _BLANK.fullmatch(text_of(row.get("basis"))):
            yield Found(f"{path}.basis", f"特别程序“{name}”没有写法律依据，没有依据的不得设置", name)
        limit = text_of(row.get("time_limit"))
        if _BLANK.fullmatch(limit):
            yield Found(f"{path}.time_limit", f"特别程序“{name}”没有写时限，它不计入办结时限，所以必须另写", name)
        elif not spans(limit):
            yield Found(f"{path}.time_limit", f"特别程序“{name}”的时限写着“{limit}”，看不出是多少天", limit)


def _unrecorded_procedure(draft: Draft) -> Iterator[Found]:
    if is_filled(draft.content.get("special_procedure")):
        return
    for path, line in draft.lines("process"):
        if match := _SPECIAL.search(line):
            yield Found(path, f"流程里有“{match[0]}”，特别程序里还没有登记它的依据和时限", line)
            return


def _no_sample(draft: Draft) -> Iterator[Found]:
    kind = draft.label("result_type")
    name = draft.text("result_name")
    has_result = kind not in ("", "无") or (kind == "" and not _BLANK.fullmatch(name))
    if has_result and _BLANK.fullmatch(draft.text("result_sample")):
        yield Found("result_sample", f"办理结果是“{name or kind}”，没有结果样本，群众不知道会拿到什么", name or kind)


RULES = (
    Rule("special-procedure-bare", "error", ("guide",), _bare_procedure),
    Rule("result-no-sample", "error", ("guide",), _no_sample),
    Rule("condition-short", "warning", ("guide",), _short),
    Rule("age-guardian", "warning", ("guide",), _age),
    Rule("special-procedure-unrecorded", "advice", ("guide",), _unrecorded_procedure),
)
