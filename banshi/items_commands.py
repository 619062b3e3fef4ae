"""`banshi items`: the item library and the document library from the command line."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from typing import Annotated

import typer

from banshi.settings import Settings

app = typer.Typer(help="The item library (事项库) and the document library (文件资料库).", no_args_is_help=True)


def _say(text: str) -> None:
    print(f"[banshi] {text}", file=sys.stderr, flush=True)


@app.callback()
def _group() -> None:
    """The item library (事项库) and the document library (文件资料库)."""


@app.command()
def pull() -> None:
    """Read both to their ends now. Changes become tasks and drafts in the studio; nothing is published."""
    from banshi.editing.feeding import FeedFailedError
    from banshi.web.studio.making import open_studio

    studio, failed = open_studio(Settings()), False
    for name, reading in (("items", studio.items), ("documents", studio.documents)):
        try:
            found = reading.pull(even_if_early=True)
        except FeedFailedError as error:
            _say(f"{name}: {error} What was read is kept; the next reading goes on from there.")
            failed = True
            continue
        if found is None:
            _say(f"{name}: another process is reading.")
        else:
            print(json.dumps({name: asdict(found)}))
    raise typer.Exit(1 if failed else 0)


@app.command()
def tasks(overdue: Annotated[bool, typer.Option(help="Only those whose last day is past.")] = False) -> None:
    """List open tasks, the first due first, a JSON object a line."""
    from banshi.assembly import china_now
    from banshi.editing.item_library.reviewing import ItemReview
    from banshi.store.database import open_database

    review = ItemReview(open_database(Settings().database_url), now=china_now)
    for row in review.tasks("open", overdue=overdue):
        kept = ("id", "kind", "title", "guide", "region", "due_on", "overdue", "draft", "note")
        print(json.dumps({name: row[name] for name in kept}, ensure_ascii=False))
