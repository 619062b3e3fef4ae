"""In development Rasa's own REST channel answers, for `rasa` tools and for whoever knows only Rasa."""

from __future__ import annotations

from typing import Any

import httpx

from tests.api.product import Product


def ask(server: Product, sender: str, text: str) -> list[dict[str, Any]]:
    """One turn as Rasa's documentation describes it."""
    url = f"{server.rasa_url}/webhooks/rest/webhook"
    response = httpx.post(url, json={"sender": sender, "message": text}, timeout=60, trust_env=False)
    assert response.status_code == 200
    messages: list[dict[str, Any]] = response.json()
    return messages


def test_a_question_is_answered(server: Product) -> None:
    messages = ask(server, "rest-question", "身份证丢了咋整")
    assert "居民身份证丢失补领" in "".join(message.get("text", "") for message in messages)
    assert any(message.get("custom", {}).get("item") == "hz-idcard-reissue" for message in messages)


def test_a_conversation_is_kept(server: Product) -> None:
    ask(server, "rest-follow-up", "身份证丢了咋整")
    assert "40元" in "".join(message.get("text", "") for message in ask(server, "rest-follow-up", "多少钱"))


def test_the_servers_own_channel_is_closed_to_whoever_lacks_the_secret(server: Product) -> None:
    body = {"sender": "somebody-else", "text": "身份证丢了咋整"}
    response = httpx.post(f"{server.rasa_url}/webhooks/server/webhook", json=body, timeout=60, trust_env=False)
    assert response.status_code == 401
    assert "replies" not in response.json()
