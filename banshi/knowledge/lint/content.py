"""Raw content: reading it without ever failing, whatever stands where, and changing it at a path."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any


def text_of(value: Any) -> str:
    """Text as it is, everything else as nothing. A statement (`{"text": …}`) is its text."""
    if isinstance(value, Mapping):
        value = value.get("text")
    return value if isinstance(value, str) else ""


def rows(content: Mapping[str, Any], name: str) -> list[tuple[str, Mapping[str, Any]]]:
    """The objects of a list, each with its path."""
    value = content.get(name)
    if not isinstance(value, list | tuple):
        return []
    return [(f"{name}.{number}", row) for number, row in enumerate(value) if isinstance(row, Mapping)]


def lines(content: Mapping[str, Any], name: str) -> list[tuple[str, str]]:
    """The texts of a list, each with its path."""
    value = content.get(name)
    if not isinstance(value, list | tuple):
        return []
    return [(f"{name}.{number}", line) for number, line in enumerate(value) if isinstance(line, str)]


def is_filled(value: Any) -> bool:
    """Whether a field says anything: not absent, not blank, not an empty list. 0 and 否 say something."""
    if isinstance(value, str):
        return bool(value.strip())
    return value is not None and not (isinstance(value, Sequence | Mapping) and len(value) == 0)


def _step(value: Any, parts: Sequence[str]) -> tuple[Any, Any, int]:
    """The container, the key in it and how many parts the key took. Keys may hold dots themselves (entries.4s.店)."""
    if isinstance(value, list):
        if parts[0].isascii() and parts[0].isdigit() and int(parts[0][:9]) < len(value):
            return value, int(parts[0][:9]), 1
    elif isinstance(value, dict):
        for taken in range(len(parts), 0, -1):
            wanted = ".".join(parts[:taken])
            for key in value:
                if str(key) == wanted:
                    return value, key, taken
    raise KeyError(".".join(parts))


def _find(content: Any, path: str) -> tuple[Any, Any]:
    parts = path.split(".")
    value = content
    while True:
        container, key, taken = _step(value, parts)
        parts = parts[taken:]
        if not parts:
            return container, key
        value = container[key]


def at(content: Any, path: str) -> Any:
    """What stands at a path; None where nothing does."""
    try:
        container, key = _find(content, path)
    except KeyError:
        return None
    return container[key]


def holds(content: Any, path: str) -> bool:
    """Whether anything stands at a path, be it None."""
    try:
        _find(content, path)
    except KeyError:
        return False
    return True


def put(content: dict[str, Any], path: str, value: Any) -> None:
    """Write at a path. The last name may be new; what it stands in must be there.

    Raises:
        KeyError: there is no such place.
    """
    try:
        container, key = _find(content, path)
    except KeyError:
        above, _, key = path.rpartition(".")
        container = at(content, above) if above else content
        if not isinstance(container, dict):
            raise
    container[key] = value


def drop(content: dict[str, Any], path: str) -> None:
    """Take away what stands at a path; a list closes the gap.

    Raises:
        KeyError: there is nothing.
    """
    container, key = _find(content, path)
    del container[key]


def is_statement(value: Any) -> bool:
    """Whether a value is a statement with its certainty, not bare text."""
    return isinstance(value, Mapping)


def write_text(content: dict[str, Any], name: str, text: str) -> None:
    """Write the words of a statement, or of a field that is bare text."""
    if is_statement(content.get(name)):
        content[name]["text"] = text
    else:
        content[name] = text


def path_of_text(content: Mapping[str, Any], name: str) -> str:
    """Where the words of a statement stand: `promise.text`, or `promise` where it is bare text."""
    return f"{name}.text" if is_statement(content.get(name)) else name
