"""Writes `docs/systems.md` from the rows and the contracts, so that neither says what the other does not."""

from __future__ import annotations

import json
from pathlib import Path

from banshi.settings import ROOT
from scripts.demo.rows import ROWS, TEXTS

PATH = ROOT / "docs" / "systems.md"
_CONTRACTS = ROOT / "docs" / "contracts"
_HEAD = """# The systems around Banshi

Each outside system has a port in `banshi/connect` and three things that can stand behind it: a demo (embedded, the default), the
HTTP adapter for the real system, and a stand-in that speaks the contract (`banshi standin systems`). What is asked and answered is
written down in `docs/contracts`, from the stand-ins themselves (`banshi standin contracts`); `deploy/systems.example.yml` shows how the
real ones are named, and `docs/systems/` says what each is for.

Calls go through a guard: a deadline, threads of their own, a circuit breaker. What must not be lost waits in the outbox until it has
arrived. A system that is away costs a citizen one sentence with a way on, within six seconds, and nobody else anything.

`make demo` starts the server, Rasa and all stand-ins, walks through the rows below, and prints a line for each with what it did.
"""


def document() -> str:
    """The whole text."""
    lines = [_HEAD, "## Contracts", "", "| System | Contract | What it is |", "|---|---|---|"]
    for path in sorted(_CONTRACTS.glob("*.json")):
        info = json.loads(path.read_text(encoding="utf-8"))["info"]
        lines.append(f"| {path.stem} | [{path.name}](contracts/{path.name}) | {info['title']} |")
    lines += ["", "## What the policy texts name", "", f"Texts: {'；'.join(f'**{short}** {name}' for short, name in TEXTS.items())}.", ""]
    lines += ["| | System or service | Text | What Banshi does | Shown by |", "|---|---|---|---|---|"]
    for number, row in enumerate(ROWS, 1):
        shown = f"`{row.shows.split('|')[0]}`" if row.shows else "not served"
        lines.append(f"| {number} | {row.name} | {row.text} | {row.note} | {shown} |")
    served = sum(bool(row.shows) for row in ROWS)
    lines += ["", f"{served} of {len(ROWS)} rows are shown by the walk; the others are not served, for the reason given.", ""]
    return "\n".join(lines)


def write(path: Path = PATH) -> None:
    """Write it."""
    path.write_text(document(), encoding="utf-8")


if __name__ == "__main__":
    write()
