"""What people asked in vain becomes gaps: grouped, stable, with who is responsible; talk does not."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import sqlalchemy as sa
import yaml

from banshi.editing.errors import EditingError
from banshi.editing.gap_drafts import draft_content, gap_rows
from banshi.editing.gaps import Refreshed, refresh
from banshi.editing.grouping import centred, group
from banshi.knowledge.elements import Element
from banshi.search.engine import Engine
from banshi.search.golden import load_golden
from banshi.search.noise import with_slips
from banshi.settings import Settings
from banshi.store.conversations import ConversationStore, Message
from banshi.store.database import open_database, read, write
from banshi.store.gaps import Gap, GapRepository
from banshi.store.questions import Asked, QuestionLog

NOW = datetime(2026, 11, 22, 4, tzinfo=UTC)
LATER = timedelta(days=3)
VISA = [
    "韩国F4签证怎么办",
    "朝鲜族办F4签证要啥材料",
    "F4签证去哪办",
    "办韩国F4签证都要啥手续",
    "我是朝鲜族，想去韩国打工办F4签证",
    "俺家老人想办F4签证去韩国",
    "韩国F4签证到期了咋续",
    "韩国F4签证几天能下来",
    "长春哪里能办韩国F4签证",
]
CARD = ["枫叶卡快到期了怎么续", "加拿大枫叶卡换新", "枫叶卡到期了在国内能换吗", "枫叶卡丢了怎么补"]


@pytest.fixture
def database(tmp_path: Path) -> Iterable[sa.Engine]:
    opened = open_database(tmp_path / "banshi.db")
    yield opened
    opened.dispose()


def ask(
    database: sa.Engine, engine: Engine, texts: Sequence[str], *, at: datetime = NOW, decision: Any = "reject", who: str = "c", **rest: Any
) -> list[int]:
    """Log questions, each of a conversation of its own."""
    ids = []
    with write(database, durable=False) as connection:
        for number, text in enumerate(texts):
            vector, encoder = engine.encode(text), engine.encoder
            assert vector is not None and encoder is not None
            asked = Asked(
                at=at - timedelta(minutes=len(texts) - number),
                text=text,
                decision=decision,
                conversation=rest.pop("conversation", None) or f"{who}-{number}",
                vector=vector.astype(np.float16).tobytes(),
                model=encoder.model_id,
                **rest,
            )
            ids.append(QuestionLog(connection).add(asked))
    return ids


def gaps(database: sa.Engine) -> list[Gap]:
    with read(database) as connection:
        return list(GapRepository(connection).list())


def rows(database: sa.Engine, engine: Engine, now: datetime = NOW, **only: Any) -> list[dict[str, Any]]:
    with read(database) as connection:
        return gap_rows(connection, engine, now, **only)


def texts_of(database: sa.Engine, gap: Gap) -> set[str]:
    with read(database) as connection:
        return {asked.text for asked in QuestionLog(connection).by_ids(gap.members)}


def talk(engine: Engine) -> list[str]:
    raw = yaml.safe_load(Path("data/nlu/safety.yml").read_text(encoding="utf-8"))
    spoken = next(part["examples"] for part in raw["nlu"] if part["intent"] == "out_of_scope")
    return [line.removeprefix("- ") for line in spoken.splitlines()][:30] + list(engine.knowledge.outside.chat[:30])


def test_questions_of_one_matter_are_one_gap_titled_by_one_of_them(database: sa.Engine, engine: Engine) -> None:
    ask(database, engine, [*VISA, *CARD])
    assert refresh(database, engine, NOW).opened == 2
    by_size = sorted(gaps(database), key=lambda gap: -len(gap.members))
    assert [texts_of(database, gap) for gap in by_size] == [set(VISA), set(CARD)]
    assert by_size[0].title in VISA and by_size[1].title in CARD
    assert all(gap.department for gap in by_size)


def test_gaps_are_ranked_by_different_people_and_say_how_long_they_wait(database: sa.Engine, engine: Engine) -> None:
    ask(database, engine, CARD)
    ask(database, engine, [f"{text}，着急" for text in VISA], conversation="same", who="v")  # the first only
    ask(database, engine, VISA[:2] * 3, who="v")
    refresh(database, engine, NOW)
    first, second = rows(database, engine, NOW + LATER)
    assert first["title"].startswith(tuple(VISA)) and first["people"] > second["people"] == 4
    assert first["asked"] >= first["people"] and len(first["examples"]) <= 5
    assert first["waiting_days"] == 3 and first["state"] == "open"
    assert set(first["nearest"]) == {"kind", "id", "title", "confidence"} and 0 <= first["nearest"]["confidence"] < 0.7
    assert len(rows(database, engine, limit=1)) == 1


def test_talk_and_other_provinces_and_what_is_answered_by_now_are_no_gaps(database: sa.Engine, engine: Engine) -> None:
    asked = [*talk(engine), "北京积分落户今年要多少分", "身份证丢了怎么补办", "hello how are you today", "？？"]
    ask(database, engine, asked)
    done = refresh(database, engine, NOW)
    assert done.left_out >= 0.85 * len(asked)  # 淘宝退货 and the like lie near a matter of the knowledge
    assert done.opened <= 0.1 * len(asked)


def test_matters_without_a_guide_are_one_gap_each_with_their_department(database: sa.Engine, engine: Engine) -> None:
    matters = {matter.name: matter for matter in engine.knowledge.outside.items}
    chosen = [matters[name] for name in ("危险化学品经营许可", "烟花爆竹经营（零售）许可", "拍卖业务许可")]
    ask(database, engine, [text for matter in chosen for text in (matter.name, *matter.phrasings)])
    refresh(database, engine, NOW)
    found = {gap.title: gap for gap in gaps(database)}
    for matter in chosen:
        assert found[matter.name].department == matter.department
        assert len(found[matter.name].members) >= len(matter.phrasings)
    ask(database, engine, [with_slips(chosen[0].phrasings[0], 0.1, "homophone", 1)], who="later")
    refresh(database, engine, NOW + LATER)
    grown = {gap.title: gap for gap in gaps(database)}
    assert set(grown) == set(found) and len(grown[chosen[0].name].members) == len(found[chosen[0].name].members) + 1


def test_a_growing_gap_keeps_its_id_department_title_and_opening_time(database: sa.Engine, engine: Engine) -> None:
    ask(database, engine, VISA[:4])
    refresh(database, engine, NOW)
    [before] = gaps(database)
    with write(database) as connection:
        GapRepository(connection).assign(before.id, "外事部门")
    ask(database, engine, [*VISA[4:], VISA[0], *CARD], at=NOW + LATER, who="later")
    assert refresh(database, engine, NOW + LATER) == Refreshed(opened=1, grown=1, reopened=0, left_out=0)
    after = next(gap for gap in gaps(database) if gap.id == before.id)
    assert (after.title, after.department, after.opened_at) == (before.title, "外事部门", before.opened_at)
    assert set(before.members) < set(after.members) and len(after.members) == len(VISA) + 1
    assert refresh(database, engine, NOW + LATER) == Refreshed(opened=0, grown=0, reopened=0, left_out=0)


def test_a_gap_whose_questions_were_forgotten_goes_on_by_its_title(database: sa.Engine, engine: Engine) -> None:
    ask(database, engine, VISA[:4])
    refresh(database, engine, NOW)
    [before] = gaps(database)
    with write(database) as connection:
        QuestionLog(connection).delete_before(NOW + timedelta(days=1))
    ask(database, engine, VISA[4:7], at=NOW + LATER, who="later")
    refresh(database, engine, NOW + LATER)
    assert [(gap.id, len(gap.members)) for gap in gaps(database)] == [(before.id, 3)]


def test_a_drafted_gap_stays_drafted_while_it_grows(database: sa.Engine, engine: Engine) -> None:
    ask(database, engine, VISA[:3])
    refresh(database, engine, NOW)
    with write(database) as connection:
        GapRepository(connection).drafted(gaps(database)[0].id, "qa", "qa-gap-1", "220000")
    ask(database, engine, VISA[3:], at=NOW + LATER, who="later")
    refresh(database, engine, NOW + LATER)
    [gap] = gaps(database)
    assert (gap.state, gap.draft, len(gap.members)) == ("drafted", ("qa", "qa-gap-1", "220000"), len(VISA))


def test_a_closed_gap_opens_again_when_five_new_people_ask(database: sa.Engine, engine: Engine) -> None:
    ask(database, engine, VISA[:3])
    refresh(database, engine, NOW)
    with write(database) as connection:
        GapRepository(connection).close(gaps(database)[0].id, "不属于本省业务")
    ask(database, engine, VISA[3:7], at=NOW + LATER, who="later")
    ask(database, engine, [VISA[7]], at=NOW + LATER, who="c")  # one of those who asked before
    assert refresh(database, engine, NOW + LATER) == Refreshed(opened=0, grown=0, reopened=0, left_out=0)
    assert gaps(database)[0].state == "closed"
    ask(database, engine, [VISA[8]], at=NOW + LATER, who="fifth")
    assert refresh(database, engine, NOW + 2 * LATER).reopened == 1
    [gap] = gaps(database)
    assert (gap.state, gap.reason, len(gap.members)) == ("open", None, len(VISA))


def test_corrected_badly_rated_and_handed_on_questions_count_and_answered_ones_do_not(database: sa.Engine, engine: Engine) -> None:
    ask(database, engine, ["身份证丢了怎么补办", "补身份证要带啥"], decision="answer", item="hz-idcard-reissue", rating=1)
    ask(database, engine, ["社保卡丢了咋补"], decision="answer", item="sb-card-reissue", corrected_by=0, who="x")
    ask(database, engine, ["结婚登记要带什么"], decision="answer", item="mz-marriage", rating=5, who="y")
    ask(database, engine, [VISA[0], CARD[0]], decision="clarify", conversation="handed", who="z")
    store = ConversationStore(database)
    store.create(identifier="handed", region=None, now=NOW)
    said = [Message("citizen", VISA[0], NOW - timedelta(minutes=3)), Message("citizen", "/hand_off", NOW)]
    store.record("handed", said, state="waiting", region=None, now=NOW)
    refresh(database, engine, NOW)
    assert {text for gap in gaps(database) for text in texts_of(database, gap)} == {
        "身份证丢了怎么补办",
        "补身份证要带啥",
        "社保卡丢了咋补",
        VISA[0],
    }


def test_only_the_period_counts_and_personal_numbers_make_no_wording_of_their_own(database: sa.Engine, engine: Engine) -> None:
    ask(database, engine, CARD, at=NOW - timedelta(days=40))
    ask(database, engine, [f"我电话〈手机号:{number:08x}〉，{VISA[0]}" for number in range(3)])
    refresh(database, engine, NOW)
    [row] = rows(database, engine)
    assert row["people"] == 3 and "〈" not in row["title"]


def test_a_draft_has_peoples_wordings_and_no_answer(database: sa.Engine, engine: Engine) -> None:
    ask(database, engine, [*VISA, "〈手机号:0a1b2c3d〉是我电话，韩国F4签证怎么办"])
    refresh(database, engine, NOW)
    [gap] = gaps(database)
    with read(database) as connection:
        content = draft_content(connection, engine, gap, date(2026, 11, 22))
    assert content["id"] == f"qa-gap-{gap.id}" and content["question"] == gap.title and content["answer"] == ""
    assert gap.title not in content["similar"] and set(content["similar"]) <= set(VISA) and len(content["similar"]) >= 8
    assert content["certainty"] == "unsure" and content["valid_from"] == "2026-11-22"
    assert content["department"] == gap.department and Element(content["element"])


def test_a_draft_near_a_guide_belongs_to_it_and_one_of_a_foreign_matter_does_not(database: sa.Engine, engine: Engine) -> None:
    ask(database, engine, ["身份证丢了怎么补办", "身份证没了咋补"], decision="answer", item="hz-idcard-reissue", rating=1)
    ask(database, engine, ["危化品经营证咋申请", "卖油漆稀料那种危化品要办啥许可"], who="m")
    refresh(database, engine, NOW)
    with read(database) as connection:
        drafts = {gap.title: draft_content(connection, engine, gap, date(2026, 11, 22)) for gap in GapRepository(connection).list()}
    matter = drafts.pop("危险化学品经营许可")
    [near] = drafts.values()
    assert near["item"] == "hz-idcard-reissue" and near["basis"] == list(engine.knowledge.guides["hz-idcard-reissue"].by_law)
    assert "item" not in matter and matter["department"] == "应急管理部门"
    assert matter["question"] in ("危化品经营证咋申请", "卖油漆稀料那种危化品要办啥许可")


def test_without_an_encoder_nothing_is_regrouped(database: sa.Engine, words_engine: Engine) -> None:
    with pytest.raises(EditingError, match=r"编码器"):
        refresh(database, words_engine, NOW)


def test_real_refusals_with_slips_group_by_matter(engine: Engine) -> None:
    """Wordings of matters of the knowledge and of the golden development half, a third of them with slips; groups hold one matter each."""
    records = [engine.knowledge.qa[key] for key in sorted(engine.knowledge.qa)[::22][:14]]
    labelled = [(record.id, text) for record in records for text in record.similar[:12]]
    golden = load_golden(Settings().knowledge_dir / "golden" / "dev.jsonl")
    labelled += [(question.items[0], question.text) for question in golden if question.decision == "answer"][:60]
    noisy = [(label, with_slips(text, 0.1, "homophone", 7) if n % 3 == 0 else text) for n, (label, text) in enumerate(labelled)]
    encoder = engine.encoder
    assert encoder is not None
    vectors = encoder.encode_queries([engine.reader.read(text).text for _, text in noisy])
    found = group(centred(np.asarray(vectors), engine.snapshot.built.elements.centre))
    together = [[noisy[row][0] for row in members] for _, members in found if len(members) > 1]
    pure = sum(max(map(labels.count, set(labels))) for labels in together) / sum(map(len, together))
    assert pure >= 0.8
    assert sum(map(len, together)) >= 0.5 * len(noisy)


def test_ten_thousand_questions_are_grouped_in_seconds() -> None:
    draw = np.random.default_rng(5)
    matters = draw.normal(size=(400, 384)).astype(np.float32)
    vectors = centred(matters[draw.integers(0, 400, 10_000)] + draw.normal(0, 0.8, (10_000, 384)).astype(np.float32), None)
    started = time.process_time()
    found = group(vectors)
    assert time.process_time() - started < 30, "processor seconds; three on an idle machine"
    assert 400 <= len(found) <= 450
