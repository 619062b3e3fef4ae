"""The whole story of one citizen, on a phone and on a desk, in 长辈版 and in Korean: what is asked for is got, and nothing is lost."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.api.product import Product
from tests.browser.citizen import READY, Citizen
from tests.browser.conftest import OpenPage

FACES = {
    "phone": ("/", 390, 844),
    "desktop": ("/", 1440, 900),
    "older people": ("/?elder=1", 390, 844),
    "Korean": ("/?lang=ko", 390, 844),
}
ASKED = {"Korean": "신분증을 잃어버렸는데 어떻게 합니까?"}
HAND_ON = ".quick .hand-on"
OPTION = ".wizard .options button"


@pytest.mark.parametrize("face", FACES)
def test_from_the_question_to_the_rating(page: OpenPage, server: Product, face: str) -> None:
    path, width, height = FACES[face]
    opened = page(path, ready=READY, width=width, height=height, reduced_motion="reduce")
    citizen = Citizen(opened, server)

    # Ask; be led to the exact list, and on to 在线办理.
    expect(citizen.ask(ASKED.get(face, "身份证丢了咋整"))).to_contain_text("居民身份证丢失补领")
    card = citizen.ask("租房提取公积金要什么材料").locator(".guide")
    card.locator("button.wide:not(.main)").first.click()
    for _ in range(6):
        expect(card.locator(f"{OPTION}, .exact-head").first).to_be_visible()
        if not card.locator(OPTION).count():
            break
        question = card.locator(".wizard .asked").inner_text()
        card.locator(OPTION).first.click()
        expect(card.locator(".wizard .asked").filter(has_text=re.compile(f"^{re.escape(question)}$"))).to_have_count(0)
    expect(card.locator(".exact-head")).to_be_visible()
    assert not card.locator(".materials .sometimes").count(), "an exact list has no conditions left"
    expect(card.locator("a.button.main")).to_have_attribute("href", re.compile(r"^https://[a-z.]+\.gov\.cn/"))

    # The status of an application.
    citizen.ask("查办件进度")
    citizen.ask("JL202611000001")
    expect(citizen.ask("1234").locator(".stages [aria-current=step]")).to_have_count(1)

    # Reload in the middle, with something half written.
    said = citizen.said.all_inner_texts()
    opened.fill(READY, "还没写完的话")
    opened.reload()
    expect(citizen.said).to_have_text(said)
    expect(opened.locator(READY)).to_have_value("还没写完的话")

    # Go offline, ask, and come back.
    opened.context.set_offline(True)
    citizen.type("身份证补办多少钱")
    expect(citizen.said.last).to_have_text("身份证补办多少钱")
    opened.context.set_offline(False)
    expect(citizen.last).to_contain_text("40元/证")
    stored = citizen.stored()
    assert [message["text"] for message in stored if message["sender"] == "citizen"].count("身份证补办多少钱") == 1

    # A person, and a rating.
    before = citizen.replies.count()
    opened.locator(HAND_ON).click()
    expect(citizen.answered(before).locator("a[href='tel:12345']")).to_be_visible()
    opened.locator(".quick button").last.click()
    rating = opened.locator(".rating")
    rating.locator("label").first.click()
    rating.locator(".button.main").click()
    expect(rating).to_have_count(0)
    assert citizen.violations() == []
