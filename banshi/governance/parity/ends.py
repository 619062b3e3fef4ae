"""The ends at which people are answered, each asked the way its own users ask it."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import httpx

from banshi.desk.advice.suggestions import SHOWN_FROM
from banshi.desk.answer_object import FIELDS, Told, canonical, digest, of_search
from banshi.governance.parity.questions import ParityQuestion
from banshi.governance.parity.replies import of_replies
from banshi.search.result import SearchResult


class EndFailedError(RuntimeError):
    """An end gave no answer at all; the message says which and why."""


class End(Protocol):
    """One end."""

    name: str

    def differs(self, question: ParityQuestion, result: SearchResult, expected: list[Told]) -> list[str]:
        """Ask it, and say what it tells otherwise.

        Args:
            question: the question.
            result: of the engine.
            expected: what the engine tells.

        Returns:
            Names of fields; empty when every byte is the same.

        Raises:
            EndFailedError: there is no answer.
        """


def fields_that_differ(told: Sequence[Told], expected: Sequence[Told]) -> list[str]:
    """Which fields differ; `parts` when so many things were told as were not expected."""
    if canonical(told) == canonical(expected):
        return []
    if len(told) != len(expected):
        return ["parts"]
    return [name for name in FIELDS if any(one.get(name) != other.get(name) for one, other in zip(told, expected, strict=True))]


class SearchEnd:
    """`POST /api/v1/search`: other programs.

    Args:
        client: with the server's address as its base.
    """

    name = "search"

    def __init__(self, client: httpx.Client) -> None:
        self._client = client

    def differs(self, question: ParityQuestion, result: SearchResult, expected: list[Told]) -> list[str]:
        """See `End`."""
        found = _posted(self.name, self._client, "/api/v1/search", {"text": question.text, "region": question.region})
        return fields_that_differ(of_search(found), expected)


class ChatEnd:
    """`POST /api/v1/chat`: the citizens' page, the app, the kiosk. Each question begins a conversation.

    Args:
        client: with the server's address as its base.
    """

    name = "chat"

    def __init__(self, client: httpx.Client) -> None:
        self._client = client

    def differs(self, question: ParityQuestion, result: SearchResult, expected: list[Told]) -> list[str]:
        """See `End`."""
        told = _posted(self.name, self._client, "/api/v1/chat", {"text": question.text, "region": question.region})
        return fields_that_differ(of_replies(told["replies"]), expected)


class DeskEnd:
    """`POST /api/v1/desk/suggestions`: what operators read out.

    A suggestion is a script for speaking; the answer object it is made from stands beside it as a digest, and its blocks as they are. Where
    the search asks back, the desk shows the candidates; where it refuses, nothing that could be told.

    Args:
        client: signed in as an operator.
    """

    name = "desk"

    def __init__(self, client: httpx.Client) -> None:
        self._client = client

    def differs(self, question: ParityQuestion, result: SearchResult, expected: list[Told]) -> list[str]:
        """See `End`."""
        advice = _posted(self.name, self._client, "/api/v1/desk/suggestions", {"text": question.text, "region": question.region})
        shown = {one["digest"]: one for one in advice["suggestions"]}
        for told, part in zip(expected, (result, *result.also), strict=True):
            if told["decision"] == "answer":
                suggestion = shown.get(digest(told))
                if suggestion is None:
                    return ["digest"]
                if suggestion["blocks"] != told["blocks"] or suggestion["item"] != told["item"]:
                    return ["blocks"]
            elif told["decision"] == "clarify":
                likely = [one.id for one in part.candidates if one.confidence >= SHOWN_FROM]
                if not any(_owner(one["key"]) in likely for one in advice["suggestions"]):
                    return ["candidates"]
            elif len(expected) == 1:
                # What a citizen would be refused an operator sees as what it comes nearest to, and as nothing else.
                nearest = [one.id for one in part.candidates if one.confidence >= SHOWN_FROM]
                if any(_owner(one["key"]) not in nearest for one in advice["suggestions"]):
                    return ["decision"]
        return []


class CommandEnd:
    """`banshi ask --jsonl`: one process that is asked all questions.

    Args:
        command: the program with its arguments.
        environment: of the process.
        questions: all that will be asked.
    """

    name = "ask"

    def __init__(self, command: Sequence[str], environment: Mapping[str, str], questions: Sequence[ParityQuestion]) -> None:
        lines = [json.dumps({"id": one.id, "text": one.text, "region": one.region}, ensure_ascii=False) for one in questions]
        asked = subprocess.run(
            list(command), input="\n".join(lines) + "\n", env=dict(environment), capture_output=True, text=True, check=False
        )
        if asked.returncode != 0:
            raise EndFailedError(f"{' '.join(command)} ended with {asked.returncode}: {asked.stderr.strip()[-500:]}")
        self._told: dict[int, dict[str, Any]] = {row["id"]: row for row in map(json.loads, asked.stdout.splitlines())}

    def differs(self, question: ParityQuestion, result: SearchResult, expected: list[Told]) -> list[str]:
        """See `End`."""
        found = self._told.get(question.id)
        if found is None or "error" in found:
            raise EndFailedError(f"banshi ask gave no answer to question {question.id}.")
        return fields_that_differ(of_search(found), expected)


def _posted(end: str, client: httpx.Client, path: str, body: dict[str, Any]) -> Any:
    try:
        response = client.post(path, json=body)
    except httpx.HTTPError as error:
        raise EndFailedError(f"{end}: {path} cannot be reached ({type(error).__name__}).") from error
    if response.status_code != 200:
        raise EndFailedError(f"{end}: {path} answered {response.status_code}.")
    return response.json()


def _owner(key: str) -> str:
    return key.split(":")[1]
