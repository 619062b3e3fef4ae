"""A condition that names a document (证明, 证书 …) asks for it, so the materials must list it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from banshi.knowledge.lint.content import text_of
from banshi.knowledge.lint.context import Draft
from banshi.knowledge.lint.finding import Found, Rule
from banshi.knowledge.lint.vague import vague_words

_HAN = "\u4e00-\u9fff"
_CLAUSE = re.compile("[^，,；;。（）()]+")
_NOT_ASKED = re.compile("另办|另行|不用|不需|无需|无须|不再|不要求|不得要求|免于?提交|免交|免提供|取消|可不|以下情形之一|的除外")
# 证明 as a verb: 能证明身份, 证明其收入.
_VERB_BEFORE = re.compile("(?:能够?|可以?|足以|用[于以]|来|以|须|自行|难以|无法)$")
_VERB_AFTER = re.compile(
    f"(?!书|材料|文件|信|原件|复印件|后|时|或|和|及|与|并|且|即|齐|须|应|由|等|的|和|方可|方能|才|办理|办|申请|申领|领取|提出|可|就|来|到|去)[{_HAN}“《]"
)
_BEGINS = re.compile(
    "提交|递交|上交|报送|提供|出示|出具的?|开具的?|开出的?|取得|获得|具有|具备|持有?|凭|附有?(?!加)|携带|带(?=有?着?)|须有|需有|应有|要有|"
    "有(?!效|限|无|期)(?<!所有)(?<!没有)|的|或者?|和|及|与|并|以及|须|需要?|应当|要(?!素)|经(?!营|济|办|纪)|由|、|办理了?|签发|核发"
)
_OWN = re.compile("^(?:本人|申请人|个人|其|双方|夫妻|合法|有效|真实|书面|相关|有关|近期|一份|一张|原)+")
_HANDED_IN = re.compile(
    rf"(?:提交|提供|出示|交验|递交|携带|交一份|交上)(?:[^，；。]{{0,8}}的)?(?P<name>[{_HAN}]{{0,10}}?(?:许可证|资格证书?|合格证书?|执照|户口簿|户口本|结婚证|离婚证|"
    rf"毕业证书?|学位证书?|学历证书?|驾驶证|行驶证|介绍信|委托书|授权书|批准文件|批文|鉴定书|判决书|协议书|承诺书|诊断书|体检表|申请书|申请表|登记表|公证书|(?:检测|评估|审计|验资|检验)报告))"
)
_PROOF = re.compile("证|书|表|材料|报告|凭|单|函|信息|票|簿|合同|协议")
_SPOKEN = (("户口本", "户口簿"), ("执照", "营业执照"), ("学历证", "学历"), ("学位证", "学位"), ("毕业证", "学历"), ("鉴定书", "鉴定"))


def _named_proofs(text: str) -> Iterator[tuple[str, str]]:
    """Documents that a condition asks for, each with the clause it stands in."""
    for clause in _CLAUSE.findall(text):
        if _NOT_ASKED.search(clause):
            continue
        for match in re.finditer("证明(?:书|材料|文件|信)?", clause):
            before, after = clause[max(0, match.start() - 30) : match.start()], clause[match.end() :][:4]
            if match[0] == "证明" and (_VERB_BEFORE.search(before) or _VERB_AFTER.match(after)):
                continue
            cuts = [cut.end() for cut in _BEGINS.finditer(before)]
            name = _OWN.sub("", before[cuts[-1] if cuts else 0 :])
            name = re.sub(rf"^.*[^{_HAN}]", "", name)[-12:]
            if len(name) >= 2 and vague_words(f"提供{name}{match[0]}") is None:
                yield name + match[0], clause
        for match in _HANDED_IN.finditer(clause):
            name = _OWN.sub("", match["name"])
            if len(name) >= 2 and "证明" not in name:
                yield name, clause


def _is_listed(name: str, documents: list[str]) -> bool:
    core = re.sub("证明(?:书|材料|文件|信)?$|书$|表$", "", name)
    wordings = [name, core, *(other for said, other in _SPOKEN if said in name), *(said for said, other in _SPOKEN if other in name)]
    for document in documents:
        if any(len(wording) >= 2 and wording in document for wording in wordings):
            return True
        # 健康体检证明 is listed as 体检合格证明.
        if _PROOF.search(document) and len(set(core)) >= 3 and len(set(core) & set(document)) >= 0.6 * len(set(core)):
            return True
    return False


def _documents(draft: Draft) -> list[str]:
    return [f"{text_of(row.get('material_name'))} {text_of(row.get('note'))}" for _, row in draft.rows("materials")]


def _missing(draft: Draft) -> Iterator[Found]:
    documents = _documents(draft)
    told: set[str] = set()
    for path, row in draft.rows("accept_condition"):
        for name, clause in _named_proofs(text_of(row.get("text"))):
            if name not in told and not _is_listed(name, documents):
                told.add(name)
                message = f"受理条件要求“{name}”，申请材料里没有这一项。要么列进材料，要么不得要求"
                yield Found(f"{path}.text", message, clause, f"把“{name}”加进申请材料")


def _add(draft: Draft, path: str) -> None:
    documents = _documents(draft)
    row = draft.rows("accept_condition")[int(path.split(".")[1])][1]
    name = next(name for name, _ in _named_proofs(text_of(row.get("text"))) if not _is_listed(name, documents))
    material = {"material_name": name, "form": "原件", "copies": 1, "e_license_exempt": "no", "certainty": row.get("certainty") or "local"}
    materials = draft.content.get("materials")
    draft.content["materials"] = [*(materials if isinstance(materials, list) else []), material]


RULES = (Rule("condition-proof-missing", "error", ("guide",), _missing, _add),)
