"""What is counted about the outbox, in Prometheus' terms. Every process tells the same: they count one table."""

from __future__ import annotations

from prometheus_client import Gauge

WAITING = Gauge("banshi_outbox_waiting", "Entries on their way to an outside system.", ["system"])
GIVEN_UP = Gauge("banshi_outbox_given_up", "Entries that are not tried any more until somebody looks.", ["system"])
