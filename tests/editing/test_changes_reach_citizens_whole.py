"""From a draft to the answer: who may do what, what stops a change, and what citizens are told before and after."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from banshi.editing.errors import ConflictError, EditingError, ForbiddenError, NotFoundError
from banshi.editing.impact import Impact
from banshi.editing.jobs import Job
from banshi.knowledge.elements import Element
from banshi.knowledge.sources import Address
from banshi.search.result import Context, SearchRequest
from banshi.store.audit import AuditLedger
from banshi.store.database import read
from banshi.store.knowledge import KnowledgeRepository
from banshi.store.releases import ReleaseRepository
from tests.contract.together import together
from tests.editing.small import LI, REISSUE, WANG, Desk, now

QUESTION = "多少钱"


def job() -> Job:
    return Job("test", "test", "test")


def content_of(desk: Desk, address: Address) -> tuple[dict[str, Any], int]:
    with read(desk.database) as connection:
        head = KnowledgeRepository(connection).head(address.kind, address.key, address.region)  # type: ignore[arg-type]
    assert head is not None
    return head.head.content, head.head.number


def with_fee(content: dict[str, Any], words: str) -> dict[str, Any]:
    return {**content, "fees": [{**content["fees"][0], "fee_stand": words}]}


def approve(desk: Desk, address: Address, content: dict[str, Any], number: int | None) -> int:
    """Save, submit, approve; gives the revision's id."""
    saved = desk.workflow.save(address, content, expected=number, reason="改", actor=LI)
    desk.workflow.submit(address, expected=saved.head.number, reason="", actor=LI)
    return desk.workflow.approve(address, expected=saved.head.number, reason="", actor=WANG).head.id


def try_out(desk: Desk, *ids: int) -> Impact:
    return desk.publisher.try_out(ids, job())


def publish(desk: Desk, *ids: int):
    return desk.publisher.publish(try_out(desk, *ids).id, actor=WANG, reason="发布")


def answer(desk: Desk, text: str = QUESTION, item: str = REISSUE.key, **rest: Any) -> str:
    """What citizens are told in a conversation about an item; which item a question names is no matter of these tests."""
    result = desk.ask(text, context=Context(item=item), **rest)
    assert result.answer is not None, result.reason
    return result.answer.text


def change_fee(desk: Desk, words: str) -> int:
    content, number = content_of(desk, REISSUE)
    return publish(desk, approve(desk, REISSUE, with_fee(content, words), number)).id


def test_a_change_is_told_after_publishing_and_not_before(desk: Desk) -> None:
    before = answer(desk)
    content, number = content_of(desk, REISSUE)
    approved = approve(desk, REISSUE, with_fee(content, "41元/证"), number)
    impact = try_out(desk, approved)
    assert answer(desk) == before and "41元" not in before
    assert impact.result["by_kind"].get("wording"), impact.result
    release = desk.publisher.publish(impact.id, actor=WANG, reason="调价")
    assert "41元/证" in answer(desk)
    with read(desk.database) as connection:
        active = ReleaseRepository(connection).active()
        assert active is not None and (active.id, active.snapshot) == (release.id, desk.engine().snapshot.id)
        assert [entry.action for entry in AuditLedger(connection).entries(5)][::-1] == [
            "knowledge.index", "knowledge.save", "knowledge.submit", "knowledge.approve", "knowledge.publish",
        ]  # fmt: skip
        assert AuditLedger(connection).verify(desk.var / "audit.anchor") == []


def test_roll_back_gives_the_old_answer_and_forward_the_new_one(desk: Desk) -> None:
    old = answer(desk)
    with read(desk.database) as connection:
        first = ReleaseRepository(connection).active()
    assert first is not None
    second = change_fee(desk, "41元/证")
    desk.publisher.roll_back(first.id, actor=WANG, reason="写错了", job=job())
    assert answer(desk) == old
    desk.publisher.roll_back(second, actor=WANG, reason="没写错", job=job())
    assert "41元/证" in answer(desk)
    with pytest.raises(NotFoundError):
        desk.publisher.roll_back(999, actor=WANG, reason="没有", job=job())


def test_an_older_release_comes_back_although_its_index_is_gone(desk: Desk) -> None:
    with read(desk.database) as connection:
        first = ReleaseRepository(connection).active()
    assert first is not None
    for number in range(5):
        change_fee(desk, f"5{number}元/证")
    assert not (desk.snapshots / (first.snapshot or "")).is_dir()
    desk.publisher.roll_back(first.id, actor=WANG, reason="回去", job=job())
    assert "40元/证" in answer(desk)


