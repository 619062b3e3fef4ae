"""Invented documents and public answers, for demonstrations and tests. Names, numbers and addresses say that they are invented."""

from __future__ import annotations

from datetime import date

from banshi.connect.documents.port import PolicyDocument, PublicAnswer

_URL = "https://zwgk.example/demo"
_CLEAN = (
    "为了演示文件资料库的对接，虚构本通知，不作为任何办事依据。\n"
    "一、演示目的\n说明政策文件怎样带着文号、施行日期和失效日期进入草稿，由工作人员审核以后才对外使用。\n"
    "二、演示内容\n（一）逐条引用。每一条都能单独引用，引用时写明文件名称、文号和条款。\n"
    "（二）按期失效。到了失效日期，文件不再作为回答的依据。\n"
    "三、其他事项\n本通知中的单位和号码都是虚构的。\n"
    "吉林省演示办公室\n2026年3月2日\n"
)
_DAMAGED = (
    "为了演示损坏文字的拦截，虚构本通知。\n一、演示目的\n锟斤拷锟斤拷锟斤拷，全省各地????要认真落实，，。\n二、演示内容\n内容已经损坏。\n"
)
_UNNUMBERED = "这份虚构的通知没有编号的条款，不能逐条引用，需要工作人员另行整理以后再导入。\n"

INVENTED_DOCUMENTS: tuple[PolicyDocument, ...] = (
    PolicyDocument("DEMO-DOC-001@1", "吉林省演示办公室关于文件资料库对接演示的通知", "吉演办发〔2026〕1号", "吉林省演示办公室",
                   date(2026, 3, 2), date(2026, 4, 1), date(2031, 4, 1), "有效", f"{_URL}/1", _CLEAN),
    PolicyDocument("DEMO-DOC-002@1", "吉林省演示办公室关于损坏文字演示的通知", "吉演办发〔2026〕2号", "吉林省演示办公室",
                   date(2026, 3, 3), None, None, "有效", f"{_URL}/2", _DAMAGED),
    PolicyDocument("DEMO-DOC-003@1", "吉林省演示办公室关于没有条款编号的通知", "吉演办发〔2026〕3号", "吉林省演示办公室",
                   date(2026, 3, 4), None, None, "有效", f"{_URL}/3", _UNNUMBERED),
    PolicyDocument("DEMO-DOC-004@1", "吉林省演示办公室关于已经废止文件演示的通知", "吉演办发〔2020〕9号", "吉林省演示办公室",
                   date(2020, 5, 6), date(2020, 6, 1), date(2025, 6, 1), "废止", f"{_URL}/4", _CLEAN),
)  # fmt: skip

INVENTED_ANSWERS: tuple[PublicAnswer, ...] = (
    PublicAnswer("DEMO-ANSWER-001", "云朵养护登记需要带什么材料？（演示）", "您好，云朵养护登记是虚构事项，不需要任何材料。",
                 "虚构部门（演示）", date(2026, 5, 11), None, f"{_URL}/answers/1"),
    PublicAnswer("DEMO-ANSWER-002", "我的电话是13800000000，请问云朵养护登记多久办完？（演示）", "您好，云朵养护登记是虚构事项，当场办结。",
                 "虚构部门（演示）", date(2026, 6, 1), "220100", f"{_URL}/answers/2"),
)  # fmt: skip
