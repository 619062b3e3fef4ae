"""python -m scripts.demo: start everything, walk through all rows, and stay until Ctrl+C (`--once` ends with the walk)."""

from __future__ import annotations

import argparse
import sys
import time

from scripts.demo import shows, shows_connected, shows_governed
from scripts.demo.rows import ROWS, Row
from scripts.demo.world import FOLDER, World, world

SHOWS = (shows, shows_connected, shows_governed)
"""Where the functions stand."""


def show(shown: World, row: Row) -> str:
    """Do what shows a row; what was done before for another row is not done again."""
    if row.shows not in shown.done:
        name, *arguments = row.shows.split("|")
        function = next(getattr(module, name) for module in SHOWS if hasattr(module, name))
        shown.done[row.shows] = function(shown, *arguments)
    return shown.done[row.shows]


def walk(shown: World) -> list[str]:
    """Print a line for each row; gives the names of those that could not be shown."""
    failed = []
    for number, row in enumerate(ROWS, 1):
        try:
            said, mark = (show(shown, row), "✓") if row.shows else (row.note, "–")
        except Exception as error:  # a row that fails is told like the others
            failed.append(row.name)
            said, mark = f"{type(error).__name__}: {error}", "✗"
        print(f"{mark} {number:3d} {row.name}：{said.splitlines()[0] if said else ''}", flush=True)
    return failed


def main() -> int:
    """Run; 1 when a row could not be shown."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--once", action="store_true", help="end after the walk")
    arguments = parser.parse_args()
    print("Starting the stand-ins, the server and Rasa (about half a minute) …", flush=True)
    with world(FOLDER) as shown:
        failed = walk(shown)
        done, not_done = sum(bool(row.shows) for row in ROWS) - len(failed), sum(not row.shows for row in ROWS)
        print(
            f"\n{done} of {len(ROWS)} rows shown, {not_done} not served, {len(failed)} failed{': ' + '、'.join(failed) if failed else ''}."
        )
        if not arguments.once:
            print(f"Citizens {shown.product.url}/ · desk {shown.product.url}/desk/ · studio {shown.product.url}/studio/")
            print(f"Staff: operator, editor, reviewer, admin; password {shown.password}")
            print(f"Stand-ins {shown.standins.url}/… (contracts in docs/contracts). Ctrl+C ends everything.", flush=True)
            try:
                while True:
                    time.sleep(3600)
            except KeyboardInterrupt:
                print()
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
