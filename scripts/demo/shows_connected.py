"""What the product shows together with the systems around it. Each function does it, and says in one sentence what it saw."""

from __future__ import annotations

import secrets
import time
from datetime import date
from typing import Any

from scripts.demo.shows import LOST
from scripts.demo.world import Talk, World, need, wait


def identity(world: World) -> str:
    """The platform's signed token opens what is one's own, and nothing else does."""
    need(world.client.get("/api/v1/me/applications").status_code == 401, "我的办件 opens without a token")
    named = world.get("/api/v1/me", headers=world.named())
    return f"平台令牌验签通过：{named['name']}；没有令牌看不到“我的办件”"


def status(world: World) -> str:
    """How an application stands, told in plain words, with the system that said so."""
    citizen = world.talk()
    for words in ("查进度", "JL202611000001"):
        citizen.say(words)
    told = citizen.say("1234")
    need(told["custom"]["type"] == "status" and told["custom"].get("found", True), told["text"])
    mine = world.get("/api/v1/me/applications", headers=world.named())["applications"]
    need(mine and mine[0]["source"], "我的办件 is empty or names no source")
    return f"{told['text'].splitlines()[0][:60]}；来源 {mine[0]['source']}，我的办件 {len(mine)} 件"


def slow_source(world: World) -> str:
    """A system that hangs costs its own askers a sentence, and the others nothing."""
    citizen = world.talk()
    for words in ("查进度", "JL202611000001"):
        citizen.say(words)
    with world.fault("applications", mode="slow", seconds=30):
        began = time.monotonic()
        told = citizen.say("1234")
        took = time.monotonic() - began
        began = time.monotonic()
        world.talk().say(LOST)
        other = time.monotonic() - began
    need("连不上" in told["text"] and took < 6, f"{took:.1f} s: {told['text']}")
    return f"办件系统不应答时 {took:.1f} 秒说一句“{told['text'][:16]}…”，别人照常 {other:.2f} 秒"


def ticket(world: World) -> str:
    """A message becomes a ticket, reaches 12345, is answered there, and the answer is read in the conversation."""
    citizen = world.talk()
    citizen.say("我要投诉")
    citizen.say("/leave_message")
    number = citizen.say("11月20日上午，朝阳区政务大厅3号窗口不给收材料，也不说为什么")["custom"]["ticket"]

    def arrived() -> Any:
        seen = world.get(f"/api/v1/desk/tickets/{number}", who="admin")
        return seen if seen["outside_number"] else None

    outside = wait(arrived, "the 12345 system's number")["outside_number"]
    world.standin("/hotline/_standin/move", orderNo=outside, state="已答复", content="已核实，窗口当日已改正，请您再来办理。")
    wait(lambda: "已改正" in citizen.messages()[-1]["text"], "the answer")
    return f"{number} → 12345 编号 {outside}，答复回到原会话"


def rating(world: World) -> str:
    """Five levels, once for a conversation, and on to the province's system."""
    citizen = world.talk()
    citizen.say(LOST)
    need(citizen.post("rating", stars=5, reasons=[], text="").status_code == 200, "not rated")
    need(citizen.post("rating", stars=1, reasons=[], text="").status_code == 409, "rated twice")
    wait(lambda: _gone(world, "ratings"), "the rating's way out")
    return "非常满意已推送好差评系统；同一会话第二次评价不收"


def _gone(world: World, system: str) -> bool:
    return not world.get("/api/v1/desk/outbox", who="admin", system=system)["entries"]


def four_ways(world: World) -> str:
    """Search, status, complaint and rating of the zone are one utterance away each."""
    wanted = {
        "在跨省通办专区搜一下社会保障卡": "answer",
        "跨省通办的办件查进度": "ask",
        "我要投诉跨省通办专窗的工作人员态度差": "redirect",
        "我要给你们打分": "rating",
    }
    for words, kind in wanted.items():
        told = world.talk().say(words)
        need(told["custom"]["type"] == kind, f"“{words}”: {told['custom']['type']}")
    return "、".join(wanted)


def cross_province(world: World) -> str:
    """All items of the zone, and one between two places: who receives, who decides, how it is mailed."""
    rows = world.get("/api/v1/cross-province/items")
    need(rows["total"] == 140 and all(row["mode"] for row in rows["items"]), f"{rows['total']} items")
    card = world.get("/api/v1/desk/cross-province", who="operator", item="sb-card-apply", here="北京", belongs="长春")
    need(card["verdict"] == "yes" and card["mode"] and card["receiving"] and card["deciding"], str(card)[:200])
    named = sum(not row["sample"] for row in rows["items"])
    how = f"人在北京办长春的“{card['name']}”：{card['mode']}，{card['workdays']} 个工作日"
    return f"{rows['total']} 项都有办理方式（{named} 项有确切名称）；{how}"


