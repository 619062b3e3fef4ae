"""Opens the ports to the systems around us: the real one where the settings name it, a demo where they do not; each with its guard."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from banshi.connect.hotline.demo import DemoHotline
from banshi.connect.hotline.port import Hotline
from banshi.connect.resilience.guard import guarded
from banshi.connect.resilience.reach import Reach
from banshi.settings import Settings


@dataclass(frozen=True)
class Systems:
    """The ports.

    Attributes:
        reach: settings, guards and health of all of them.
        hotline: 12345.
    """

    reach: Reach
    hotline: Hotline


def connect(settings: Settings, *, now: Callable[[], datetime]) -> Systems:
    """Open all ports. Nothing is asked yet.

    Raises:
        ReachFileError: the file of the systems is wrong; the message says where.
    """
    reach = Reach(settings.systems, now=now)
    return Systems(reach=reach, hotline=_hotline(settings, reach))


def _hotline(settings: Settings, reach: Reach) -> Hotline:
    return guarded(DemoHotline(settings.var_dir / "demo_hotline.db", now=reach.now), reach.guard("hotline"))
