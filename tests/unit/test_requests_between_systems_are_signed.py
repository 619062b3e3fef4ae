"""Signatures: what was changed, is old, or was sent before is not believed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from banshi.connect.resilience.signing import NONCE, SIGNATURE, TIME, SignatureRefusedError, check_signature, signed_headers

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
SECRET = b"sixteen letters!"
BODY = '{"办件编号":"JL202611000001"}'.encode()


class Seen:
    """Nonces, as the store keeps them."""

    def __init__(self) -> None:
        self.kept: dict[str, datetime] = {}

    def __call__(self, nonce: str, until: datetime) -> bool:
        first = nonce not in self.kept
        self.kept[nonce] = until
        return first


def check(headers: dict[str, str], seen: Seen, **changed: object) -> str:
    given = {"method": "POST", "target": "/callbacks/x?a=1", "body": BODY, "now": NOW} | changed
    return check_signature(headers, {"approval": SECRET}, first_seen=seen, **given)  # type: ignore[arg-type]


@pytest.fixture
def headers() -> dict[str, str]:
    return signed_headers("approval", SECRET, "POST", "/callbacks/x?a=1", BODY, now=NOW)


def test_what_was_signed_is_believed_once(headers: dict[str, str]) -> None:
    seen = Seen()
    assert check(headers, seen) == "approval"
    with pytest.raises(SignatureRefusedError, match="sent before"):
        check(headers, seen)


@pytest.mark.parametrize(
    "changed",
    [{"body": BODY + b" "}, {"target": "/callbacks/x?a=2"}, {"method": "PUT"}],
    ids=["body", "query", "method"],
)
def test_what_was_changed_is_not_believed(headers: dict[str, str], changed: dict[str, object]) -> None:
    seen = Seen()
    with pytest.raises(SignatureRefusedError, match="does not fit"):
        check(headers, seen, **changed)
    assert not seen.kept


@pytest.mark.parametrize("name", [TIME, NONCE, SIGNATURE, "x-banshi-key"])
@pytest.mark.parametrize("value", ["", "1", "ü" * 20, "x" * 5000, "v1=" + "0" * 64])
def test_headers_of_ones_own_make_are_not_believed(headers: dict[str, str], name: str, value: str) -> None:
    seen = Seen()
    with pytest.raises(SignatureRefusedError):
        check(headers | {name: value}, seen)
    assert not seen.kept


@pytest.mark.parametrize("minutes", [-6, 6])
def test_what_is_old_or_from_the_future_is_not_believed(headers: dict[str, str], minutes: int) -> None:
    with pytest.raises(SignatureRefusedError, match="too old"):
        check(headers, Seen(), now=NOW + timedelta(minutes=minutes))


def test_a_nonce_is_kept_longer_than_its_request_is_believed(headers: dict[str, str]) -> None:
    seen = Seen()
    check(headers, seen, now=NOW - timedelta(minutes=4))
    (until,) = seen.kept.values()
    with pytest.raises(SignatureRefusedError, match="too old"):
        check(headers, Seen(), now=until)


def test_strangers_learn_nothing_of_which_keys_there_are(headers: dict[str, str]) -> None:
    with pytest.raises(SignatureRefusedError) as unknown:
        check(headers | {"x-banshi-key": "nobody"}, Seen())
    with pytest.raises(SignatureRefusedError) as wrong:
        check(headers | {SIGNATURE: "v1=" + "0" * 64}, Seen())
    assert str(unknown.value) == str(wrong.value)
