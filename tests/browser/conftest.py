"""A browser on the real product. Nothing that its content policy forbids and no script error may happen in any test."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.api.product import Product, shared_product

_HEARS_VIOLATIONS = """
addEventListener('securitypolicyviolation', event => console.error('CSP', event.violatedDirective, event.blockedURI, event.sample))
"""
_ARGUMENTS = ("--no-sandbox", "--disable-background-networking", "--force-color-profile=srgb")
PATIENCE_MS = 20_000
"""How long a test waits for what should come, on a machine that does other things besides."""

OpenPage = Callable[..., Page]


@pytest.fixture(scope="session")
def server(request: pytest.FixtureRequest) -> Product:
    """The real product: server, Rasa, actions and search, over a folder of its own."""
    return shared_product(request.config)


# Playwright keeps an event loop running in the thread, in which no other test could call asyncio.run; so it ends with each file.
@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """The machine's own Chromium."""
    found = shutil.which("chromium")
    if found is None:
        pytest.fail("There is no chromium on this machine: apt-get install chromium.")
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=found, args=list(_ARGUMENTS))
        yield launched
        launched.close()


@pytest.fixture
def page(browser: Browser, server: Product) -> Iterator[OpenPage]:
    """Opens pages: `page("/path", width=390, height=844, **options of the context)`; each call is a browser of its own."""
    contexts: list[BrowserContext] = []
    wrong: list[str] = []

    def open_page(path: str = "/", *, width: int = 1280, height: int = 800, ready: str | None = None, **options: Any) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": height}, locale="zh-CN", timezone_id="Asia/Shanghai", base_url=server.url, **options
        )
        contexts.append(context)
        context.set_default_timeout(PATIENCE_MS)
        context.add_init_script(_HEARS_VIOLATIONS)
        opened = context.new_page()
        opened.on("pageerror", lambda error: wrong.append(f"script error: {error}"))
        opened.on("console", lambda message: wrong.append(message.text) if _is_wrong(message.text) else None)
        if path:
            response = opened.goto(path)
            assert response is not None
            if response.status == 503:
                pytest.fail("The pages are not built: run make setup first.")
        if ready is not None:
            opened.wait_for_selector(ready)
        return opened

    yield open_page
    for context in contexts:
        for shown in context.pages:
            shown.unroute_all(behavior="ignoreErrors")  # an answer that a test rewrites may be on its way
        context.close()
    assert not wrong, "\n".join(wrong)


def _is_wrong(text: str) -> bool:
    return text.startswith("CSP ") or "Content Security Policy" in text
