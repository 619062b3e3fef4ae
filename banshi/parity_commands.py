"""`banshi parity`: whether all ends give the same answers."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from banshi.settings import Settings


def parity(
    questions: Annotated[Path | None, typer.Option(help='Ask these instead: a line of words, or {"text", "region"}, each.')] = None,
    n: Annotated[int, typer.Option(help="How many stored questions to ask, chosen by a fixed rule.", min=1)] = 1000,
    rasa: Annotated[bool, typer.Option("--rasa", help="Start Rasa too; stored questions are answered without it.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
) -> None:
    """Ask every end the same questions and compare the answers byte by byte. Exit code 1 when they differ."""
    from banshi.governance.parity.ends import EndFailedError
    from banshi.governance.parity.questions import read_questions
    from banshi.parity_running import run
    from banshi.search.snapshot import SnapshotError

    def say(text: str) -> None:
        print(f"[banshi] {text}", file=sys.stderr, flush=True)

    try:
        given = read_questions(questions.read_text(encoding="utf-8").splitlines()) if questions is not None else None
        report = run(Settings(), n=n, questions=given, with_rasa=rasa, say=say)
    except (SnapshotError, EndFailedError, OSError, ValueError) as error:
        say(str(error))
        raise typer.Exit(2) from error
    if as_json:
        print(report.model_dump_json(indent=2))
    else:
        for one in report.differences:
            print(f"{one.end}: {one.text} ({one.region or '-'}): {', '.join(one.fields)}")
        for end, count in report.by_end.items():
            print(f"{end:8} {report.asked - count} of {report.asked} equal")
    say(f"{report.equal} of {report.asked} equal at every end")
    raise typer.Exit(0 if report.whole else 1)
