"""What the server writes to its log: lines for people, or JSON for programs. No personal number passes, wherever it stands.

Personal numbers are masked where they come in, so that no message should hold one. Here every line is masked once more, its traceback
included: an error of a library repeats what it was given.
"""

from __future__ import annotations

import json
import logging
import sys
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Literal, TextIO

from banshi.text.numbers import mask, without_tokens

REQUEST: ContextVar[str | None] = ContextVar("REQUEST", default=None)
"""Id of the request under way, in every line that is written meanwhile."""
_NOISY = ("alembic", "asyncio", "httpx", "httpx2", "httpcore", "jieba", "rasa_sdk", "sanic", "uvicorn")
_TEXT = "%(asctime)s %(levelname)s %(name)s: %(message)s"


def masked(text: str) -> str:
    """The text with the name of its kind in place of each personal number."""
    return without_tokens(mask(text)[0])


class TextLines(logging.Formatter):
    """A line a message, and the traceback below it."""

    def __init__(self) -> None:
        super().__init__(_TEXT)

    def formatMessage(self, record: logging.LogRecord) -> str:
        """The line; its moment is not masked, since a date is no number."""
        record.message = masked(record.message)
        return super().formatMessage(record)

    def formatException(self, ei: logging._SysExcInfoType) -> str:
        """The traceback."""
        return masked(super().formatException(ei))

    def formatStack(self, stack_info: str) -> str:
        """The stack, where one was asked for."""
        return masked(super().formatStack(stack_info))


class JsonLines(logging.Formatter):
    """One JSON object a line: at, level, logger, message, and where they apply request, route, method, status, ms and traceback."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": masked(record.getMessage()),
        }
        if (request := REQUEST.get()) is not None:
            line["request"] = request
        line |= getattr(record, "request_line", {})
        if record.exc_info:
            line["traceback"] = masked(self.formatException(record.exc_info))
        if record.stack_info:
            line["stack"] = masked(self.formatStack(record.stack_info))
        return json.dumps(line, ensure_ascii=False)


def set_up(level: str, kind: Literal["text", "json"], *, stream: TextIO | None = None) -> None:
    """Let every logger of this process write this way; what was set up before is replaced.

    Args:
        level: the lowest that is written, such as INFO.
        kind: for people or for programs.
        stream: where to; standard error when not told.
    """
    handler = logging.StreamHandler(stream if stream is not None else sys.stderr)
    handler.setFormatter(JsonLines() if kind == "json" else TextLines())
    root = logging.getLogger()
    for former in root.handlers[:]:
        root.removeHandler(former)
    root.addHandler(handler)
    root.setLevel(level)
    for noisy in _NOISY:
        logging.getLogger(noisy).setLevel(logging.WARNING)
