"""A pair told to a citizen, and what the zone's four functions are reached by."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from banshi.connect.cross_province.port import Side, ZoneItem
from banshi.desk.crossing.asking import Pair
from banshi.desk.crossing.resolver import Resolved
from banshi.desk.replies import HAND_OFF, Reply, reply
from banshi.desk.tickets.complaints import COMPLAIN
from banshi.knowledge.cross_province import Mode
from banshi.knowledge.places import Place
from banshi.search.result import ItemReference, SearchResult

CROSS = "/cross_province"
AWAY = "“跨省通办”专区这会儿连不上，能不能这样办暂时查不到。请过一会儿再问，或者转人工、拨打12345。"
_HOW = {
    Mode.ONLINE: "自己在网上从头办到尾，不用回去，也不用去窗口。",
    Mode.COLLECTED: "在您所在地的“跨省通办”专窗交材料，专窗核对身份、做形式审查后寄给办理地，由办理地审批，结果寄给您或网上送达。",
    Mode.JOINT: "只到一处交材料，要一起办的几个地方内部配合，您不用两头跑。",
    Mode.ANYWHERE: "在哪儿都能直接办，不用回办理地。",
}
_CHECK = "去之前先打12345或看专区确认一下。"
_SHOWN = 8


def tell(found: Resolved, portal_url: str, *, guide: SearchResult | None = None) -> Reply:
    """What is known of a pair, with who does what.

    Args:
        found: what is known.
        portal_url: where the zone is entered.
        guide: the answer of the item's guide, which is cited; None cites nothing.
    """
    lines = [f"【{found.name}】您在{found.here.name}，事归{found.belongs.name}（{found.scope}）"]
    way, side = found.way, found.way.receiving if found.way is not None else None
    if found.verdict == "yes" and found.mode is not None:
        lines += [f"能办，方式是“{found.mode}”：{_HOW[found.mode]}"]
    elif found.verdict == "yes":
        lines += ["能在您所在地办；哪种方式这里没有收录。"]
    elif found.verdict == "no":
        lines += ["这两地之间现在不能这样办。"]
    else:
        lines += ["能不能办，这里不知道。"]
    lines.append(found.why)
    if side is not None and found.verdict == "yes":
        if found.mode is not Mode.ONLINE:
            windows = [f"· {one.name}：{one.address}" + (f"，{one.hours}" if one.hours else "") for one in side.windows]
            lines += ["去哪儿：", *windows] if windows else [f"去哪儿：{side.name}的“跨省通办”专窗，地址这里没有收录，打当地12345问。"]
        assert way is not None
        decides = side if found.mode is Mode.ANYWHERE else way.deciding
        lines.append(f"谁决定：{decides.organ or f'{decides.name}的主管部门'}。")
        days = f"{way.workdays}个工作日" + (f"，来回寄另加约{way.mailing_days}天" if way.mailing_days else "") if way.workdays else way.time
        lines += [f"多久：{days}。"] if days else []
        lines += [f"寄递：{way.mailing}"] if way.mailing else []
        lines += [f"两地互认、可以不带原件的：{'、'.join(way.recognised)}。"] if way.recognised else []
    elif found.halls and found.verdict == "yes":
        lines += ["去哪儿：", *(f"· {name}：{address}" for name, address in found.halls)]
    for one in found.agreements:
        opened = f"开通的有{'、'.join(one.items)}" if one.items else "开通了哪些事项这里没有收录"
        lines.append(f"另有“{one.name}”：{opened}。")
    sample = (way is not None and way.sample) or any(address.startswith("示例") for _, address in found.halls)
    lines.append(f"（含示例数据，以专区和当地公布为准。）{_CHECK}" if sample else _CHECK)
    told: dict[str, Any] = {"item": found.item, "decision": "answer", "crossing": card(found)}
    if guide is not None:
        told["sources"] = [source.model_dump(mode="json") for source in guide.sources]
        told["versions"] = guide.versions.model_dump(mode="json")
    told["links"] = [{"title": "“跨省通办”服务专区", "url": portal_url}]
    return reply("\n".join(lines), "answer", buttons=[HAND_OFF] if found.verdict != "yes" else [], **told)


def card(found: Resolved, *, contacts: bool = False) -> dict[str, Any]:
    """Who is responsible for what, for operators and for pages: 收件地 and 办理地.

    Args:
        found: what is known of the pair.
        contacts: also how each side's staff is reached, which is for operators.
    """
    sides = {"receiving": found.way.receiving, "deciding": found.way.deciding} if found.way is not None else {}
    return {
        "name": found.name,
        "scope": found.scope,
        "verdict": found.verdict,
        "mode": found.mode.value if found.mode is not None else None,
        "why": found.why,
        "here": {"code": found.here.code, "name": found.here.name},
        "belongs": {"code": found.belongs.code, "name": found.belongs.name},
        **{name: _side(side, contacts=contacts) for name, side in sides.items()},
        "mailing": found.way.mailing if found.way is not None else "",
        "workdays": found.way.workdays if found.way is not None else None,
        "mailing_days": found.way.mailing_days if found.way is not None else None,
        "time": found.way.time if found.way is not None else "",
        "recognised": list(found.way.recognised) if found.way is not None else [],
        "agreements": [{"name": one.name, "kind": one.kind, "items": one.items} for one in found.agreements],
        "sample": found.way.sample if found.way is not None else False,
    }


def which_is_which(item: str, pair: Pair) -> Reply:
    """Ask it: two places were named, and the words do not say where the citizen is."""
    sides = ((pair.here, pair.belongs), (pair.belongs, pair.here))
    buttons = [{"title": f"我在{here.name}，事归{there.name}", "payload": _payload(item, here, there)} for here, there in sides]
    text = f"您现在人在哪边，事情（户口、参保、登记）归哪边？点一下，我按{pair.here.name}和{pair.belongs.name}给您查。"
    return reply(text, "clarify", buttons=[*buttons, HAND_OFF], item=item, decision="clarify")


def which_item(items: Sequence[ItemReference], pair: Pair) -> Reply:
    """Ask it: the words fit several items."""
    buttons = [{"title": one.name, "payload": _payload(one.id, pair.here, pair.belongs)} for one in items]
    listed = "\n".join(f"{number}. {one.name}" for number, one in enumerate(items, 1))
    text = f"您在{pair.here.name}，事归{pair.belongs.name}。要办的是下面哪一件？点一下，或者回复序号：\n{listed}"
    return reply(text, "clarify", buttons=[*buttons, HAND_OFF], item=None, decision="clarify")


def zone_reply(found: Sequence[ZoneItem], asked: str, portal_url: str) -> Reply:
    """事项检索 in the zone, with the ways to its other three functions."""
    lines = []
    if found:
        lines += ["“跨省通办”专区里有："]
        lines += [f"· {one.name}（{one.batch}，{one.mode}）" for one in found[:_SHOWN]]
        lines += [f"……共 {len(found)} 项。"] if len(found) > _SHOWN else []
        lines += ["告诉我您人在哪儿、事归哪儿，我给您查怎么办。"]
    elif asked:
        lines += [f"专区里没有查到“{asked}”。换个说法再搜，或拨打12345问。"]
    else:
        lines += [
            "“跨省通办”专区有四项功能：事项检索、办件查询、咨询投诉、好差评。要查事项，请说“在跨省通办专区搜社会保障卡申领”这样的话。"
        ]
    buttons = [
        {"title": "办件查询", "payload": "/query_status"},
        {"title": "咨询投诉", "payload": COMPLAIN},
        {"title": "好差评", "payload": "/rate"},
    ]
    links = [{"title": "“跨省通办”服务专区", "url": portal_url}]
    items = [{"code": one.code, "name": one.name, "mode": one.mode.value, "sample": one.sample} for one in found[:_SHOWN]]
    return reply("\n".join(lines), "answer", buttons=buttons, item=None, decision="answer", links=links, zone_items=items)


def zone_away() -> Reply:
    """The zone cannot be asked."""
    return reply(AWAY, "reject", buttons=[HAND_OFF], decision="reject")


def _payload(item: str, here: Place, belongs: Place) -> str:
    return f"{CROSS}{json.dumps({'item': item, 'here': here.region or here.code, 'belongs': belongs.region or belongs.code})}"


def _side(side: Side, *, contacts: bool) -> dict[str, Any]:
    return {
        "name": side.name,
        "organ": side.organ,
        **({"contact": side.contact} if contacts else {}),
        "duties": list(side.duties),
        "windows": [vars(one) for one in side.windows],
    }
