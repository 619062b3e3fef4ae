"""The command line: `banshi`. English for people who run the server, Chinese in what citizens would read."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from banshi import logs
from banshi.governance_commands import archive as archive_commands
from banshi.governance_commands import forget, open_data
from banshi.governance_commands import report as report_commands
from banshi.items_commands import app as items_commands
from banshi.parity_commands import parity
from banshi.partner_commands import app as partner_commands
from banshi.settings import Settings
from banshi.staff_commands import app as staff_commands
from banshi.standin.commands import app as standin_commands

app = typer.Typer(help="Banshi 办事: a conversational service assistant for 吉事办.", no_args_is_help=True, add_completion=False)

audit = typer.Typer(help="The ledger of every write.", no_args_is_help=True)
app.add_typer(staff_commands, name="staff")
app.add_typer(audit, name="audit")
app.add_typer(items_commands, name="items")
app.add_typer(standin_commands, name="standin")
app.add_typer(partner_commands, name="partners")
app.command("parity")(parity)
app.command("forget")(forget)
app.add_typer(report_commands, name="report")
app.add_typer(archive_commands, name="archive")


def _say(text: str) -> None:
    print(f"[banshi] {text}", file=sys.stderr, flush=True)


def _settings() -> Settings:
    settings = Settings()
    logs.set_up(settings.log_level, settings.log)
    return settings


def _fail(error: Exception) -> typer.Exit:
    _say(str(error))
    return typer.Exit(1)


@app.command()
def build() -> None:
    """Build what is missing or out of date: encoder, index, names, Rasa model."""
    from banshi.building import BuildError, build_all
    from banshi.knowledge.errors import KnowledgeError
    from banshi.search.encoder.onnx import EncoderUnavailableError

    try:
        build_all(_settings(), say=_say)
    except (BuildError, KnowledgeError, EncoderUnavailableError) as error:
        raise _fail(error) from error


@app.command()
def up(rasa: Annotated[bool, typer.Option(help="Start Rasa too; without it the search answers directly.")] = True) -> None:
    """Start everything and print the addresses. Ends with Ctrl+C."""
    from banshi.knowledge.errors import KnowledgeError
    from banshi.running import PortInUseError, serve

    try:
        serve(_settings(), say=_say, with_rasa=rasa)
    except (PortInUseError, KnowledgeError) as error:
        raise _fail(error) from error


@app.command()
def index(force: Annotated[bool, typer.Option(help="Build even when nothing has changed.")] = False) -> None:
    """Build the index snapshot of the knowledge and put it in use."""
    from banshi.assembly import build_index
    from banshi.knowledge.errors import KnowledgeError

    try:
        identifier = build_index(_settings(), say=_say, force=force)
    except KnowledgeError as error:
        raise _fail(error) from error
    _say(f"{identifier} is in use" if identifier else "up to date")


@app.command()
def calibrate() -> None:
    """Fit probability and thresholds anew on the labelled questions, and store them with the index."""
    from banshi.assembly import recalibrate
    from banshi.knowledge.errors import KnowledgeError
    from banshi.search.snapshot import SnapshotError

    try:
        identifier, calibration = recalibrate(_settings(), say=_say)
    except (KnowledgeError, SnapshotError) as error:
        raise _fail(error) from error
    for name, head in (("with the encoder", calibration.full), ("by words alone", calibration.words_only)):
        _say(f"{name}: answers from {head.answer_at:.2f}, refuses below a chance of {head.reject_below:.2f} that anything fits")
    _say(f"{identifier} is in use; running servers take it within a second")


@app.command("train-encoder")
def train_encoder_(
    steps: Annotated[int, typer.Option(help="Batches to learn from; about two seconds each on two cores.", min=1)] = 150,
) -> None:
    """Fine-tune the encoder on the knowledge's wordings; kept only when the development half improves."""
    from banshi.assembly import golden_half
    from banshi.knowledge.errors import KnowledgeError
    from banshi.knowledge.library import load_knowledge
    from banshi.search.encoder.onnx import EncoderUnavailableError
    from banshi.search.encoder.train import train_encoder

    settings = _settings()
    try:
        knowledge = load_knowledge(settings.knowledge_dir)
        golden = golden_half(settings, "dev")
        kept = train_encoder(knowledge, settings.encoder_path, golden, cache=settings.var_dir / "vectors", steps=steps, say=_say)
    except (KnowledgeError, EncoderUnavailableError, ValueError) as error:
        raise _fail(error) from error
    if kept:
        _say("kept. Run banshi build: index and dialogue are made anew with it.")


