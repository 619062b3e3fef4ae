"""Charges: what is charged has a basis, what is free asks for no payment, and the flags say what the rows say.

Source: 《优化营商环境条例》 §23 and 收费目录清单: no charge without a published basis.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from banshi.knowledge.lint.content import put, text_of
from banshi.knowledge.lint.context import Draft
from banshi.knowledge.lint.finding import Found, Rule

_AMOUNT = re.compile(
    r"(?:(?:[¥￥]\s*)?\d+(?:[.,]\d+)*|[一二三四五六七八九十百千万两半壹贰叁肆伍陆柒捌玖拾佰仟]{1,8})\s*(?:万|千|百)?\s*(?:余|多)?\s*(?:元|块|角|毛|分钱|圆|%|％|‰)"
    r"|[¥￥]\s*\d|[百千]分之[一二三四五六七八九十]|^\s*\d+(?:\.\d+)?\s*$|RMB"
)
_ZERO = re.compile(r"(?<![\d.])0+(?:\.0+)?\s*(?:元|块)")
_FREE = re.compile("不收|免费|免收|免征|免交|免缴|停征|零收费|无需缴|不用缴|不需缴|不收取|无费用|免工本费")
_SOME = re.compile("一般|较多|多数|多地|部分|个别|各地|有的|可免|可减")
_EMPTY = re.compile(r"\s*(?:无|没有|暂无|不详|待补充?|按规定|[-—/]+)?\s*")
_DITTO = re.compile(r"\s*(?:同上|同前|见上|同第?[一1]项|〃)\s*")
_PRICE_PAPER = re.compile("价格|收费|财税|财综|物价|价费|发改价")


def flag_of(value: Any) -> bool | None:
    """是/否 however it is written; None for anything else."""
    if isinstance(value, bool):
        return value
    said = value.strip().lower() if isinstance(value, str) else ""
    return True if said in ("是", "true", "yes") else False if said in ("否", "false", "no") else None


def _amount(row: Mapping[str, Any]) -> bool:
    stand = _ZERO.sub("", text_of(row.get("fee_stand")))
    return _AMOUNT.search(stand) is not None


def _is_free(row: Mapping[str, Any]) -> bool:
    stand = text_of(row.get("fee_stand"))
    return not _amount(row) and not _SOME.search(stand) and (_FREE.search(stand) is not None or _ZERO.search(stand) is not None)


def _fees_are_free(draft: Draft) -> bool:
    fees = draft.content.get("fees")
    return isinstance(fees, list) and all(isinstance(row, Mapping) and _is_free(row) for row in fees)


def _price_papers(draft: Draft) -> list[str]:
    return [text for _, text in draft.lines("by_law") if _PRICE_PAPER.search(text)]


def _no_basis(draft: Draft) -> Iterator[Found]:
    for path, row in draft.rows("fees"):
        if _amount(row) and _EMPTY.fullmatch(text_of(row.get("fee_basis"))):
            papers = _price_papers(draft)
            message = f"收费“{text_of(row.get('fee_name'))}”没有写收费依据。没有依据的不得收费"
            repair = f"依据填“{papers[0]}”" if len(papers) == 1 else None
            yield Found(f"{path}.fee_basis", message, text_of(row.get("fee_stand")), repair)


def _take_basis(draft: Draft, path: str) -> None:
    put(draft.content, path, _price_papers(draft)[0])


def _flag(draft: Draft) -> Iterator[Found]:
    charged = flag_of(draft.content.get("is_fee"))
    amounts = [text_of(row.get("fee_stand")) for _, row in draft.rows("fees") if _amount(row)]
    if charged is False and amounts:
        yield Found("is_fee", f"是否收费写着“否”，收费里却有“{amounts[0]}”", amounts[0], "是否收费改为“是”")
    elif charged is True and _fees_are_free(draft):
        yield Found("is_fee", "是否收费写着“是”，收费里却没有一项要钱", "", "是否收费改为“否”")


def _turn(draft: Draft, _: str) -> None:
    draft.content["is_fee"] = flag_of(draft.content["is_fee"]) is False


def _pays_online(draft: Draft) -> Iterator[Found]:
    charged = flag_of(draft.content.get("is_fee"))
    free = charged is False or (charged is None and _fees_are_free(draft))
    if free and flag_of(draft.content.get("is_pay_online")) is True:
        yield Found("is_pay_online", "不收费的事项写着可以网上支付，群众会以为要交钱", "是", "是否网上支付改为“否”")


def _no_payment(draft: Draft, _: str) -> None:
    draft.content["is_pay_online"] = False


def _ditto(draft: Draft) -> Iterator[Found]:
    above = ""
    for path, row in draft.rows("fees"):
        basis = text_of(row.get("fee_basis"))
        if _DITTO.fullmatch(basis):
            yield Found(
                f"{path}.fee_basis",
                "收费依据写着“同上”，单独看这一项就不知道依据是什么，请写全",
                basis,
                "写上前一项的依据" if above else None,
            )
        elif basis.strip():
            above = basis


def _write_out(draft: Draft, path: str) -> None:
    rows = draft.rows("fees")
    number = next(i for i, (where, _) in enumerate(rows) if f"{where}.fee_basis" == path)
    before = [basis for _, row in rows[:number] if (basis := text_of(row.get("fee_basis"))).strip() and not _DITTO.fullmatch(basis)]
    put(draft.content, path, before[-1])


RULES = (
    Rule("fee-no-basis", "error", ("guide",), _no_basis, _take_basis),
    Rule("fee-flag", "error", ("guide",), _flag, _turn),
    Rule("free-pays-online", "error", ("guide",), _pays_online, _no_payment),
    Rule("basis-ditto", "advice", ("guide",), _ditto, _write_out),
)
