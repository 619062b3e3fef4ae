"""The server that these tests talk to, and a citizen for each of them."""

from __future__ import annotations

import pytest

from tests.api.product import Chat, Product, shared_product


@pytest.fixture(scope="session")
def server(request: pytest.FixtureRequest) -> Product:
    """The real product: server, Rasa, actions and search, over a folder of its own."""
    return shared_product(request.config)


@pytest.fixture
def chat(server: Product) -> Chat:
    """A citizen who has not said anything yet."""
    return Chat(server)
