"""HTTP to an outside system: signed, with time limits, tried again where that can do no harm, its answer checked against the contract."""

from __future__ import annotations

import json
import logging
import ssl
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

import httpx2
import stamina
from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, model_validator

from banshi.connect.resilience.errors import SystemRefusedError, SystemUnavailableError
from banshi.connect.resilience.signing import signed_headers

log = logging.getLogger(__name__)
M = TypeVar("M", bound=BaseModel)
_LARGEST = 8_000_000
_FIRST_PAUSE, _LONGEST_PAUSE = 0.05, 0.5
_PASSING = (408, 425, 429, 500, 502, 503, 504)
"""States that may be over a moment later."""


class SystemSettings(BaseModel):
    """How a system is reached.

    Raises:
        ValueError: what is given does not fit together.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    url: str = Field(pattern=r"^https?://")
    """Its address, the part of the path that all requests share included."""
    key: str = ""
    """Name by which it knows us; empty: requests are not signed."""
    secret: SecretStr = SecretStr("")
    """Shared with it."""
    secret_file: Path | None = None
    """File that holds the secret, so that the settings need not."""
    timeout: float = Field(default=2.5, gt=0, le=60)
    """Seconds one try may take."""
    attempts: int = Field(default=2, ge=1, le=5)
    """Tries of what may be asked twice."""
    ca: Path | None = None
    """Certificates by which its own is checked; None: those of the machine."""
    certificate: Path | None = None
    """Ours, for mutual TLS."""
    private_key: Path | None = None
    """Of that certificate."""

    @model_validator(mode="after")
    def _fits_together(self) -> SystemSettings:
        if (self.certificate is None) != (self.private_key is None):
            raise ValueError("certificate and private_key belong together: give both or none.")
        if self.key and not self.shared_secret():
            raise ValueError("a key needs a secret or a secret_file.")
        return self

    def shared_secret(self) -> bytes:
        """The secret, from the settings or its file; empty when there is none."""
        if self.secret_file is not None:
            return self.secret_file.read_bytes().strip()
        return self.secret.get_secret_value().encode()


class _PassingError(SystemUnavailableError):
    """Worth another try."""


class HttpSystem:
    """Asks one system. Threads may share it.

    Args:
        system: its short name.
        settings: how it is reached.
        now: the clock, time zone included, for signatures.
    """

    def __init__(self, system: str, settings: SystemSettings, *, now: Callable[[], datetime]) -> None:
        self.system, self._settings, self._now = system, settings, now
        self._secret = settings.shared_secret()
        self._client = httpx2.Client(
            base_url=settings.url.rstrip("/"),
            timeout=httpx2.Timeout(settings.timeout, connect=min(1.0, settings.timeout)),
            verify=_trust(settings),
            trust_env=False,  # these systems are reached over the government's network, never through a proxy of the machine
            follow_redirects=False,
        )

    def get(self, path: str, answer: type[M], params: Mapping[str, str | int] | None = None) -> M:
        """Read something; tried again when that may help.

        Raises:
            SystemUnavailableError: there is no answer as the contract has it.
            SystemRefusedError: the system says no.
        """
        found = self._tried("GET", path, answer, params, b"", {}, again=True)
        assert found is not None
        return found

    def find(self, path: str, answer: type[M], params: Mapping[str, str | int] | None = None) -> M | None:
        """Read something that need not be there: None for 404.

        Raises:
            SystemUnavailableError: there is no answer as the contract has it.
            SystemRefusedError: the system says no.
        """
        return self._tried("GET", path, answer, params, b"", {}, again=True, missing=True)

    def post(self, path: str, answer: type[M], body: Mapping[str, Any], *, key: str | None = None) -> M:
        """Hand something over, or ask with what must not stand in an address.

        Args:
            path: below the system's address.
            answer: what the contract says comes back.
            body: sent as JSON.
            key: `Idempotency-Key`, the same for the same thing; without it nothing is tried twice.

        Raises:
            SystemUnavailableError: there is no answer as the contract has it; with a key, sending again is safe.
            SystemRefusedError: the system says no.
        """
        written = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
        extra = {"content-type": "application/json"} | ({"idempotency-key": key} if key else {})
        found = self._tried("POST", path, answer, None, written, extra, again=key is not None)
        assert found is not None
        return found

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def _tried(
        self,
        method: str,
        path: str,
        answer: type[M],
        params: Mapping[str, str | int] | None,
        body: bytes,
        extra: Mapping[str, str],
        *,
        again: bool,
        missing: bool = False,
    ) -> M | None:
        attempts = self._settings.attempts if again else 1
        found: M | None = None
        # The guard's deadline ends the waiting of whoever asks; what is begun here ends by itself soon after.
        for attempt in stamina.retry_context(
            on=_PassingError, attempts=attempts, timeout=None, wait_initial=_FIRST_PAUSE, wait_max=_LONGEST_PAUSE, wait_jitter=_FIRST_PAUSE
        ):
            with attempt:
                found = self._once(method, path, answer, params, body, extra, missing=missing)
        return found

    def _once(
        self,
        method: str,
        path: str,
        answer: type[M],
        params: Mapping[str, str | int] | None,
        body: bytes,
        extra: Mapping[str, str],
        *,
        missing: bool,
    ) -> M | None:
        request = self._client.build_request(method, path, params=params, content=body, headers=dict(extra))
        if self._settings.key:
            target = request.url.raw_path.decode()
            request.headers.update(signed_headers(self._settings.key, self._secret, method, target, body, now=self._now()))
        try:
            response = self._client.send(request, stream=True)
            try:
                read = self._read(response)
            finally:
                response.close()
        except httpx2.HTTPError as error:
            raise _PassingError(f"{self.system} cannot be reached ({type(error).__name__}).") from error
        status = response.status_code
        if status == 404 and missing:
            return None
        if status in _PASSING:
            raise _PassingError(f"{self.system} answered {status}.")
        if status in (401, 403):
            raise SystemUnavailableError(f"{self.system} does not accept our key or certificate ({status}); check its settings.")
        if 400 <= status < 500:
            raise SystemRefusedError(_reason(read, status))
        if not 200 <= status < 300:
            raise SystemUnavailableError(f"{self.system} answered {status}, which its contract does not know.")
        try:
            return answer.model_validate_json(read)
        except ValidationError as error:
            # The values stay out of the log: they may be personal.
            places = "; ".join(
                f"{'.'.join(map(str, one['loc'])) or 'body'}: {one['type']}" for one in error.errors(include_input=False)[:3]
            )
            raise SystemUnavailableError(f"{self.system} answered something else than its contract says ({places}).") from error

    def _read(self, response: httpx2.Response) -> bytes:
        read = bytearray()
        for part in response.iter_bytes():
            read += part
            if len(read) > _LARGEST:
                raise SystemUnavailableError(f"{self.system} answered more than {_LARGEST // 1_000_000} MB.")
        return bytes(read)


def _reason(read: bytes, status: int) -> str:
    try:
        told = json.loads(read)["detail"]
    except (ValueError, KeyError, TypeError):
        told = None
    return told[:200] if isinstance(told, str) and told else f"对方系统不受理（{status}）。"


def _trust(settings: SystemSettings) -> ssl.SSLContext | bool:
    if settings.ca is None and settings.certificate is None:
        return True
    context = ssl.create_default_context(cafile=str(settings.ca) if settings.ca is not None else None)
    if settings.certificate is not None:
        context.load_cert_chain(settings.certificate, settings.private_key)
    return context
