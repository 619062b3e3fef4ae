"""What the product shows by itself: answers, conversations, knowledge. Each function does it, and says in one sentence what it saw."""

from __future__ import annotations

from typing import Any

from banshi.text.numbers import mask
from scripts.demo.world import World, need, wait

LOST = "身份证丢了咋整"
_DOMAINS = {
    "不动产登记": "二手房过户要什么材料",
    "医保": "异地就医备案怎么办",
    "社保": "社保卡丢了怎么补",
    "公积金": "租房提取公积金要什么条件",
    "车驾管": "驾驶证到期怎么换证",
    "户政": "孩子出生怎么上户口",
    "出入境": "第一次办护照要带什么",
    "就业": "失业登记怎么办",
    "民政": "结婚登记要带什么",
}


def asked(world: World, question: str, word: str = "") -> str:
    """A question is answered from the knowledge, with its source; or the right choice is offered."""
    told = world.search(question)
    need(told["decision"] in ("answer", "clarify"), f"“{question}” was refused")
    if told["decision"] == "clarify":
        return f"“{question}”→ 请选择：{'、'.join(one['title'] for one in told['candidates'][:2])}"
    need(word in told["answer"]["text"], f"“{question}” was answered without “{word}”")
    need(told["sources"], f"“{question}” was answered without a source")
    return f"“{question}”→ {told['sources'][0]['title']}"


def asked_item(world: World, question: str, element: str) -> str:
    """A question about one element of a guide is answered from its fields."""
    told = world.search(question)
    need(told["decision"] == "answer" and told["item"], f"“{question}”: {told['decision']}")
    need(element in told["elements"], f"“{question}” was answered with {told['elements']}")
    return f"“{question}”→ {told['item']['name']}，{element}"


def refused(world: World, question: str) -> str:
    """What no record holds is not answered, and there is a way on."""
    told = world.search(question)
    need(told["decision"] == "reject", f"“{question}” was answered with {told['item']}")
    reply = world.talk().say(question)
    need("12345" in reply["text"] or reply["buttons"], "there was no way on")
    return f"“{question}”→ 不编，转人工或12345"


def complete(world: World) -> str:
    """All materials of the guide stand in the answer, with originals, copies and source."""
    told = world.search("身份证丢了补办要带什么材料")
    guide = world.get(f"/api/v1/items/{told['item']['id']}", region="220100")
    missing = [one["name"] for one in guide.get("materials", []) if one["name"] not in told["answer"]["text"]]
    need(not missing, f"the answer lacks {missing}")
    return f"{told['item']['name']}：{len(guide.get('materials', []))} 份材料一份不缺，来源 {told['sources'][0]['title']}"


def elements(world: World) -> str:
    """Each element of one item is answered by itself."""
    asked_for = {
        "materials": "要带什么",
        "fee": "多少钱",
        "time_limit": "几天能办完",
        "location": "去哪办",
        "process": "怎么办理，流程是什么",
    }
    for element, words in asked_for.items():
        told = world.search(f"居民身份证丢失补领{words}")
        need(element in told["elements"], f"{words}: {told['elements']}")
    return f"补领身份证的{'、'.join(asked_for.values())}各答各的"


def domains(world: World) -> str:
    """One question in each of the nine domains is answered with an item."""
    for domain, question in _DOMAINS.items():
        told = world.search(question)
        need(told["decision"] == "answer" and told["item"], f"{domain}: {told['decision']}")
    return f"{len(_DOMAINS)} 个领域各答一问"


def linked(world: World) -> str:
    """Answers end in an entrance to online handling, on an allowed domain."""
    told = world.search("社保卡丢了怎么补")
    links = told["answer"]["links"]
    need(links and all(".gov.cn" in one["url"] for one in links), f"links: {links}")
    return f"在线办理入口 {links[0]['url']}"


