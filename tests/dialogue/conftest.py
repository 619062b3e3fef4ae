"""The server of `tests/api`, shared with it."""

from __future__ import annotations

import pytest

from tests.api.product import Product, shared_product


@pytest.fixture(scope="session")
def server(request: pytest.FixtureRequest) -> Product:
    """The real product: server, Rasa, actions and search, over a folder of its own."""
    return shared_product(request.config)
