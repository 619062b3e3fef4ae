"""Words that lead to a sheet of the citizens' page: 预约, 我的预约, 我的证照, 帮办. Nothing is done by saying it; the sheet does it.

Only whoever declares the wish is led there. Who asks about it (whether one must book, what it costs, by which number) is answered.
"""

from __future__ import annotations

import re
from typing import Any, Literal

from banshi.desk.live import Live
from banshi.desk.replies import HAND_OFF, Reply, reply
from banshi.knowledge.guide import Guide
from banshi.search.engine import Engine
from banshi.search.result import Context, SearchRequest
from banshi.text.normalise import is_korean, normalise

What = Literal["booking", "certificates", "help"]

_WILL = r"(?:你好)?(?:麻烦|请)?(?:我|俺|咱)?(?:想|要|得|打算|准备|需要)?(?:你|您|能|可以)?(?:帮|给|替)?(?:我|俺)?(?:要|去|来|在线|网上)*"
_END = r"(?:吧|呗|啊|呀|一下|了|谢谢)*"
_DAY = r"(?:今天|明天|后天|大后天|下?(?:周|星期|礼拜)[一二三四五六日天]|上午|下午|的)*"
_BOOK = re.compile(rf"{_WILL}(?:预约|约)(?:一?个|一下|下)?(?:窗口)?(?:的)?(?:号|时间|时段)?{_DAY}(?:去|来)?(?:办理|办事|办|窗口)?{_END}")
_BOOK_FOR = re.compile(rf"{_WILL}预约(?:一?个|一下|下)?(?:号|时间)?(?:去|来)?(?:办理?|做)?(?P<what>.{{2,30}}?){_END}")
_BOOKED = re.compile(
    r"(?:我想|我要|帮我)?(?:查|看|查看|查询|取消|退|改|改签)?(?:一下)?(?:我的预约|我约的号|预约记录|(?<=取消)预约|(?<=改)预约)(?:记录|取消)?"
    + _END
)
_CERTIFICATES = re.compile(
    r"(?:我想|我要|帮我)?(?:查|看|看看|查看|查询|打开)?(?:一下|下)?我(?:名下)?(?:的|都?有哪些|都?有什么|都?有啥)?(?:电子)?(?:证照|证件照?库)(?:有哪些|有什么|有啥|都有哪些)?"
    + _END
)
_HELP = re.compile(
    r"(?:我|俺)?(?:想|要|需要|能不能|可以)?(?:申请|请|找|要|叫)?(?:个|人)?(?:上门)?(?:帮办|帮代办|帮办代办|代办员)(?:员|人员|服务|专员)?(?:帮我办|来办)?"
    + _END
)
_ASKS = re.compile(r"吗|嘛|么|怎|咋|哪|啥|什么|多久|多少|几|谁|能不能|可不可以|需不需要|用不用|必须|入口|电话|链接|取消|[?？]")
_KOREAN_BOOK = re.compile(r"예약(?:을|를)?\s*(?:하고\s*싶|하려|할래|해\s*주|하겠).*")
_IN_KOREAN = "아래 단추를 눌러 봉사청과 시간을 고르십시오."


def sheet_reply(engine: Engine | None, live: Live, text: str, region: str | None) -> Reply | None:
    """The way to a sheet, or None where the words ask for none. Blocks while the search looks for a matter that is named.

    Args:
        engine: in use; without one no matter is known.
        live: the conversation so far.
        text: the masked message.
        region: the citizen's.
    """
    words = normalise(text).strip("。，,.!！ ")
    if _CERTIFICATES.fullmatch(words):
        return _lead("certificates", "您名下的电子证照在“我的证照”里看：从吉事办登录进来，点下面的按钮。这里不显示证照号码。")
    if _BOOKED.fullmatch(words):
        return _lead("booking", "您的预约在“我的预约”里看，也在那里取消：从吉事办登录进来，点下面的按钮。")
    if engine is None:
        return None
    if _HELP.fullmatch(words):
        return _help(_guide(engine, live.item))
    if (_BOOK.fullmatch(words) and not _ASKS.search(words)) or _KOREAN_BOOK.fullmatch(words):
        return _book(_guide(engine, live.item), korean=is_korean(text))
    named = _BOOK_FOR.fullmatch(words)
    if named is None or _ASKS.search(words):
        return None
    found = engine.search(SearchRequest(text=named["what"], region=region, context=Context()))
    return _book(_guide(engine, found.item.id), korean=False) if found.decision == "answer" and found.item is not None else None


def _guide(engine: Engine, item: str | None) -> Guide | None:
    return engine.knowledge.guides.get(item) if item is not None else None


def _book(guide: Guide | None, *, korean: bool) -> Reply:
    if guide is None:
        told = "您要预约办哪件事？把事项一起说，比如“预约办社保卡”，我带您选大厅和时间。"
        return reply(told, "answer", small_talk="booking", alone=True)
    if guide.is_schedule is False:
        told = f"【{guide.task_name}】不用预约，办理时间里直接去窗口就行。"
        return reply(told, "answer", item=guide.id, alone=True)
    told = (
        f"可以预约办【{guide.task_name}】：点下面的按钮，选大厅、日期和时段，约好以后可以取消。"
        "预约要用吉事办的身份登录；没有登录的，可以到吉事办里预约，或者在办理时间直接去窗口取号。"
    )
    return _lead("booking", f"{_IN_KOREAN}\n{told}" if korean else told, guide)


def _help(guide: Guide | None) -> Reply:
    if guide is None:
        told = "您要请人帮办哪件事？先说要办的事，再说“帮办”，我把申请表打开。"
        return reply(told, "answer", small_talk="help", buttons=[HAND_OFF], alone=True)
    told = f"可以申请帮办【{guide.task_name}】：点下面的按钮，写上方便的时间和电话，会生成工单，由当地的帮办人员联系您。"
    return _lead("help", told, guide)


def _lead(what: What, text: str, guide: Guide | None = None) -> Reply:
    """The reply whose button opens a sheet. The matter talked about stays what it was, unless another one was named."""
    sheet = {"what": what, "item": guide.id if guide is not None else "", "title": guide.task_name if guide is not None else ""}
    about: dict[str, Any] = {"item": guide.id} if guide is not None else {"small_talk": "sheet"}
    return reply(text, "link", sheet=sheet, links=[], alone=True, **about)
