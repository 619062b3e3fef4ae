"""Complaints and reports (投诉、举报): recognised by plain words, met with one reply, with or without Rasa. They go to people, never to the
search.

Whoever declares a complaint is caught; whoever asks about one (where to, how, which number, whether the name stays secret) asks a question
and is answered. Complaints about third parties named in two words ("投诉物业") are such questions too: the knowledge says who is in charge.
"""

from __future__ import annotations

import re

from banshi.desk.replies import HAND_OFF, Reply, reply
from banshi.text.normalise import normalise
from banshi.text.numbers import TOKEN

COMPLAIN = "/complain"
"""What is told to Rasa, and to the direct answers, in place of words that are a complaint."""
LEAVE_MESSAGE: dict[str, str] = {"title": "提交给工作人员", "payload": "/leave_message"}

_VERB = r"(?:投[诉述拆素速斥]|[头偷]诉|举[报抱暴爆]|检举|揭发|告发|告状|tousu|jubao|고발)"
_REPORT = re.compile(r"举[报抱暴爆]|检举|揭发|告发|jubao|고발")
_WILL = re.compile(
    r"(?:我|俺|咱)?(?:就|还|也|现在|今天|这回|实名|坚决|强烈|郑重)*"
    rf"(?:要|想|必须|得|非得|一定|打算|准备|寻思|请求|申请|需要|来|跟你们?|向你们?)(?:要|得|来|去|给|正式|实名|匿名|强烈)*(?:{_VERB}|反映)(?!过|电话|的)"
    r"|(?:我|俺|咱)(?:实名|匿名|强烈|正式)?(?:投诉|举报|反映)(?:一?个|一下|一?件)(?:事|人|问题|情况)?"
    r"|(?:要|想)告(?:你们|那个?窗口|办事|工作人员|大厅)|고발하(?:고|려)|불만을"
)
_ALONE = re.compile(rf"(?:(?:我|俺)?(?:实名|强烈|坚决|必须|非得|要)|(?:我|俺)要?(?:匿名)?)?{_VERB}(?:[你他她它]们?)?(?:了|啊|呀|不可|吧)?")
_FIRST = re.compile(rf"^(?:我|俺|咱|实名|强烈|现在)*{_VERB}(?!过|的|了|人|电话|会|能|要|需|时|几|进|后|信)")
_STAFF = (
    r"(?:窗口|柜台|工作人员|办事人?员|办事[的那]|公务员|干部|科员|民警|户籍|前台|值班|大厅|政务|服务人员|服务员|办证|领导|书记|村支书"
    r"|村(?:里|委|官|长|会计|主任)|屯长|社区|街道|居委会|派出所|民政|社保局|医保局|不动产|车管所|你们|中心的?人|里头的?人|那(?:女|男)的|那个人)"
)
_MISDEED = re.compile(
    r"态度.{0,4}(?:差|恶劣|横|冲|不好|坏|不行|烂|噁|恶)|[啥什么]{1,2}态度|骂(?:人|我|老)|骂骂咧咧|打人|刁难|推[诿三]|推来推去|踢皮球|推给|互相推"
    r"|爱[答搭]不[理惜]|不搭理|不理(?:人|俺)|玩手机|嗑瓜子|吃拿卡要|吃空饷|冒领|贪污|受贿|徇私|走后门|串通|一伙的"
    r"|收.{0,6}(?:黑钱|红包|好处|回扣)|(?:要|给|暗示).{0,4}(?:红包|好处费)|摔(?:出来|给我|我|东西|材料|脸)|材料摔|翻脸|甩脸|撂脸|给.{0,2}脸色"
    r"|欺负人|折腾人|熊人|糊弄人|埋汰(?:我|人|俺)|说话(?:老|太|真|可|贼)?(?:冲|难听|横|噎人)|没人.{0,6}白(?:等|跑)|窗口没人|不给盖章"
    r"|乱收[费钱]|不给(?:开)?票|效率.{0,3}(?:低|差|慢)|啥效率|太气人|包庇|不作为|都给了.{0,6}亲戚"
)
_ABOUT_STAFF = re.compile(rf"{_STAFF}.*?(?:{_MISDEED.pattern})|(?:{_MISDEED.pattern}).*?{_STAFF}")
_PLAIN_WRONG = re.compile(r"吃拿卡要|收黑钱|吃空饷|太欺负人|^态度(?:太|真|也太|老|贼)|[收要]了我.{1,8}不给(?:开)?票|推给.{1,12}推(?:给|回)")
_RHETORICAL = re.compile(
    r"(?:这)?不(?:就)?是.{1,6}[吗嘛]|[啥什么]{1,2}(?:态度|效率|玩意儿?|服务)啊?|到底谁管|(?:你们)?(?:到底)?管不管|凭(?:什么|啥)|有没有(?:天理|王法|人管)|还讲不讲理|查不查"
)
_ASKS = re.compile(
    r"怎么|怎样|咋|哪|哪嘎达|啥|什么|谁|多久|多少|几(?:个|天|号|点|才)|电话|号码|热线|入口|渠道|平台|网址|进度|奖|部门|流程|为何|为什么|如何"
    r"|(?P<verb>[\u4e00-\u9fff])不(?P=verb)|有没有|是否|可以|能(?:投|举|告|管|查|给|替|治)|有用|保密|泄露|泄密|吗|嘛[?？]?$|(?<!球)呢$|[?？]|不$|没$|어디|어떻게|무엇"
)
_PERSON = re.compile(r"(?:转|找|接|要|叫|换).{0,2}(?:人工|真人|客服|接线员)")
_CONTACT = re.compile(rf"(?:我的?|俺的?|本人)?(?:联系)?(?:电话|手机号?码?|号码|方式|身份证号?)?(?:是|[:：])?{TOKEN.pattern}")
_CLAUSE = re.compile(r"[，,。．.！!；;、\s]+")
_LONG = 7
"""Characters from which on what follows the verb is a tale and no name of a field."""