@app.command()
def ask(
    text: Annotated[str | None, typer.Argument(help="The question.")] = None,
    region: Annotated[str | None, typer.Option(help="Region code, such as 222401.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the search result as JSON.")] = False,
    as_lines: Annotated[bool, typer.Option("--jsonl", help="Read {id, text} a line from standard input, print a result a line.")] = False,
) -> None:
    """Ask the search one question, or many."""
    from banshi.assembly import open_engine
    from banshi.knowledge.errors import KnowledgeError
    from banshi.search.result import SearchRequest
    from banshi.search.snapshot import SnapshotError
    from banshi.text.normalise import is_korean

    if text is None and not as_lines:
        _say('Give a question, such as: banshi ask "身份证丢了咋整"; or --jsonl to read many.')
        raise typer.Exit(2)
    try:
        engine = open_engine(_settings())
    except (SnapshotError, KnowledgeError) as error:
        raise _fail(error) from error
    if as_lines:
        for number, line in enumerate(sys.stdin, 1):
            if not line.strip():
                continue
            try:
                row = json.loads(line)
                request = SearchRequest(text=row["text"], region=row.get("region", region))
            except (ValueError, KeyError, TypeError) as error:
                print(json.dumps({"id": None, "error": f"line {number} is not an object with id and text: {error}"}, ensure_ascii=False))
                continue
            print(json.dumps({"id": row.get("id"), **engine.search(request).model_dump(mode="json")}, ensure_ascii=False), flush=True)
        return
    result = engine.search(SearchRequest(text=(text or "")[:20_000], region=region))
    if as_json:
        print(json.dumps(result.model_dump(mode="json"), ensure_ascii=False, indent=2))
    else:
        from banshi.desk.replies import replies_for

        print("\n\n".join(told.text for told in replies_for(result, korean=is_korean(text or ""))))


@app.command()
def talk(
    region: Annotated[str | None, typer.Option(help="Region code, such as 222401.")] = None,
    server: Annotated[str | None, typer.Option(help="Address of the server.")] = None,
) -> None:
    """Talk to the running assistant in the terminal. A number picks a button; an empty line ends."""
    import httpx

    settings = _settings()
    base = server or f"http://127.0.0.1:{settings.port}"
    conversation: str | None = None
    buttons: list[dict[str, str]] = []
    with httpx.Client(base_url=base, timeout=30, trust_env=False) as client:
        while True:
            try:
                text = input("您> ").strip()
            except (EOFError, KeyboardInterrupt):
                return
            if not text:
                return
            if text.isdigit() and 0 < int(text) <= len(buttons):
                text = buttons[int(text) - 1]["payload"]
            try:
                response = client.post("/api/v1/chat", json={"conversation": conversation, "text": text, "region": region})
            except httpx.HTTPError:
                _say(f"No server answers at {base}. Start it with make run, then talk again.")
                raise typer.Exit(1) from None
            body = response.json()
            if response.status_code != 200:
                print(f"办事> {body['detail']}")
                continue
            conversation = body["conversation"]
            buttons = []
            for given in body["replies"]:
                print(f"办事> {given['text']}")
                buttons = given["buttons"] or buttons
                for position, button in enumerate(given["buttons"], 1):
                    print(f"      [{position}] {button['title']}")


@app.command()
def evaluate(
    half: Annotated[str, typer.Option(help="Golden half: test, or dev while developing.")] = "test",
    as_json: Annotated[bool, typer.Option("--json", help="Print figures as JSON.")] = False,
    misses: Annotated[bool, typer.Option(help="List what went wrong; for the development half only.")] = False,
    slips: Annotated[bool, typer.Option(help="Also ask with slips: homophones and keyboard errors.")] = False,
    corpus: Annotated[Path | None, typer.Option(help="BEIR corpus.jsonl: measure on these texts instead of the golden questions.")] = None,
    queries: Annotated[Path | None, typer.Option(help="BEIR queries.jsonl.")] = None,
    qrels: Annotated[Path | None, typer.Option(help="BEIR qrels.tsv.")] = None,
) -> None:
    """Measure the search on golden questions, or on any corpus in BEIR layout."""
    from banshi.assembly import encoder_or_none, open_engine
    from banshi.search.beir import BeirError, evaluate_beir, format_beir, load_beir
    from banshi.search.evaluation import evaluate_golden, evaluate_slips, format_report, format_slips
    from banshi.search.golden import load_golden
    from banshi.search.snapshot import SnapshotError

    settings = _settings()
    if corpus or queries or qrels:
        if not (corpus and queries and qrels):
            _say("A corpus is measured with all three: --corpus corpus.jsonl --queries queries.jsonl --qrels qrels.tsv.")
            raise typer.Exit(2)
        try:
            found = evaluate_beir(load_beir(corpus, queries, qrels), encoder_or_none(settings), settings.knowledge_dir)
        except (BeirError, OSError) as error:
            raise _fail(error) from error
        print(json.dumps(found.figures(), ensure_ascii=False, indent=2) if as_json else format_beir(found))
        return
    if half not in ("test", "dev") or (misses and half == "test"):
        _say("--half is test or dev; misses are listed for dev only, since the test half must stay unseen.")
        raise typer.Exit(2)
    try:
        engine = open_engine(settings)
    except SnapshotError as error:
        raise _fail(error) from error
    figures: dict[str, object] = {}
    for path in sorted((settings.knowledge_dir / "golden").glob(f"{half}*.jsonl")):
        questions = load_golden(path)
        report = evaluate_golden(engine, questions)
        figures[path.stem] = report.figures()
        if not as_json:
            print(format_report(report, path.stem, misses=misses) + "\n")
        if slips and path.stem == half:
            measured = evaluate_slips(engine, questions)
            figures["slips"] = {f"{s.kind} {s.rate:.2f}": round(s.share.value, 4) for s in measured}
            if not as_json:
                print(format_slips(measured) + "\n")
    if as_json:
        # The figures on the guides stand at the top, as they always did.
        print(json.dumps({**figures.pop(half), **figures}, ensure_ascii=False, indent=2))  # type: ignore[dict-item]