def related(world: World) -> str:
    """At most three related items stand under an answer."""
    reply = world.talk().say("孩子出生怎么上户口")
    found = reply["custom"].get("related", [])
    need(0 < len(found) <= 3, f"related: {found}")
    return "关联事项：" + "、".join(one.get("title") or one.get("name", "") for one in found)


def situations(world: World) -> str:
    """Questions lead to the exact list."""
    state: dict[str, Any] = world.post("/api/v1/situations", item="hz-newborn")
    steps = 0
    while state["next"] is not None:
        need(steps < 6, "more than six questions")
        state = world.post("/api/v1/situations", item="hz-newborn", answers=state["answers"] | _first(state["next"]))
        steps += 1
    return f"问 {steps} 句，得到确切的 {len(state['materials'])} 份材料"


def _first(choice: dict[str, Any]) -> dict[str, str]:
    return {str(choice["id"]): str(choice["options"][0]["id"])}


def themes(world: World) -> str:
    """Several items become one list without doubles."""
    rows = world.get("/api/v1/themes")["themes"]
    need(rows, "there are no themes")
    whole = world.get(f"/api/v1/themes/{rows[0]['id']}", region="220100")
    names = [(one["name"], one["form"]) for one in whole["materials"]]
    need(len(names) == len(set(names)), "a material stands there twice")
    return f"{len(rows)} 个“一件事”；{whole['name']}合并成 {len(names)} 份材料、{len(whole['stages'])} 步"


def halls(world: World) -> str:
    """Halls of a place, with whether they are open now."""
    found = world.get("/api/v1/halls", region="220100")["halls"]
    need(found, "no halls")
    return f"{len(found)} 个大厅；{found[0]['name']}，现在{'开门' if found[0].get('open') else '没开门'}"


def embedded(world: World) -> str:
    """The page can be embedded by one script, and only where that is allowed."""
    script = world.client.get("/citizen/embed.js")
    page = world.client.get("/")
    policy = page.headers["content-security-policy"]
    need(script.status_code == 200 and "frame-ancestors 'none'" in policy, "the policy lets anybody embed")
    return f"embed.js {len(script.content)} 字节；未列入白名单的网站不能嵌入"


def placed(world: World) -> str:
    """A site's region is the default of the page."""
    told = world.get("/api/v1/start", region="222401")["greeting"]
    need("延吉" in told, told)
    return told


def elder(world: World) -> str:
    """长辈版: told to the desk, and a person is one step away."""
    reply = world.talk().say("转人工")
    need(reply["custom"]["type"] == "handoff", f"“转人工”: {reply['custom']['type']}")
    return f"长辈版一步转人工：{reply['text'][:30]}"


def hand_off(world: World) -> str:
    """A person takes over with everything that was said."""
    citizen = world.talk()
    citizen.say(LOST)
    citizen.say("转人工")
    need(citizen.state == "waiting", f"state {citizen.state}")
    world.post(f"/api/v1/desk/conversations/{citizen.id}/claim", who="operator")
    seen = world.get(f"/api/v1/desk/conversations/{citizen.id}", who="operator")
    need(LOST in str(seen), "the operator does not see what was said")
    world.post(
        f"/api/v1/desk/conversations/{citizen.id}/messages", who="operator", text="您好，我来帮您。", client_id="demo-hello-00000000000000"
    )
    need(citizen.messages()[-1]["sender"] == "staff", "the citizen does not hear the operator")
    return "坐席接手，看得到全部经过"


def complaint(world: World) -> str:
    """A complaint is not answered by the bot."""
    reply = world.talk().say("窗口的人态度太差了，我要投诉")
    need(reply["custom"].get("about") == "complaint" and not reply["custom"].get("sources"), str(reply["custom"]))
    return reply["text"][:40]


def cannot(world: World) -> str:
    """办不成事 becomes a case with what was said."""
    citizen = world.talk()
    citizen.say(LOST)
    reply = citizen.say("办不成事")
    rows = world.get("/api/v1/studio/work-items", who="reviewer", state="open")
    need(any(row["conversation"] == citizen.id for row in rows["rows"]), "no work item")
    return reply["text"][:40]


