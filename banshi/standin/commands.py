"""Commands that start stand-ins: `banshi standin …`."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import Annotated

import typer

from banshi.settings import ROOT

app = typer.Typer(help="Stand-ins of outside systems, for demonstrations.", no_args_is_help=True)


@app.callback()
def _group() -> None:
    """Stand-ins of outside systems, for demonstrations."""


@app.command()
def systems(
    port: Annotated[int, typer.Option(help="Port on loopback.")] = 8100,
    key: Annotated[str, typer.Option(help="Key of signed requests; empty: everybody's are taken.")] = "",
    secret: Annotated[str, typer.Option(envvar="BANSHI_STANDIN_SECRET", help="Shared with the server.", show_default=False)] = "",
    callback: Annotated[str, typer.Option(help="Address of the server, which is called back when something happens.")] = "",
    callback_secret: Annotated[str, typer.Option(envvar="BANSHI_STANDIN_CALLBACK_SECRET", help="Of its key standin.")] = "",
) -> None:
    """Serve all systems that have a stand-in, below one address: /applications, /booking and so on."""
    import uvicorn

    from banshi.assembly import china_now
    from banshi.standin.server import NAMES, make_server

    keys = {key: secret.encode()} if key else None
    served, _ = make_server(now=china_now, keys=keys, callback=callback, callback_secret=callback_secret.encode())
    print(f"[banshi] stand-ins of {', '.join(NAMES)} at http://127.0.0.1:{port}", file=sys.stderr, flush=True)
    uvicorn.run(served, host="127.0.0.1", port=port, log_level="warning")


@app.command()
def contracts(folder: Annotated[Path, typer.Argument(help="Where to.")] = ROOT / "docs" / "contracts") -> None:
    """Write the contracts of all systems, which are the OpenAPI descriptions of their stand-ins."""
    from banshi.assembly import china_now
    from banshi.standin.server import write_contracts

    for path in write_contracts(folder, china_now):
        print(f"[banshi] {path}", file=sys.stderr)


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
