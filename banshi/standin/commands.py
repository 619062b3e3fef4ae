"""Commands that start stand-ins: `banshi standin …`."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(help="Stand-ins of outside systems, for demonstrations.", no_args_is_help=True)


@app.callback()
def _group() -> None:
    """Stand-ins of outside systems, for demonstrations."""


@app.command()
def telephony(
    transcript: Annotated[Path, typer.Argument(help="JSON lines: call, speaker (citizen, operator), text, region, operator, pause.")],
    server: Annotated[str, typer.Option(help="Address of the running server.")] = "ws://127.0.0.1:8000",
    token: Annotated[str, typer.Option(envvar="BANSHI_TELEPHONY_TOKEN", help="BANSHI_TELEPHONY_TOKEN of the server.")] = "",
    speed: Annotated[float, typer.Option(help="Characters a second.", min=0.5, max=200)] = 4.5,
) -> None:
    """Play written calls in real time, word by word, and print what is suggested."""
    from banshi.standin.telephony import Answered, RefusedError, TranscriptError, play, read_transcript

    def told(call: str, answered: Answered) -> None:
        advice = answered.advice
        what = "；".join(f"{one['level']} {one['title']}" for one in advice["suggestions"]) or "（没有）"
        if advice["redirect"] is not None:
            what = f"改说：{advice['redirect']['title']}"
        mark = "。" if answered.final else "…"
        print(f"{call} {answered.text}{mark} {answered.seconds * 1000:.0f} ms → {what}", flush=True)
        if answered.final and advice["suggestions"]:
            print(f"{call}   话术：{advice['suggestions'][0]['script']}", flush=True)

    try:
        asyncio.run(play(server, token, read_transcript(transcript), speed=speed, told=told))
    except (RefusedError, TranscriptError, OSError, UnicodeDecodeError) as error:
        print(f"[banshi] {error}", file=sys.stderr)
        raise typer.Exit(1) from error
