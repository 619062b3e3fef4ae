"""Files of the pages and JSON go out compressed to who takes it so; events never wait for a compressor."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from banshi.web.compression import CompressedJson, accepts_gzip
from banshi.web.headers import STATIC, SecurityHeaders, pages
from tests.api.citizen_server import Page, citizen_server
from tests.api.product import Product

LARGE = "const sentence = '要办什么事，直接说就行';\n" * 100


@pytest.fixture
def static(tmp_path: Path) -> Path:
    for folder in ("assets", "citizen/assets", "studio"):
        (tmp_path / folder).mkdir(parents=True)
    for name in ("assets/studio-1.js", "citizen/assets/citizen-1.js", "citizen/index.html", "citizen/embed.js"):
        (tmp_path / name).write_text(LARGE, encoding="utf-8")
    (tmp_path / "assets" / "small-1.js").write_text("1", encoding="utf-8")
    (tmp_path / "assets" / "picture-1.png").write_bytes(b"\x89PNG" + bytes(2000))
    return tmp_path


@pytest.fixture
def client(static: Path) -> TestClient:
    app = FastAPI()
    app.add_middleware(SecurityHeaders)
    app.include_router(pages(static))
    return TestClient(app)


FILES = ("/assets/studio-1.js", "/citizen/assets/citizen-1.js", "/", "/citizen/embed.js")


@pytest.mark.parametrize("path", FILES)
def test_a_text_file_has_two_forms_that_no_cache_confuses(client: TestClient, path: str) -> None:
    plain = client.get(path, headers={"accept-encoding": "identity"})
    packed = client.get(path, headers={"accept-encoding": "gzip, deflate, br"})
    assert packed.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert int(packed.headers["content-length"]) < int(plain.headers["content-length"]) / 5
    assert plain.content == packed.content == LARGE.encode()
    assert plain.headers["vary"] == packed.headers["vary"] == "Accept-Encoding"
    assert plain.headers["etag"] != packed.headers["etag"]
    assert plain.headers["content-type"] == packed.headers["content-type"]
    assert plain.headers["cache-control"] == packed.headers["cache-control"]
    head = client.head(path, headers={"accept-encoding": "gzip"})
    assert (head.content, head.headers["content-length"]) == (b"", packed.headers["content-length"])


@pytest.mark.parametrize("path", FILES[:2])
def test_an_etag_is_good_for_its_own_form_only(client: TestClient, path: str) -> None:
    etags = {coding: client.get(path, headers={"accept-encoding": coding}).headers["etag"] for coding in ("identity", "gzip")}
    for coding in etags:
        for known, etag in etags.items():
            answer = client.get(path, headers={"accept-encoding": coding, "if-none-match": etag})
            assert answer.status_code == (304 if known == coding else 200)
            assert answer.headers["vary"] == "Accept-Encoding"
            assert "immutable" in answer.headers["cache-control"]


def test_a_part_of_a_file_is_a_part_of_the_file_itself(client: TestClient) -> None:
    part = client.get(FILES[0], headers={"accept-encoding": "gzip", "range": "bytes=0-4"})
    assert (part.status_code, part.content) == (206, b"const")
    assert "content-encoding" not in part.headers


@pytest.mark.parametrize("path", ["/assets/small-1.js", "/assets/picture-1.png"])
def test_what_gains_nothing_stays_as_it_is(client: TestClient, path: str) -> None:
    assert "content-encoding" not in client.get(path, headers={"accept-encoding": "gzip"}).headers


def test_a_file_that_was_replaced_is_sent_anew(client: TestClient, static: Path) -> None:
    before = client.get(FILES[1], headers={"accept-encoding": "gzip"})
    (static / "citizen" / "assets" / "citizen-1.js").write_text(LARGE * 2, encoding="utf-8")
    after = client.get(FILES[1], headers={"accept-encoding": "gzip", "if-none-match": before.headers["etag"]})
    assert (after.status_code, after.text) == (200, LARGE * 2)


@pytest.mark.parametrize(
    ("accepted", "wanted"),
    [
        ("gzip", True),
        ("GZIP", True),
        ("br, gzip;q=0.5", True),
        ("*", True),
        ("gzip;q=0", False),
        ("gzip; q=0.0, *", False),
        ("identity", False),
        ("", False),
        ("notgzip", False),
        ("gzip;q=much", False),
    ],
)
def test_gzip_is_sent_to_who_accepts_it(accepted: str, wanted: bool) -> None:
    assert accepts_gzip(accepted) is wanted


def test_json_is_compressed_and_secrets_are_not() -> None:
    app = FastAPI()
    app.add_middleware(CompressedJson)

    @app.get("/api/v1/{path:path}")
    def answer(path: str) -> dict[str, str]:
        return {"text": LARGE, "path": path}

    client = TestClient(app)
    for path in ("start", "chat/c-1/messages"):
        packed = client.get(f"/api/v1/{path}", headers={"accept-encoding": "gzip"})
        assert packed.headers["content-encoding"] == "gzip"
        assert "Accept-Encoding" in packed.headers["vary"]
        assert packed.json() == {"text": LARGE, "path": path}
        assert "content-encoding" not in client.get(f"/api/v1/{path}", headers={"accept-encoding": "gzip;q=0"}).headers
    for path in ("staff/me", "me/applications"):
        assert "content-encoding" not in client.get(f"/api/v1/{path}", headers={"accept-encoding": "gzip"}).headers


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    with citizen_server(tmp_path_factory.mktemp("compressed")) as running:
        yield running


def test_events_arrive_while_the_stream_is_open(product: Product) -> None:
    page = Page(product)
    page.send("身份证丢了咋整")
    with page.stream(after=0) as stream:  # the client offers gzip
        assert "gzip" in stream.response.request.headers["accept-encoding"]
        assert "content-encoding" not in stream.response.headers
        before = len(stream.wait_for(2))
        page.send("多少钱")
        stream.wait_for(before + 2)
        assert not stream.ended.is_set()
    messages = page.get("/messages")
    assert messages.headers["content-encoding"] == "gzip"
    assert messages.headers["cache-control"] == "no-store"


def test_the_citizens_page_starts_with_25_kilobytes() -> None:
    index = STATIC / "citizen" / "index.html"
    if not index.is_file():
        pytest.fail("The pages are not built: run make setup first.")
    text = index.read_text(encoding="utf-8")
    addresses = [part.split('"')[0] for part in text.replace('href="', 'src="').split('src="')[1:]]
    files = [STATIC / address.removeprefix("/") for address in addresses if address.startswith("/citizen/")]
    assert len(files) >= 2
    size = sum(len(gzip.compress(path.read_bytes(), 9)) for path in (index, *files))
    assert size <= 25 * 1024, f"{size} bytes"