def test_after_a_roll_back_a_later_change_does_not_bring_the_wrong_one_back(desk: Desk) -> None:
    with read(desk.database) as connection:
        first = ReleaseRepository(connection).active()
    assert first is not None
    content, number = content_of(desk, REISSUE)
    wrong = {**with_fee(content, "99元/证"), "valid_from": (now().date() - timedelta(days=1)).isoformat()}
    publish(desk, approve(desk, REISSUE, wrong, number))
    assert "99元" in answer(desk)
    desk.publisher.roll_back(first.id, actor=WANG, reason="写错了", job=job())
    _, number = content_of(desk, REISSUE)
    later = {**with_fee(content, "45元/证"), "valid_from": (now().date() + timedelta(days=30)).isoformat()}
    publish(desk, approve(desk, REISSUE, later, number))
    assert "40元/证" in answer(desk)
    assert "45元/证" in answer(desk, today=now().date() + timedelta(days=31))


def test_nobody_approves_their_own_words(desk: Desk) -> None:
    content, number = content_of(desk, REISSUE)
    saved = desk.workflow.save(REISSUE, with_fee(content, "42元/证"), expected=number, reason="改", actor=LI)
    desk.workflow.submit(REISSUE, expected=saved.head.number, reason="", actor=LI)
    with pytest.raises(ForbiddenError):
        desk.workflow.approve(REISSUE, expected=saved.head.number, reason="", actor=LI)


def test_nobody_approves_their_own_words_behind_another_editor(desk: Desk) -> None:
    content, number = content_of(desk, REISSUE)
    first = desk.workflow.save(REISSUE, with_fee(content, "42元/证"), expected=number, reason="改", actor=WANG)
    second = desk.workflow.save(REISSUE, with_fee(content, "42元/证。"), expected=first.head.number, reason="句号", actor=LI)
    desk.workflow.submit(REISSUE, expected=second.head.number, reason="", actor=LI)
    with pytest.raises(ForbiddenError):
        desk.workflow.approve(REISSUE, expected=second.head.number, reason="", actor=WANG)


def test_errors_stop_a_change_before_review(desk: Desk) -> None:
    content, number = content_of(desk, REISSUE)
    vague = {**content, "materials": [*content["materials"], {**content["materials"][0], "material_name": "其他有关材料"}]}
    saved = desk.workflow.save(REISSUE, vague, expected=number, reason="改", actor=LI)
    with pytest.raises(EditingError) as refused:
        desk.workflow.submit(REISSUE, expected=saved.head.number, reason="", actor=LI)
    assert "错误" in refused.value.detail and "材料" in refused.value.detail


def test_what_is_not_approved_is_not_published(desk: Desk) -> None:
    content, number = content_of(desk, REISSUE)
    saved = desk.workflow.save(REISSUE, with_fee(content, "42元/证"), expected=number, reason="改", actor=LI)
    with pytest.raises(ConflictError):
        desk.publisher.publish(try_out(desk, saved.head.id).id, actor=WANG, reason="发布")
    assert "42元" not in answer(desk)


def test_a_stale_save_is_refused_with_who_when_and_both_texts(desk: Desk) -> None:
    content, number = content_of(desk, REISSUE)
    theirs = with_fee(content, "42元/证")
    desk.workflow.save(REISSUE, theirs, expected=number, reason="改", actor=LI)
    with pytest.raises(ConflictError) as refused:
        desk.workflow.save(REISSUE, with_fee(content, "43元/证"), expected=number, reason="也改", actor=WANG)
    assert LI.name in refused.value.detail
    assert refused.value.more["by"] == LI.account
    assert refused.value.more["content"] == theirs and refused.value.more["base_content"] == content


def test_two_who_publish_at_once_do_not_mix(desk: Desk) -> None:
    """Both tried their change on the same knowledge; one of them must try again on what the other published."""
    content, number = content_of(desk, REISSUE)
    card = Address("guide", "sb-card-reissue")
    other, other_number = content_of(desk, card)
    trials = [
        try_out(desk, approve(desk, REISSUE, with_fee(content, "42元/证"), number)),
        try_out(desk, approve(desk, card, {**other, "fees": []}, other_number)),
    ]
    done = together(2, lambda which: desk.publisher.publish(trials[which].id, actor=WANG, reason="发布"))
    refused = [one for one in done if isinstance(one, Exception)]
    assert len(refused) == 1 and isinstance(refused[0], ConflictError), done
    winner = next(which for which, one in enumerate(done) if not isinstance(one, Exception))
    assert ("42元/证" in answer(desk)) == (winner == 0)
    assert ("不收费" in answer(desk, item="sb-card-reissue")) == (winner == 1)
    assert desk.publisher.reconcile() is None


def test_a_later_edition_takes_over_on_its_day(desk: Desk) -> None:
    today = now().date()
    content, number = content_of(desk, REISSUE)
    later = {**with_fee(content, "30元/证"), "valid_from": (today + timedelta(days=10)).isoformat()}
    publish(desk, approve(desk, REISSUE, later, number))
    assert "40元/证" in answer(desk) and "30元/证" not in answer(desk)
    assert "30元/证" in answer(desk, today=today + timedelta(days=10))
    assert "40元/证" in answer(desk, today=today + timedelta(days=10), as_of=today + timedelta(days=9))


