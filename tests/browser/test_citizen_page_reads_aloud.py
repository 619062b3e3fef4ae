"""朗读: what a voice is given, and where there is no voice no button. The app speaks through its bridge; here the test is the app."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.api.product import Product, wait_until
from tests.browser.citizen import PHONE, READY, Citizen, rewrite
from tests.browser.conftest import OpenPage

BRIDGE = """
window.spoken = []
window.JSBridge = {speak: (text, options) => spoken.push({text, ...options}), stopSpeaking: () => spoken.push(null)}
"""
READ_AS = {
    "丢失补领工本费：40元/证（依据：发改价格〔2003〕2322号）": "丢失补领工本费：每证四十元",
    "2026-11-09受理，承诺20个工作日": "二零二六年十一月九日受理，承诺二十个工作日",
    "周一至周五 08:30-11:30，13:00-16:05": "周一至周五 八点三十分到十一点三十分，十三点到十六点零五分",
    "按规定扣15%，限额18000元": "按规定扣百分之十五，限额一万八千元",
    "要2个人带2份材料，每份3.5元": "要两个人带两份材料，每份三点五元",
    "拿不准打12345，急救打120": "拿不准打幺二三四五，急救打幺二零",
    "吉政办发〔2021〕14号": "吉政办发二零二一年十四号",
    "【标题】正文*\n· 一条\n——依据：某指南": "标题，正文。一条",
    "见 https://zwfw.jl.gov.cn/ 办理": "见  办理",
    "5-10个工作日，共120元": "五到十个工作日，共一百二十元",
}


@pytest.fixture
def citizen(page: OpenPage, server: Product) -> Citizen:
    opened = page("", **PHONE)
    opened.add_init_script(BRIDGE)
    opened.goto("/")
    opened.wait_for_selector(READY)
    return Citizen(opened, server)


def _read(citizen: Citizen, reply: str) -> dict[str, object]:
    rewrite(citizen.page, text=reply, buttons=[])
    before = citizen.replies.count()
    citizen.type("身份证丢了多少钱")
    citizen.answered(before)
    citizen.last.get_by_role("button", name="朗读").click()
    wait_until(lambda: bool(citizen.page.evaluate("spoken.some(Boolean)")), "a word from the voice")
    found: dict[str, object] = citizen.page.evaluate("spoken.filter(Boolean)[0]")
    citizen.page.evaluate("spoken.length = 0")
    return found


def test_numbers_and_dates_are_read_as_words_without_marks_and_sources(citizen: Citizen) -> None:
    heard = {}
    for written in READ_AS:
        heard[written] = _read(citizen, written)["text"]
    assert heard == READ_AS


def test_older_people_are_read_to_more_slowly(citizen: Citizen) -> None:
    assert _read(citizen, "带身份证")["rate"] == 1
    citizen.page.get_by_role("button", name="长辈版").click()
    slower = _read(citizen, "带身份证")
    assert slower["rate"] < 1
    assert slower["lang"] == "zh-CN"


def test_korean_is_read_by_a_korean_voice(citizen: Citizen) -> None:
    assert _read(citizen, "신분증을 가져오십시오.")["lang"] == "ko-KR"


def test_reading_can_be_stopped(citizen: Citizen) -> None:
    _read(citizen, "带身份证")
    citizen.last.get_by_role("button", name="停止朗读").click()
    wait_until(lambda: bool(citizen.page.evaluate("spoken.includes(null)")), "the word to stop")


def test_where_nothing_can_speak_there_is_no_button(page: OpenPage, server: Product) -> None:
    opened = page("", **PHONE)
    opened.add_init_script("delete window.speechSynthesis")  # as in the web view of Android
    opened.goto("/")
    citizen = Citizen(opened, server)
    reply = citizen.ask("身份证丢了多少钱")
    expect(reply.get_by_role("button", name="复制")).to_be_visible()
    expect(reply.get_by_role("button", name="朗读")).to_have_count(0)
