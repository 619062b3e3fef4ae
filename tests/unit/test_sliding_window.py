"""So many events in so long: the window slides, keys do not share it, and it can be turned off."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from banshi.desk.attempts import SlidingWindow


def used(window: SlidingWindow, key: str, *moments: float) -> SlidingWindow:
    for moment in moments:
        window.count(key, moment)
    return window


def test_it_is_full_at_the_limit_and_not_before() -> None:
    window = used(SlidingWindow(3, 60), "a", 0, 1)
    assert not window.full("a", 2)
    window.count("a", 2)
    assert window.full("a", 2)


def test_it_slides() -> None:
    window = used(SlidingWindow(3, 60), "a", 0, 30, 50)
    assert window.full("a", 59.9)
    assert not window.full("a", 60)
    window.count("a", 61)
    assert window.full("a", 89.9)
    assert not window.full("a", 90)


def test_asking_does_not_count() -> None:
    window = used(SlidingWindow(2, 60), "a", 0)
    assert not any(window.full("a", 1) for _ in range(10))


def test_keys_do_not_share_a_window() -> None:
    window = used(SlidingWindow(2, 60), "a", 0, 0)
    assert window.full("a", 1) and not window.full("b", 1)


def test_events_while_full_keep_it_full() -> None:
    window = used(SlidingWindow(2, 60), "a", 0, 1, 50, 55)
    assert window.full("a", 61.5)


def test_after_a_pause_it_begins_anew() -> None:
    window = used(SlidingWindow(2, 60), "a", 0, 0)
    assert not window.full("a", 1000)
    assert used(window, "a", 1000, 1000).full("a", 1000)


@pytest.mark.parametrize("seconds", [0.5, 60.0, 900.0])
def test_zero_turns_it_off(seconds: float) -> None:
    window = used(SlidingWindow(0, seconds), "a", *[0.0] * 50)
    assert not window.full("a", 0)


def test_a_flood_of_keys_drops_the_oldest_and_spares_the_newest() -> None:
    window = used(SlidingWindow(1, 60, keys=3), "first", 0)
    for key in ("b", "c", "d"):
        window.count(key, 1)
    assert not window.full("first", 1)
    assert all(window.full(key, 1) for key in ("b", "c", "d"))


def test_a_known_key_needs_no_room() -> None:
    window = SlidingWindow(2, 60, keys=2)
    used(window, "a", 0)
    used(window, "b", 0, 0)
    assert window.full("b", 1)
    assert used(window, "a", 1).full("a", 1)


def test_no_event_is_lost_between_threads() -> None:
    window = SlidingWindow(400, 60)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: window.count("a", 0), range(399)))
    assert not window.full("a", 1)
    assert used(window, "a", 0).full("a", 1)