def test_what_is_retired_says_so_and_never_the_old_steps(desk: Desk) -> None:
    _, number = content_of(desk, REISSUE)
    drafted = desk.workflow.withdraw(
        REISSUE, expected=number, reason="停办", actor=LI, told="这项业务已经停办，不用再申请。", instead="直接到派出所办新证"
    )
    desk.workflow.submit(REISSUE, expected=drafted.head.number, reason="", actor=LI)
    publish(desk, desk.workflow.approve(REISSUE, expected=drafted.head.number, reason="", actor=WANG).head.id)
    told = answer(desk)
    assert "已停用" in told and "停办" in told and "直接到派出所办新证" in told
    assert "40元" not in told and "户口簿" not in told
    result = desk.ask(QUESTION, context=Context(item=REISSUE.key))
    assert result.sources[0].retired is not None and result.answer is not None and result.answer.links == []


def test_a_region_changes_its_own_answer_only_and_says_what_differs(desk: Desk) -> None:
    yanji = Address("guide", REISSUE.key, "222401")
    fee = {"fee_name": "补领工本费", "fee_stand": "20元/证", "certainty": "local", "fee_basis": "吉发改收费〔2024〕1号"}
    publish(desk, approve(desk, yanji, {"fees": [fee]}, None))
    there, elsewhere = answer(desk, region="222401"), answer(desk, region="220102")
    assert "20元/证" in there and "延吉市自己的规定" in there and "收费" in there
    assert "20元/证" not in elsewhere and "40元/证" in elsewhere
    conditions = desk.engine().answer_item(REISSUE.key, Element.CONDITIONS, region="222401")
    assert conditions.answer is not None and "自己的规定" not in conditions.answer.text
    assert conditions.region.resolved == "222401"


def test_a_region_cannot_change_what_the_province_holds_alone(desk: Desk) -> None:
    yanji = Address("guide", REISSUE.key, "222401")
    saved = desk.workflow.save(yanji, {"task_name": "延吉身份证"}, expected=None, reason="改名", actor=LI)
    with pytest.raises(EditingError):
        desk.workflow.submit(yanji, expected=saved.head.number, reason="", actor=LI)


def test_a_damaged_index_is_built_again_from_the_store(desk: Desk) -> None:
    change_fee(desk, "44元/证")
    damaged = desk.snapshots / desk.engine().snapshot.id
    (damaged / "manifest.json").unlink()
    mended = desk.publisher.reconcile()
    assert mended is not None and "built again" in mended
    assert "44元/证" in answer(desk)
    assert desk.publisher.reconcile() is None


def test_golden_questions_that_break_stop_publishing_unless_somebody_says_why(desk: Desk, tmp_path: Any) -> None:
    golden = desk.var / "golden"
    golden.mkdir()
    (golden / "dev.jsonl").write_text(
        '{"id": "g-1", "text": "居民身份证丢失补领多少钱", "decision": "answer", "items": ["hz-idcard-reissue"], "element": "fee", '
        '"elements_ok": [], "style": "plain", "lang": "zh"}\n',
        encoding="utf-8",
    )
    card = Address("guide", "sb-card-reissue")
    content, number = content_of(desk, card)
    thief = {**content, "aliases": [*content["aliases"], "居民身份证丢失补领", "居民身份证丢失补领多少钱"]}
    thief["questions"] = {
        **content["questions"],
        "fee": [*content["questions"]["fee"], "居民身份证丢失补领要多少钱", "居民身份证丢失补领多少钱"],
    }
    plain, plain_number = content_of(desk, REISSUE)
    weak = {**plain, "questions": {key: texts[:1] for key, texts in plain["questions"].items()}, "also_asks": {}}
    weak = {**weak, "task_name": "居民证件遗失", "aliases": ["证件遗失"]}
    ids = approve(desk, card, thief, number), approve(desk, REISSUE, weak, plain_number)
    impact = try_out(desk, *ids)
    assert impact.broken == 1, impact.result["golden"]
    with pytest.raises(EditingError) as refused:
        desk.publisher.publish(impact.id, actor=WANG, reason="发布")
    assert "黄金题" in refused.value.detail
    release = desk.publisher.publish(impact.id, actor=WANG, reason="发布", override_reason="题目本身标错了，已经通知题库更正")
    assert release.impact is not None and release.impact["broken"] == 1


def test_a_search_request_reads_the_engine_of_its_moment(desk: Desk) -> None:
    """An engine that was handed out goes on answering while another one takes its place."""
    old = desk.engine()
    change_fee(desk, "46元/证")
    told = old.search(SearchRequest(text=QUESTION, context=Context(item=REISSUE.key))).answer
    assert told is not None and "40元/证" in told.text and "46元/证" in answer(desk)
