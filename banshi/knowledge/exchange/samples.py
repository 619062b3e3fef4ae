"""The sample rows of the templates. Their 编号 begin with 示例, so that an import passes over them."""

from __future__ import annotations

from banshi.knowledge.exchange.report import Content, Kind

SAMPLES: dict[Kind, Content] = {
    "qa": {
        "id": "示例 qa-life-example",
        "version": 1,
        "question": "楼上装修太吵，找哪个部门",
        "similar": ["楼上天天装修，动静太大找谁", "邻居砸墙太吵谁来管", "装修噪音找哪投诉", "（相似问至少 8 条，一行一条）"],
        "answer": "先请物业劝阻；劝不住的，打12345说清小区、楼号和时间，热线会派给管的单位。",
        "topic": "找部门",
        "audience": ["自然人"],
        "element": "other",
        "item": None,
        "basis": ["噪声污染防治法"],
        "department": "公安机关",
        "certainty": "local",
        "regions": ["220000"],
        "valid_from": "2026-11-01",
        "korean": ["윗집 공사 소음은 어디에 신고하나요"],
    },
    "guide": {
        "id": "示例 hz-example",
        "version": 1,
        "region": "220000",
        "valid_from": "2026-11-01",
        "task_name": "新生儿入户（示例）",
        "domain": "户政",
        "aliases": ["给孩子上户口", "宝宝落户"],
        "dept_name": "公安部门（治安户政）",
        "implementing_agency": "父或母户籍地派出所",
        "task_type": "行政确认",
        "server_type": ["自然人"],
        "project_type": "即办件",
        "accept_condition": [
            {"text": "婴儿出生后一个月内申报", "certainty": "national", "basis": "《户口登记条例》第七条", "basis_checked": True}
        ],
        "materials": [
            {
                "material_name": "出生医学证明",
                "form": "原件",
                "copies": 1,
                "e_license_exempt": "local",
                "certainty": "national",
                "note": "副页由派出所收存",
                "when": [{"birth": ["have"]}],
            }
        ],
        "handle_type": ["窗口办理", "网上办理"],
        "process": ["提交申请", "核验", "登记"],
        "anticipate": {"text": "无全国统一规定", "certainty": "national", "basis": "《户口登记条例》第七条", "basis_checked": True},
        "promise": {"text": "材料齐全当场办结", "certainty": "local"},
        "fees": [{"fee_name": "出生登记", "fee_stand": "不收费", "certainty": "local"}],
        "transact_place": "派出所户籍窗口",
        "handle_area": {"text": "全省通办", "certainty": "local"},
        "online_handle_depth": {"text": "III级", "certainty": "local"},
        "limit_scene_num": {"text": "1", "certainty": "local"},
        "by_law": ["《中华人民共和国户口登记条例》第七条"],
        "situations": [{"when": "超过一个月没报", "effect": "仍可补报", "certainty": "local"}],
        "choices": [
            {
                "id": "birth",
                "ask": "有没有出生医学证明？",
                "options": [
                    {"id": "have", "label": "有", "words": ["带着出生证"]},
                    {"id": "none", "label": "没有", "words": ["开不出出生证"]},
                ],
            }
        ],
        "handle_items": [{"id": "newborn", "name": "新生儿入户"}],
        "plain": [{"element": "fee", "text": "不收费。", "certainty": "local"}],
        "review_priority": "low",
        "open_points": [{"text": "网办深度待核对", "elements": ["online"]}],
        "questions": {"materials": ["给孩子上户口带什么"], "fee": ["新生儿落户花钱吗"]},
        "also_asks": {"process": ["给孩子上户口带什么"]},
        "korean": ["아기를 호구에 올리자면 뭘 가져가야 합니까?"],
        "evidence": {"law_text_read": "户口登记条例"},
        "special_procedure": [{"name": "公示", "basis": "（有才写）", "time_limit": "7日"}],
        "steps": [{"name": "受理", "days": 1.0, "day_type": "工作日"}],
    },
}
