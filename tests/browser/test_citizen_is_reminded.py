"""A citizen comes from the platform's page, switches reminders on and off, and signs out: the whole way over the identity stand-in."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import FrameLocator, Locator, Page, expect

from banshi.assembly import china_now
from banshi.connect.identity.demo_people import IN_CORRECTION_PERSON
from banshi.standin.server import RunningStandins
from tests.api.product import Product
from tests.browser.citizen import AXE
from tests.browser.conftest import OpenPage


@pytest.fixture(scope="module")
def platform() -> Iterator[RunningStandins]:
    with RunningStandins(now=china_now, names=("identity",)) as running:
        yield running


@pytest.fixture(scope="module")
def server(platform: RunningStandins, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    base = f"{platform.url}/identity"
    named = {"citizen_issuer": base, "citizen_audience": "banshi", "citizen_jwks": f"{base}/jwks", "frame_ancestors": platform.url}
    command = [str(Path(sys.executable).with_name("banshi")), "up", "--no-rasa"]
    with Product(tmp_path_factory.mktemp("reminded"), command, **named) as product:
        yield product


def arrive(page: OpenPage, platform: RunningStandins, server: Product, width: int) -> tuple[Page, FrameLocator]:
    """Choose a citizen on the platform's page and open the assistant there."""
    opened = page("", width=width, height=800)
    opened.goto(f"{platform.url}/identity/_standin/host?server={server.url}")
    opened.get_by_role("link", name=IN_CORRECTION_PERSON).click()
    opened.get_by_role("button", name="吉事办智能助手").click()
    return opened, opened.frame_locator("iframe")


def reminders(frame: FrameLocator) -> Locator:
    """The switches, in 我的办件."""
    frame.get_by_role("button", name="我的办件").click()
    return frame.get_by_role("dialog", name="我的办件").get_by_role("region", name="提醒我")


@pytest.mark.parametrize("width", [320, 1000])
def test_reminders_are_off_until_switched_on_and_off_again(page: OpenPage, platform: RunningStandins, server: Product, width: int) -> None:
    opened, frame = arrive(page, platform, server, width)
    section = reminders(frame)
    boxes = section.get_by_role("checkbox")
    expect(boxes).to_have_count(4)
    for number in range(4):
        expect(boxes.nth(number)).not_to_be_checked()
    expect(section).to_contain_text("随时可以关")
    first = section.get_by_role("checkbox", name="补正期限")
    first.focus()
    opened.keyboard.press("Space")
    expect(section.get_by_role("status")).to_have_text("已保存")
    expect(first).to_be_checked()
    expect(first).to_be_focused()
    inside = opened.frames[1]
    inside.evaluate(AXE.read_text(encoding="utf-8"))
    assert [one["id"] for one in inside.evaluate("axe.run(document, {resultTypes: ['violations']})")["violations"]] == []
    assert inside.evaluate("document.documentElement.scrollWidth <= innerWidth")
    frame.get_by_role("dialog").get_by_role("button", name="关闭").click()
    section = reminders(frame)
    first = section.get_by_role("checkbox", name="补正期限")
    expect(first).to_be_checked()
    first.uncheck()
    expect(section.get_by_role("status")).to_have_text("已保存")
    expect(first).not_to_be_checked()


def test_after_signing_out_nothing_of_the_person_is_left(page: OpenPage, platform: RunningStandins, server: Product) -> None:
    opened, frame = arrive(page, platform, server, 1000)
    expect(reminders(frame).get_by_role("checkbox")).to_have_count(4)
    opened.get_by_role("button", name="退出登录").click()
    expect(frame.get_by_role("button", name="我的办件")).to_have_count(0)
    expect(frame.locator("body")).not_to_contain_text("提醒我")