@app.command("import")
def import_(
    path: Annotated[Path, typer.Argument(help="A policy text (UTF-8), or a file of guides or Q&A: xlsx, csv, json, yaml, docx, html.")],
    kind: Annotated[str, typer.Option(help="policy, guide or qa.")] = "policy",
    identifier: Annotated[
        str | None, typer.Option("--id", help="Id for a policy text without a document number, such as policy-x.")
    ] = None,
    skip_wrong: Annotated[bool, typer.Option(help="Import the good rows although others are wrong.")] = False,
) -> None:
    """Import a policy text into the knowledge folder, or guides and Q&A into drafts. Damaged and wrong files are refused; nothing is
    stored then."""
    from banshi.editing.errors import EditingError
    from banshi.knowledge.errors import KnowledgeError
    from banshi.knowledge.policy_import import import_policy, write_policy

    settings = _settings()
    if kind not in ("policy", "guide", "qa"):
        _say("--kind is policy, guide or qa.")
        raise typer.Exit(2)
    try:
        if kind == "policy":
            policy = import_policy(path.read_text(encoding="utf-8"), source=path.name, policy_id=identifier)
            written = write_policy(policy, settings.knowledge_dir / "policies")
            _say(f"{written.name}: {policy.title}, {len(policy.passages)} passages. Run banshi index to make it searchable.")
            return
        from banshi.editing.actor import Actor
        from banshi.editing.jobs import Job
        from banshi.web.studio.making import open_studio

        studio = open_studio(settings)
        report = studio.importing.look(path.name, path.read_bytes(), kind, Job("command", "import", "command"))
        for problem in report["wrong"]:
            print(f"第 {problem['row']} 行 {problem['field']}：{problem['message']}")
        for passage in report["not_understood"]:
            print(f"没看懂 {passage['where']}：{passage['text'][:80]}")
        done = studio.importing.apply(report["import"], skip_wrong=skip_wrong, reason="", actor=Actor("command", "命令行"))
        _say(f"{done['saved']} of {report['good']} records saved as drafts; they are reviewed and published in the studio.")
    except (KnowledgeError, EditingError, OSError, UnicodeDecodeError) as error:
        raise _fail(error) from error


@app.command()
def export(
    path: Annotated[Path, typer.Argument(help="File to write; its extension says the format: xlsx, csv (Q&A), json, yml. Or: open-data.")],
    kind: Annotated[str, typer.Option(help="guide or qa.")] = "qa",
    to: Annotated[Path, typer.Option(help="Folder for open data.")] = Path("open-data"),
    begin: Annotated[str | None, typer.Option(help="First day of open data's figures; a year before the end when not told.")] = None,
    end: Annotated[str | None, typer.Option(help="The day after their last; now when not told.")] = None,
) -> None:
    """Write all published guides or Q&A of the province to a file that import reads again; or, with the word open-data, a folder for the
    open-data platform: guides, Q&A, and how often what is asked where at least ten conversations asked."""
    from banshi.knowledge.exchange.report import ExchangeError
    from banshi.knowledge.exchange.write import export as write_records
    from banshi.knowledge.regions import PROVINCE
    from banshi.store.database import open_database, read
    from banshi.store.knowledge import KnowledgeRepository

    if str(path) == "open-data":
        open_data(to, begin, end)
        return
    settings = _settings()
    formats = {".xlsx": "xlsx", ".csv": "csv", ".json": "json", ".yml": "yaml", ".yaml": "yaml"}
    if kind not in ("guide", "qa") or path.suffix not in formats:
        _say(f"--kind is guide or qa, and the file ends in one of {', '.join(formats)}.")
        raise typer.Exit(2)
    with read(open_database(settings.database_url)) as connection:
        found = KnowledgeRepository(connection).published(kind=kind)  # type: ignore[arg-type]
    try:
        contents = [revision.content for revision in found if revision.region == PROVINCE]
        path.write_bytes(write_records(kind, contents, formats[path.suffix]))  # type: ignore[arg-type]
    except (ExchangeError, OSError) as error:
        raise _fail(error) from error
    _say(f"{path}: {len(contents)} records")


