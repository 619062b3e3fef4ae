"""The library over HTTP, in its own codes."""

from __future__ import annotations

import secrets
from datetime import date
from pathlib import Path
from typing import cast

from pydantic import BaseModel, Field

from banshi.connect.certificates.port import Certificate, State
from banshi.connect.resilience.http import HttpSystem
from banshi.connect.resilience.labels import load_labels

LABELS = load_labels("certificates", Path(__file__).with_name("labels.yml"))
"""By field of their answers."""


class _Theirs(BaseModel):
    typeCode: str
    stateCode: int
    issuer: str
    validTo: date | None = None


class _Answer(BaseModel):
    certificates: list[_Theirs] = Field(max_length=500)


class HttpCertificates:
    """`Certificates` over HTTP.

    Args:
        system: the way there.
    """

    def __init__(self, system: HttpSystem) -> None:
        self._system = system

    def of_person(self, identity: str) -> tuple[Certificate, ...]:
        """See `Certificates.of_person`."""
        # A question, so that it may be tried twice. Who it is about stands in the body, since addresses end up in logs.
        found = self._system.post("/holders/query", _Answer, {"holder": identity}, key=secrets.token_hex(16))
        return tuple(_ours(one) for one in found.certificates)


def _ours(theirs: _Theirs) -> Certificate:
    state = cast(State, LABELS["stateCode"].read(theirs.stateCode))
    return Certificate(LABELS["typeCode"].read(theirs.typeCode), theirs.issuer, theirs.validTo, state)