def is_complaint(text: str) -> bool:
    """Whether a message declares a complaint or a report.

    Args:
        text: the masked message.
    """
    plain = normalise(_CONTACT.sub(" ", text)).strip()
    clauses = [clause for clause in _CLAUSE.split(plain) if clause]
    if not clauses or _PERSON.search(plain):  # who asks for a person gets one
        return False
    bare = [_RHETORICAL.sub("", clause) for clause in clauses]
    asked = bool(_ASKS.search(bare[-1]))
    if any(_ALONE.fullmatch(clause) for clause in clauses) and not asked:
        return True
    declared = any(_WILL.search(clause) and not _ASKS.search(left) for clause, left in zip(clauses, bare, strict=True))
    if declared and not asked:
        return True
    if any(_ASKS.search(clause) for clause in bare):
        return False
    together = "".join(clauses)
    if _FIRST.match(together):
        rest = _FIRST.sub("", together)
        return len(rest) >= _LONG or bool(re.search(rf"^有人|{_STAFF}|{_MISDEED.pattern}", rest))
    return bool(_ABOUT_STAFF.search(together) or _PLAIN_WRONG.search(together))


def is_report(text: str) -> bool:
    """Whether the words speak of reporting a wrong (举报) rather than of complaining (投诉)."""
    return bool(_REPORT.search(normalise(text)))


def complaint_reply() -> Reply:
    """What is said to a complaint: who takes it, and a way to hand it in at once."""
    text = (
        "让您受委屈了。投诉和举报要由工作人员受理，我不替他们下结论：\n"
        "· 点“提交给工作人员”，把事情说给我，会生成工单，给您编号，有人办理并在这里答复；可以要求保密；\n"
        "· 拨打12345，说清时间、地点、哪个窗口、什么事，也会生成工单；\n"
        "· 在大厅可找“办不成事”反映窗口；办完事也可以在“好差评”里给差评，会有人核实整改。"
    )
    return reply(text, "redirect", about="complaint", phone="12345", buttons=[LEAVE_MESSAGE, HAND_OFF])
