"""What a received document or public answer would be as a record. Nothing passes that the garble gate refuses."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from typing import Any

from banshi.knowledge.errors import KnowledgeError
from banshi.knowledge.garble import damaged_passages
from banshi.knowledge.policy_import import import_policy
from banshi.knowledge.regions import PROVINCE
from banshi.store.documents import Received

_QUOTED = 3


class NotDraftedError(Exception):
    """There is no draft to be made of it; the message says why, in Chinese."""


def policy_draft(document: Received) -> tuple[str, dict[str, Any]]:
    """Key and content of a policy.

    What is printed on the document goes before what was made out of its text.

    Raises:
        NotDraftedError: the text is damaged, or cannot be cited passage by passage.
    """
    text = "\n".join(filter(None, (document.title, document.document_number, document.text)))
    given = f"policy-doc-{hashlib.sha256(document.id.partition('@')[0].encode()).hexdigest()[:8]}"
    try:
        policy = import_policy(text, source=document.title, policy_id=given)
    except KnowledgeError as error:
        raise NotDraftedError(str(error)) from error
    content = policy.model_dump(mode="json", exclude_unset=True)
    content["passages"] = list(content["passages"])
    told = {
        "title": document.title,
        "document_number": document.document_number or content.get("document_number"),
        "organ": document.organ or content.get("organ"),
        "issued": document.day.isoformat() if document.day is not None else content.get("issued"),
        "url": document.url,
        "effective": document.effective.isoformat() if document.effective is not None else None,
        "expires": document.expires.isoformat() if document.expires is not None else None,
    }
    return policy.id, content | {name: value for name, value in told.items() if value is not None or name in content}


def qa_draft(answer: Received, known_region: Callable[[str], bool]) -> tuple[str, dict[str, Any]]:
    """Key and content of a candidate Q&A. It lacks stored questions, so that it cannot be handed in before an editor has worked on it.

    Args:
        answer: what was asked and answered in public; masked.
        known_region: whether there is a region of a code.

    Raises:
        NotDraftedError: the text is damaged.
    """
    damaged = damaged_passages(f"{answer.title}\n{answer.text}")
    if damaged:
        quoted = "；".join(f"“{one.quote}”（{one.reason}）" for one in damaged[:_QUOTED])
        raise NotDraftedError(f"文字有 {len(damaged)} 处损坏，没有预填草稿：{quoted}。")
    key = f"qa-public-{hashlib.sha256(answer.id.encode()).hexdigest()[:8]}"
    region = answer.region if answer.region is not None and known_region(answer.region) else PROVINCE
    day = answer.day.isoformat() if answer.day is not None else ""
    return key, {
        "id": key,
        "version": 1,
        "question": answer.title,
        "similar": [],
        "answer": answer.text,
        "topic": "互动交流",
        "audience": [],
        "element": "other",
        "basis": [f"互动交流平台公开答复（{answer.department}，{day}）{answer.url or ''}".strip()],
        "department": answer.department or "",
        "certainty": "unsure",
        "regions": [region],
        "valid_from": day,
    }


def with_version(content: Mapping[str, Any], before: Mapping[str, Any] | None) -> dict[str, Any]:
    """The content with the version that the record has: a program counts none up."""
    if before is not None and "version" in before and "version" in content:
        return {**content, "version": before["version"]}
    return dict(content)
