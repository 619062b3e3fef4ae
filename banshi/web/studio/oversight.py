"""The audit ledger: who did what, and whether it is whole."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any

from fastapi import APIRouter, HTTPException, Query

from banshi.store.audit import AuditLedger
from banshi.store.chain import Entry
from banshi.store.database import read
from banshi.web.staff_access import AccessDep, StaffDep
from banshi.web.studio.services import Studio, StudioRoute, StudioServices
from banshi.web.values import RowId

router = APIRouter(prefix="/api/v1/studio", tags=["studio"], route_class=StudioRoute)

_ACTIONS = {
    "knowledge.save": "保存草稿",
    "knowledge.submit": "送审",
    "knowledge.approve": "审核通过",
    "knowledge.send-back": "退回",
    "knowledge.withdraw": "撤回",
    "knowledge.discard": "作废",
    "knowledge.publish": "发布",
    "knowledge.rollback": "回退",
    "knowledge.index": "重建索引",
    "knowledge.import": "导入",
    "notice.begin": "发布公告或关停",
    "notice.end": "结束公告或关停",
    "work-item.close": "办结待办",
    "items.pull": "读取事项库变更",
    "items.done": "办结事项变更任务",
    "documents.pull": "读取文件资料库",
    "approvals.map": "登记OA账号",
    "approvals.unmap": "取消OA账号",
    "approvals.handed-over": "送OA审批",
    "approvals.hand-over-failed": "送OA审批失败",
    "approvals.decision": "OA审批结果",
    "privacy.forget": "应本人要求删除",
    "partner.add": "开通合作方接口",
    "partner.revoke": "停用合作方接口",
    "desk.reveal": "查看号码",
    "ticket.create": "新建工单",
    "ticket.edit": "修改工单",
    "ticket.dispatch": "派遣工单",
    "ticket.reply": "答复工单",
    "ticket.return": "退回工单",
    "ticket.supervise": "督办工单",
    "ticket.visit": "回访工单",
    "ticket.close": "办结工单",
    "ticket.accepted": "12345系统接收工单",
    "ticket.push-failed": "工单推送失败",
    "ticket.push-again": "重新推送工单",
    "sign-in": "登录",
    "sign-out": "退出登录",
    "sign-in-refused": "登录被拒绝",
    "lock": "锁定账号",
    "staff-add": "新增人员",
    "staff-change": "修改人员",
    "staff-disable": "停用人员",
    "staff-enable": "恢复人员",
    "password-change": "修改密码",
    "password-reset": "重置密码",
}


@router.get("/audit")
async def audit(
    studio: StudioServices,
    access: AccessDep,
    staff: StaffDep,
    before: RowId | None = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
    target: Annotated[str | None, Query(max_length=200)] = None,
    actor: Annotated[str | None, Query(max_length=100)] = None,
) -> dict[str, Any]:
    """Entries, the newest first, and what the check of the whole chain finds."""
    if not access.may(staff, "audit.read"):
        raise HTTPException(403, "您的角色不能看审计记录。")
    return await asyncio.to_thread(_audit, studio, before, limit, target, actor)


def _audit(studio: Studio, before: int | None, limit: int, target: str | None, actor: str | None) -> dict[str, Any]:
    with read(studio.database) as connection:
        ledger = AuditLedger(connection)
        entries = ledger.entries(limit, before=before, target=target, actor=actor)
        problems = ledger.verify(studio.anchor)
    return {"rows": [_row(entry) for entry in entries], "whole": not problems, "problems": problems[:20]}


def _row(entry: Entry) -> dict[str, Any]:
    reason = entry.detail.get("reason")
    sentence = f"{_ACTIONS.get(entry.action, entry.action)} {entry.target}" + (f"：{reason}" if reason else "")
    return {
        "seq": entry.seq,
        "at": entry.at.isoformat(),
        "actor": entry.actor,
        "action": entry.action,
        "target": entry.target,
        "detail": entry.detail,
        "hash": entry.hash,
        "sentence": sentence,
    }