@app.command()
def lint(path: Annotated[Path | None, typer.Argument(help="Knowledge folder, folder of guides, or one file.")] = None) -> None:
    """Check guides, Q&A, policies and word lists. Exit code 1 when there are errors."""
    from banshi.knowledge.lint import lint_folder

    found = lint_folder(path or _settings().knowledge_dir)
    for where, finding in found:
        print(f"{where}：[{finding.severity}] {finding.rule} {finding.label or finding.path}：{finding.message}")
    errors = sum(finding.severity == "error" for _, finding in found)
    warnings = sum(finding.severity == "warning" for _, finding in found)
    _say(f"{errors} errors, {warnings} warnings, {len(found) - errors - warnings} pieces of advice")
    raise typer.Exit(1 if errors else 0)


@audit.command("verify")
def verify_audit() -> None:
    """Check that the ledger is whole. Exit code 1 when it was tampered with."""
    from banshi.store.audit import AuditLedger
    from banshi.store.database import open_database, read

    settings = _settings()
    with read(open_database(settings.database_url)) as connection:
        problems = AuditLedger(connection).verify(settings.audit_anchor)
    for problem in problems:
        print(problem)
    _say(f"{len(problems)} problems" if problems else "whole")
    raise typer.Exit(1 if problems else 0)


@app.command(hidden=True)
def replay(before: Path, after: Path) -> None:
    """Ask questions from standard input of two snapshots; the impact of a change runs this in processes of its own."""
    import os

    from banshi.assembly import china_now, encoder_or_none
    from banshi.editing.replay import engines_over, work
    from banshi.search.snapshot import load_snapshot

    settings = _settings()
    os.nice(5)  # citizens first
    old, new, seeded = engines_over(load_snapshot(before), load_snapshot(after), encoder_or_none(settings), china_now().date())
    for line in work(old, new, seeded, sys.stdin):
        print(line, flush=True)


@app.command()
def doctor() -> None:
    """Check what is there and say what to do about what is not."""
    from banshi.assembly import load_encoder
    from banshi.building import RASA_PYTHON, rasa_model
    from banshi.checkup import checks
    from banshi.knowledge.errors import KnowledgeError
    from banshi.knowledge.library import load_knowledge
    from banshi.search.encoder.onnx import EncoderUnavailableError
    from banshi.search.snapshot import SnapshotError, load_current

    settings = _settings()
    problems = 0

    def line(name: str, good: str | None, bad: str = "") -> None:
        nonlocal problems
        problems += good is None
        print(f"{'ok     ' if good is not None else 'PROBLEM'} {name}: {good if good is not None else bad}")

    from banshi.store.database import open_database
    from banshi.store.errors import StoreError

    try:
        line("database", open_database(settings.database_url).url.render_as_string(hide_password=True))
    except (StoreError, ValueError) as error:
        line("database", None, str(error))
    knowledge = None
    try:
        knowledge = load_knowledge(settings.knowledge_dir)
        line(
            "knowledge",
            f"{len(knowledge.guides)} guides, {len(knowledge.qa)} Q&A, {len(knowledge.policies)} policies ({knowledge.version})",
        )
    except KnowledgeError as error:
        line("knowledge", None, str(error))
    model = None
    try:
        model = load_encoder(settings).model_id
        line("encoder", model)
    except EncoderUnavailableError as error:
        line("encoder", None, str(error))
    try:
        snapshot = load_current(settings.snapshots)
        other = model is not None and snapshot.built.model_id != model
        line("index", None if other else snapshot.id, f"{snapshot.id} was built with another encoder. Run banshi index.")
    except SnapshotError as error:
        line("index", None, str(error))
    line("Rasa environment", str(RASA_PYTHON) if RASA_PYTHON.exists() else None, "missing. Run make setup.")
    line("Rasa model", str(rasa_model(settings)) if rasa_model(settings).exists() else None, "missing. Run banshi build.")
    for found in checks(settings):
        line(found.name, found.told if found.good else None, found.told)
    raise typer.Exit(1 if problems else 0)


if __name__ == "__main__":
    app()
