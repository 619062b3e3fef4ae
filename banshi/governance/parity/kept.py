"""The last result of the audit, in a file beside the index that was audited."""

from __future__ import annotations

from pathlib import Path

from banshi.governance.parity.audit import ParityReport

_FILE = "parity.json"


def keep(report: ParityReport, folder: Path) -> None:
    """Keep a result in the place of the one before; a reader sees one of the two whole."""
    folder.mkdir(parents=True, exist_ok=True)
    written = folder / f".{_FILE}.new"
    written.write_text(report.model_dump_json(indent=2), encoding="utf-8")
    written.replace(folder / _FILE)


def last_result(folder: Path) -> ParityReport | None:
    """The last result; None when there is none that can be read."""
    try:
        return ParityReport.model_validate_json((folder / _FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