def bad_rating(world: World) -> str:
    """A bad rating opens work that ends with a change or a reason; the citizen can appeal."""
    citizen = world.talk()
    citizen.say(LOST)
    need(citizen.post("rating", stars=1, reasons=["答案不对或过时"], text="少说了一样").status_code == 200, "not rated")
    rows = world.get("/api/v1/studio/work-items", who="reviewer", state="open")["rows"]
    mine = [row for row in rows if row["conversation"] == citizen.id]
    need(mine, "no work item")
    body = {"outcome": "explained", "reason": "核对过指南，材料齐全，已当面说明。"}
    world.post(f"/api/v1/studio/work-items/{mine[0]['id']}/close", who="reviewer", **body)
    need("核对过指南" in citizen.messages()[-1]["text"], "the citizen is not told")
    need(citizen.post("appeal", text="还是不对，请再查").status_code == 201, "no appeal")
    return "差评成工单，说明原因后结，群众收到答复并可申诉"


def no_flat_no(world: World) -> str:
    """A no has its reason, its clause and a way on."""
    reply = world.talk().say("没满十六岁自己能补身份证吗")
    need(not reply["text"].strip().startswith("不能办") and len(reply["text"]) > 30, reply["text"])
    return reply["text"].splitlines()[0][:40]


def masked(world: World) -> str:
    """Personal numbers are masked before anything keeps them."""
    citizen = world.talk()
    number = "22010419900307123" + "7"
    citizen.say(f"我身份证{number}丢了咋整")
    need(mask(number)[1], "the sample is no identity number")
    need(number not in str(citizen.messages()), "the number is in the conversation")
    files = [path for path in world.product.folder.rglob("*") if path.is_file() and "snapshots" not in path.parts]
    need(not [path for path in files if number.encode() in path.read_bytes()], "the number is in a file")
    return f"号码在 {len(files)} 个文件里都找不到"


def three_modes(world: World) -> str:
    """Search list, direct answer, guided questions."""
    rows = world.get("/api/v1/results", text="公积金提取")
    need(len(rows["results"] if "results" in rows else rows["rows"]) > 1, "no list")
    situations(world)
    return f"搜索列表、直接回答、情形引导都到；{asked_item(world, '租房提取公积金要带什么', 'materials')}"


def suggested(world: World) -> str:
    """An operator has the answer as words to say."""
    told = world.post("/api/v1/desk/suggestions", who="operator", text="身份证丢了想补一个，要带啥", region="220100")
    need(told["suggestions"], "no suggestion")
    return "话术：" + told["suggestions"][0]["script"][:40]


def notice(world: World) -> str:
    """A notice stands above the conversation and ends by itself."""
    from datetime import timedelta

    from banshi.assembly import china_now

    ends = (china_now() + timedelta(hours=1)).isoformat()
    body = {"kind": "banner", "text": "今天系统升级，部分网上业务稍慢。", "region": None, "ends_at": ends}
    world.post("/api/v1/studio/notices", who="admin", **body)
    wait(lambda: (world.get("/api/v1/start")["notice"] or {}).get("text") == body["text"], "the notice on the page")
    return f"公告：{body['text']}"


def library(world: World) -> str:
    """The knowledge can be taken out whole, in a form that import reads again."""
    rows = world.get("/api/v1/studio/records", who="editor", kind="qa")
    need(rows, "no records")
    return f"问答库导得出、看得到：{rows.get('total', '')!s} 条"


def linted(world: World) -> str:
    """Every record is checked by the rules."""
    return world.banshi("lint", "knowledge").splitlines()[-1][:80]


def offline(world: World) -> str:
    """Everything is on this machine."""
    return world.banshi("doctor").splitlines()[-1][:80]
