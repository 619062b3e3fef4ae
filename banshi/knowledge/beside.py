"""Lists of records that are read beside the index and are no part of it, such as `themes.yml` and `related.yml`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar

from pydantic import ValidationError

from banshi.knowledge.errors import KnowledgeError
from banshi.knowledge.guide import Record
from banshi.knowledge.sources import read_yaml

_R = TypeVar("_R", bound=Record)


def read_list(path: Path, kind: type[_R]) -> Iterator[_R]:
    """The records of a file in their order; no file, none.

    Raises:
        KnowledgeError: the file is no list, or an entry is malformed; the message says which and where.
    """
    raw = (read_yaml(path) or []) if path.is_file() else []
    if not isinstance(raw, list):
        raise KnowledgeError(f"{path.name}：应当是一个列表")
    for number, content in enumerate(raw, 1):
        try:
            yield kind.model_validate(content)
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(str(part) for part in first["loc"])
            raise KnowledgeError(f"{path.name} 第 {number} 个，{where}：{first['msg']}") from error