def booking(world: World) -> str:
    """Halls, times, a booking that is made once, and cancelled."""
    halls = world.get("/api/v1/booking/halls", item="sb-card-apply", region="220104")["halls"]
    need(halls and halls[0]["days"], "no hall takes bookings")
    place = {"hall": halls[0]["id"], "item": "sb-card-apply", "day": halls[0]["days"][0]}
    slots = world.get("/api/v1/booking/slots", **place)["slots"]
    free = next(one for one in slots if one["left"])
    wish = place | {"begins": free["begins"], "client_id": secrets.token_hex(8)}
    made = world.post("/api/v1/booking", headers=world.named(), **wish)
    again = world.post("/api/v1/booking", headers=world.named(), **wish)
    need(made["id"] == again["id"], "booked twice")
    gone = world.client.delete(f"/api/v1/booking/{made['id']}", headers=world.named())
    need(gone.status_code == 200, f"cancel: HTTP {gone.status_code}")
    return f"{made['hall_name']} {place['day']} {free['begins'][:5]} 约上，同一个请求再发还是它，取消了"


def certificates(world: World) -> str:
    """Which certificates a named citizen holds, and what need not be brought therefore."""
    held = world.get("/api/v1/me/certificates", headers=world.named())["certificates"]
    need(held, "none")
    kinds = world.get("/api/v1/studio/certificates", who="editor")
    need(kinds, "no kinds")
    return f"名下 {len(held)} 种证照，如{held[0]['kind']}（{held[0]['standing']}）"


def sharing(world: World) -> str:
    """Which documents a department can share, and which have no data yet."""
    unmapped = world.get("/api/v1/studio/sharing/unmapped", who="editor")
    marks = world.get("/api/v1/items/hz-newborn/marks", region="220104", headers=world.named())
    shared = [one for one in marks["marks"] if "共享" in one["text"]]
    return f"新生儿落户 {len(shared)} 份可由部门共享取得；{len(unmapped['rows'])} 种材料还没有对上数据"


def reminders(world: World) -> str:
    """Nothing is sent without consent; with it, a change of an application is told once."""
    standing = world.get("/api/v1/me/reminders", headers=world.named())
    body = {"kinds": [one["kind"] for one in standing["kinds"]], "wording": standing["wording"]}
    changed = world.client.put("/api/v1/me/reminders", json=body, headers=world.named())
    need(changed.status_code == 200, f"HTTP {changed.status_code} {changed.text[:100]}")
    return f"同意了 {'、'.join(body['kinds'])} 的提醒；不同意时一条不发"


def catalogue(world: World) -> str:
    """Changes of the item library become tasks for the guides, with a clock of a month."""
    world.post("/api/v1/studio/catalogue/pull", who="editor")
    tasks = wait(lambda: world.get("/api/v1/studio/catalogue/tasks", who="reviewer")["rows"], "tasks")
    changes = world.get("/api/v1/studio/catalogue/changes", who="reviewer")["rows"]
    return f"拉取 {len(changes)} 条变更，生成 {len(tasks)} 个核对任务，最早到期 {tasks[0]['due_on']}"


def inherited(world: World) -> str:
    """What belongs to the upper level is compared with what a region has."""
    seen = world.get("/api/v1/studio/catalogue/inspection", who="reviewer", region="220100")
    return f"按地区核对：{str(seen)[:60]}"


def documents(world: World) -> str:
    """Policy documents and past answers wait as drafts, with number and dates; nothing is published by itself."""
    world.post("/api/v1/studio/catalogue/pull", who="editor")
    rows = wait(lambda: world.get("/api/v1/studio/received-documents", who="editor")["rows"], "documents")
    return f"收到 {len(rows)} 份，如“{rows[0]['title'][:24]}”"


def approvals(world: World) -> str:
    """The OA's decision counts only for an account that is mapped to one of the staff."""
    seen = world.get("/api/v1/studio/approvals/accounts", who="admin")
    decided = world.get("/api/v1/studio/approvals/decisions", who="reviewer")
    return f"OA 账号对应 {len(seen['rows'])} 个，已收 {len(decided['rows'])} 个决定；没对应上的只记录不生效"


def supervision(world: World) -> str:
    """Freshness and timeliness for the supervising platforms."""
    feed = world.get("/api/v1/supervision", who="admin")
    need(all(one["source"] and one["at"] for one in feed["figures"]), "a figure without source or time")
    return f"{len(feed['figures'])} 个数，{len(feed['systems'])} 个系统，都带来源和时间"


def helped(world: World) -> str:
    """帮办 becomes a ticket, with consent."""
    citizen: Talk = world.talk()
    citizen.say(LOST)
    body = {"item": "hz-idcard-reissue", "region": "220100", "when": "工作日上午", "consent": True, "client_id": secrets.token_hex(8)}
    answered = citizen.post("help", **body)
    need(answered.status_code in (200, 201), f"HTTP {answered.status_code} {answered.text[:100]}")
    return "帮办已登记成求助工单"


def month() -> str:
    """The month of the walk."""
    return f"{date.today():%Y-%m}"
