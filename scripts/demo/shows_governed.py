"""What the product shows to those who edit, run and govern it. Each function does it, and says in one sentence what it saw."""

from __future__ import annotations

from typing import Any

from scripts.demo.shows_connected import month
from scripts.demo.world import World, need, wait


def workflow(world: World) -> str:
    """A change is handed in by one and approved by another; nobody approves their own."""
    path = "/api/v1/studio/records/guide/gy-heat"
    record = world.get(path, who="editor")
    content = record["content"] | {"aliases": [*record["content"]["aliases"], "暖气报装"]}
    saved = world.put(path, who="editor", content=content, expected=record["number"], reason="补一个叫法")
    world.post(f"{path}/submit", who="editor", expected=saved["number"], reason="请审核")
    own = world.staff("editor").post(f"{path}/approve", json={"expected": saved["number"], "reason": "自己批"})
    need(own.status_code in (403, 409), f"an author approved their own change: HTTP {own.status_code}")
    world.post(f"{path}/approve", who="reviewer", expected=saved["number"], reason="叫法对")
    return "编辑送审，自己批不了，审核人批准；每步记入留痕"


def vague_refused(world: World) -> str:
    """A document that nobody can prepare cannot be handed in."""
    record = world.get("/api/v1/studio/records/guide/gy-gas", who="editor")
    first = record["content"]["materials"][0]
    content = record["content"] | {"materials": [*record["content"]["materials"], first | {"material_name": "其他有关材料"}]}
    told = world.post("/api/v1/studio/lint", who="editor", kind="guide", key="gy-gas", content=content)
    errors = [one for one in _findings(told) if one["severity"] == "error"]
    need(errors, "其他有关材料 passes")
    return errors[0]["message"][:60]


def _findings(told: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = told["findings"]
    return found


def printed(world: World) -> str:
    """A guide as it is printed for the window, from the same record."""
    page = world.staff("editor").get("/api/v1/studio/records/guide/hz-idcard-reissue/print", params={"format": "pdf"})
    need(page.status_code == 200 and page.content.startswith(b"%PDF"), f"HTTP {page.status_code}")
    return f"打印稿 {len(page.content) // 1024} KB，与群众端同一份数据"


def gaps(world: World) -> str:
    """Questions that were not answered are gathered for editors."""
    for words in ("养鸵鸟要啥手续", "鸵鸟养殖得办啥证", "想养鸵鸟去哪备案"):
        world.talk().say(words)
    world.post("/api/v1/studio/gaps/refresh", who="editor")
    rows = wait(lambda: world.get("/api/v1/studio/gaps", who="editor")["rows"], "gaps")
    return f"{len(rows)} 堆没答上的问题，最多的一堆 {rows[0]['people']} 人问过"


def parity(world: World) -> str:
    """The same questions through every end have the same answers, byte by byte."""
    said = world.banshi("parity", "--n", "50")
    need("50" in said, said[-200:])
    return said.splitlines()[-1][:80]


def report(world: World) -> str:
    """The month's figures."""
    told = world.get("/api/v1/studio/reports/month", who="reviewer", month=month())
    need(told, "no report")
    return f"{month()} 月报：{str(told)[:60]}"


def archive(world: World) -> str:
    """What was published on a day is kept and cannot be changed."""
    folder = ("--folder", str(world.product.folder / "archive"))
    world.banshi("archive", "write", *folder)
    return world.banshi("archive", "verify", *folder).splitlines()[-1][:80]


def partners(world: World) -> str:
    """Another department's agent asks with its own key and quota."""
    said = world.banshi("partners", "add", "演示自助终端", "--contact", "0431-00000000", "--end", "kiosk")
    key = next(word for word in said.split() if word.startswith("bk_"))
    answered = world.client.post("/api/v1/search", json={"text": "身份证丢了"}, headers={"authorization": f"Bearer {key}"})
    need(answered.status_code == 200, f"HTTP {answered.status_code}")
    return "自助终端凭钥匙查询，有自己的配额"
