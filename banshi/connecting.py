"""Opens the ports to the systems around us: the real one where the settings name it, a demo where they do not; each with its guard."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from banshi.connect.applications.daily import DailyApplications
from banshi.connect.applications.http import HttpApplications
from banshi.connect.applications.port import ApplicationSource
from banshi.connect.applications.registry import ApplicationRegistry, Registered
from banshi.connect.approvals.demo import DemoApprovals
from banshi.connect.approvals.http import HttpApprovals
from banshi.connect.approvals.port import Approvals
from banshi.connect.booking.demo import DemoBooking
from banshi.connect.booking.http import HttpBooking
from banshi.connect.booking.port import Booking
from banshi.connect.certificates.demo import DemoCertificates
from banshi.connect.certificates.http import HttpCertificates
from banshi.connect.certificates.port import Certificates
from banshi.connect.cross_province.demo import DemoZone
from banshi.connect.cross_province.http import HttpZone
from banshi.connect.cross_province.port import CrossProvinceZone
from banshi.connect.documents.demo import DemoDocuments
from banshi.connect.documents.http import HttpDocuments
from banshi.connect.documents.port import DocumentLibrary
from banshi.connect.hotline.demo import DemoHotline
from banshi.connect.hotline.http import HttpHotline
from banshi.connect.hotline.port import Hotline
from banshi.connect.items.demo import DemoItems
from banshi.connect.items.http import HttpItems
from banshi.connect.items.port import ItemLibrary
from banshi.connect.messages.demo import DemoMessages
from banshi.connect.messages.http import HttpMessages
from banshi.connect.messages.port import Messages
from banshi.connect.ratings.demo import DemoRatings
from banshi.connect.ratings.http import HttpRatings
from banshi.connect.ratings.port import RatingSystem
from banshi.connect.resilience.guard import CallLimits, guarded
from banshi.connect.resilience.reach import Reach
from banshi.connect.sharing.demo import DemoSharing
from banshi.connect.sharing.http import HttpSharing
from banshi.connect.sharing.port import Sharing
from banshi.knowledge.cross_province import cross_province_or_none
from banshi.knowledge.guide import Guide
from banshi.knowledge.library import Knowledge, load_knowledge
from banshi.settings import Settings

FEED_LIMITS = CallLimits(deadline=15.0, at_once=2)
"""Of systems that no citizen waits for: a page of a feed may take longer."""


@dataclass(frozen=True)
class Systems:
    """The ports.

    Attributes:
        reach: settings, guards and health of all of them.
        hotline: 12345.
        applications: 全流程审批系统 and the systems beside it.
        ratings: 好差评.
        certificates: 电子证照库.
        sharing: 数据共享平台.
        booking: 在线预约.
        cross_province: “跨省通办”服务专区.
        messages: 消息推送.
        items: 政务服务事项库.
        documents: 政务公开平台, 文件资料库 and 互动交流.
        approvals: 吉林政务OA.
    """

    reach: Reach
    hotline: Hotline
    applications: ApplicationSource
    ratings: RatingSystem
    certificates: Certificates
    sharing: Sharing
    booking: Booking
    cross_province: CrossProvinceZone
    messages: Messages
    items: ItemLibrary
    documents: DocumentLibrary
    approvals: Approvals


def connect(settings: Settings, *, now: Callable[[], datetime], knowledge: Callable[[], Knowledge | None] = lambda: None) -> Systems:
    """Open all ports. Nothing is asked yet.

    Args:
        settings: the settings.
        now: the clock, time zone included.
        knowledge: gives the knowledge in use, None while there is none: the files are read then.

    Raises:
        ReachFileError: the file of the systems is wrong; the message says where.
    """
    reach = Reach(settings.systems, now=now)
    return Systems(
        reach=reach,
        hotline=_hotline(settings, reach),
        applications=_applications(settings, reach, knowledge),
        ratings=_ratings(settings, reach),
        certificates=_certificates(reach),
        sharing=_sharing(settings, reach),
        booking=_booking(settings, reach),
        cross_province=_cross_province(settings, reach, knowledge),
        messages=_messages(settings, reach),
        items=_items(reach),
        documents=_documents(reach),
        approvals=_approvals(reach),
    )


def _hotline(settings: Settings, reach: Reach) -> Hotline:
    system = reach.http("hotline")
    port: Hotline = HttpHotline(system) if system is not None else DemoHotline(settings.var_dir / "demo_hotline.db", now=reach.now)
    return guarded(port, reach.guard("hotline"))


def _certificates(reach: Reach) -> Certificates:
    system = reach.http("certificates")
    port: Certificates = HttpCertificates(system) if system is not None else DemoCertificates(now=reach.now)
    return guarded(port, reach.guard("certificates"))


def _sharing(settings: Settings, reach: Reach) -> Sharing:
    system = reach.http("sharing")
    port: Sharing = HttpSharing(system) if system is not None else DemoSharing(settings.knowledge_dir)
    return guarded(port, reach.guard("sharing"))


def _booking(settings: Settings, reach: Reach) -> Booking:
    system = reach.http("booking")
    demo = DemoBooking(settings.var_dir / "demo_booking.db", settings.knowledge_dir, now=reach.now)
    port: Booking = HttpBooking(system) if system is not None else demo
    return guarded(port, reach.guard("booking"))


def _cross_province(settings: Settings, reach: Reach, knowledge: Callable[[], Knowledge | None]) -> CrossProvinceZone:
    system = reach.http("cross_province")
    demo = DemoZone(cross_province_or_none(settings.knowledge_dir, {}), knowledge)
    port: CrossProvinceZone = HttpZone(system) if system is not None else demo
    return guarded(port, reach.guard("cross_province"))


def _messages(settings: Settings, reach: Reach) -> Messages:
    system = reach.http("messages")
    demo = DemoMessages(settings.var_dir / "demo_messages.db", now=reach.now)
    port: Messages = HttpMessages(system) if system is not None else demo
    return guarded(port, reach.guard("messages"))


def _items(reach: Reach) -> ItemLibrary:
    system = reach.http("items")
    port: ItemLibrary = HttpItems(system) if system is not None else DemoItems(now=reach.now)
    return guarded(port, reach.guard("items", FEED_LIMITS))


def _documents(reach: Reach) -> DocumentLibrary:
    system = reach.http("documents")
    port: DocumentLibrary = HttpDocuments(system) if system is not None else DemoDocuments()
    return guarded(port, reach.guard("documents", FEED_LIMITS))


def _approvals(reach: Reach) -> Approvals:
    system = reach.http("approvals")
    port: Approvals = HttpApprovals(system) if system is not None else DemoApprovals()
    return guarded(port, reach.guard("approvals"))


def _applications(settings: Settings, reach: Reach, knowledge: Callable[[], Knowledge | None]) -> ApplicationSource:
    def guides() -> Mapping[str, Guide]:
        return (knowledge() or load_knowledge(settings.knowledge_dir)).guides

    def item_of(code: str) -> str:
        current = knowledge()
        found = (one.id for one in current.guides.values() if code in (one.id, one.task_code)) if current is not None else iter(())
        return next(found, code)

    registered = []
    for name, source in reach.sources("applications").items():
        if (system := reach.http(name)) is not None:
            port: ApplicationSource = HttpApplications(system, item_of=item_of)
            registered.append(Registered(name, guarded(port, reach.guard(name)), source.items, source.numbers))
    if registered:
        return ApplicationRegistry(registered)
    demo: ApplicationSource = DailyApplications(settings.var_dir / "demo_applications.db", guides=guides, today=lambda: reach.now().date())
    # The demo takes two seconds to be made, once a day, and more on a busy machine; then it answers at once.
    return guarded(demo, reach.guard("applications", CallLimits(deadline=20)))


def _ratings(settings: Settings, reach: Reach) -> RatingSystem:
    system = reach.http("ratings")
    port: RatingSystem = HttpRatings(system) if system is not None else DemoRatings(settings.var_dir / "demo_ratings.db", now=reach.now)
    return guarded(port, reach.guard("ratings"))
