"""Policy documents and public answers become drafts: through the garble gate, with what is printed on them, over nobody's work."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from banshi.connect.documents.demo import DemoDocuments
from banshi.connect.documents.invented import INVENTED_ANSWERS, INVENTED_DOCUMENTS
from banshi.connect.documents.port import AnswerPage, DocumentLibrary, DocumentPage, PolicyDocument
from banshi.connect.resilience.errors import SystemUnavailableError
from banshi.editing.actor import DOCUMENT_LIBRARY
from banshi.editing.documents.pulling import DocumentPulling
from banshi.editing.errors import EditingError, ForbiddenError
from banshi.editing.feeding import FeedFailedError
from banshi.knowledge.sources import Address
from banshi.store.database import read
from banshi.store.documents import Received, ReceivedRepository
from banshi.store.knowledge import Head, KnowledgeRepository
from tests.editing.library_rig import Clock
from tests.editing.small import LI, WANG, Desk

POLICY = Address("policy", "policy-jilin-2026-1")


class Documents(DemoDocuments):
    """The demo with other documents."""

    def __init__(self, documents: Sequence[PolicyDocument]) -> None:
        super().__init__()
        self._documents = tuple(documents)

    def changes(self, since: str | None) -> DocumentPage:
        begin = int(since or 0)
        return DocumentPage(self._documents[begin:], str(len(self._documents)), more=False)


class HalfAway(DemoDocuments):
    """Documents come, public answers do not."""

    def answers(self, since: str | None) -> AnswerPage:
        raise SystemUnavailableError("documents answered 503.")


def pulling(desk: Desk, library: DocumentLibrary | None = None, clock: Clock | None = None) -> DocumentPulling:
    return DocumentPulling(desk.database, library or DemoDocuments(), desk.workflow, lambda: desk.engine().knowledge, now=clock or Clock())


def received(desk: Desk) -> dict[str, Received]:
    with read(desk.database) as connection:
        return {one.id: one for one in ReceivedRepository(connection).list(None, None, 100)}


def head(desk: Desk, address: Address = POLICY) -> Head:
    with read(desk.database) as connection:
        found = KnowledgeRepository(connection).head(address.kind, address.key, address.region)  # type: ignore[arg-type]
    assert found is not None
    return found


def test_a_document_becomes_a_draft_with_what_is_printed_on_it(desk: Desk) -> None:
    done = pulling(desk).pull()
    assert done is not None and (done.new, done.drafted) == (6, 3)
    draft = head(desk)
    assert (draft.head.state, draft.head.author, draft.published) == ("draft", DOCUMENT_LIBRARY.account, None)
    content = draft.head.content
    assert (content["document_number"], content["organ"], content["issued"]) == ("吉演办发〔2026〕1号", "吉林省演示办公室", "2026-03-02")
    assert [row["number"] for row in content["passages"]][-3:] == ["二（一）", "二（二）", "三"]
    kept = received(desk)["document:DEMO-DOC-001@1"]
    assert (kept.state, kept.record, kept.number) == ("drafted", POLICY.key, 1)
    assert kept.effective is not None and kept.expires is not None and kept.url == INVENTED_DOCUMENTS[0].url
    assert [one for one in desk.checker.lint(POLICY, content) if one.severity == "error"] == []


def test_a_damaged_text_makes_no_draft_and_says_where(desk: Desk) -> None:
    pulling(desk).pull()
    kept = received(desk)["document:DEMO-DOC-002@1"]
    assert (kept.state, kept.record) == ("refused", None)
    assert "损坏" in kept.problem and "锟斤拷" in kept.problem
    assert "锟斤拷" in kept.text, "it is kept as it came, so that nothing is lost"


def test_what_cannot_be_cited_or_is_out_of_force_makes_no_draft(desk: Desk) -> None:
    pulling(desk).pull()
    kept = received(desk)
    assert "无法分条引用" in kept["document:DEMO-DOC-003@1"].problem
    assert "已经废止" in kept["document:DEMO-DOC-004@1"].problem


def test_a_public_answer_is_a_candidate_that_keeps_day_and_department(desk: Desk) -> None:
    pulling(desk).pull()
    one = received(desk)["answer:DEMO-ANSWER-002"]
    assert one.record is not None
    address = Address("qa", one.record)
    draft = head(desk, address).head
    assert (draft.state, draft.content["department"], draft.content["valid_from"]) == ("draft", "虚构部门（演示）", "2026-06-01")
    assert draft.content["regions"] == ["220100"]
    assert "2026-06-01" in draft.content["basis"][0] and "虚构部门" in draft.content["basis"][0]
    with pytest.raises(EditingError, match="相似问"):
        desk.workflow.submit(address, expected=draft.number, reason="", actor=LI)


def test_peoples_numbers_are_kept_nowhere(desk: Desk) -> None:
    assert "13800000000" in INVENTED_ANSWERS[1].question
    pulling(desk).pull()
    one = received(desk)["answer:DEMO-ANSWER-002"]
    assert one.record is not None
    assert "13800000000" not in f"{one}{head(desk, Address('qa', one.record)).head.content}"
    assert "我的电话是手机号" in one.title


def test_reading_again_changes_nothing(desk: Desk) -> None:
    clock = Clock()
    pulling(desk, clock=clock).pull()
    before = received(desk)
    assert pulling(desk, clock=clock).pull() is None
    again = pulling(desk, clock=clock).pull(even_if_early=True)
    assert again is not None and (again.new, again.drafted) == (0, 0)
    assert received(desk) == before


def test_a_new_version_of_a_document_is_the_next_draft(desk: Desk) -> None:
    first = INVENTED_DOCUMENTS[0]
    pulling(desk, Documents([first])).pull()
    second = replace(first, id="DEMO-DOC-001@2", text=first.text.replace("说明政策文件", "写明政策文件"))
    done = pulling(desk, Documents([first, second])).pull(even_if_early=True)
    assert done is not None and (done.new, done.drafted) == (1, 1)
    assert head(desk).head.number == 2 and "写明政策文件" in str(head(desk).head.content)


def test_nobodys_work_is_written_over(desk: Desk) -> None:
    first = INVENTED_DOCUMENTS[0]
    pulling(desk, Documents([first])).pull()
    mine = desk.workflow.save(POLICY, {**head(desk).head.content, "organ": "李华查到的机关"}, expected=1, reason="", actor=LI).head
    second = replace(first, id="DEMO-DOC-001@2", text=first.text.replace("说明政策文件", "写明政策文件"))
    pulling(desk, Documents([first, second])).pull(even_if_early=True)
    assert head(desk).head == mine
    assert "李华正在改" in received(desk)["document:DEMO-DOC-001@2"].problem


def test_another_document_of_the_same_number_is_not_taken_for_it(desk: Desk) -> None:
    first = INVENTED_DOCUMENTS[0]
    other = replace(first, id="DEMO-DOC-009@1", title="吉林省演示办公室关于另一件事的通知")
    pulling(desk, Documents([first, other])).pull()
    assert head(desk).head.content["title"] == first.title
    assert "已经是另一份文件" in received(desk)["document:DEMO-DOC-009@1"].problem


def test_one_person_cannot_take_a_programs_draft_through(desk: Desk) -> None:
    pulling(desk).pull()
    desk.workflow.submit(POLICY, expected=1, reason="", actor=WANG)
    with pytest.raises(ForbiddenError):
        desk.workflow.approve(POLICY, expected=1, reason="", actor=WANG)
    assert desk.workflow.approve(POLICY, expected=1, reason="", actor=LI).head.state == "approved"


def test_while_one_of_the_two_is_away_the_other_is_read(desk: Desk) -> None:
    clock = Clock()
    with pytest.raises(FeedFailedError, match="503"):
        pulling(desk, HalfAway(), clock).pull()
    assert set(received(desk)) == {f"document:{one.id}" for one in INVENTED_DOCUMENTS}
    assert received(desk)["document:DEMO-DOC-001@1"].state == "drafted"
    clock.forward(minutes=6)
    done = pulling(desk, clock=clock).pull()
    assert done is not None and done.new == len(INVENTED_ANSWERS)


def test_received_days_come_back(desk: Desk) -> None:
    pulling(desk).pull()
    kept = received(desk)["document:DEMO-DOC-001@1"]
    assert (kept.day, kept.effective, kept.expires) == (
        INVENTED_DOCUMENTS[0].issued,
        INVENTED_DOCUMENTS[0].effective,
        INVENTED_DOCUMENTS[0].expires,
    )
    assert isinstance(kept.received_at, datetime) and kept.received_at.utcoffset() == timedelta(0)
