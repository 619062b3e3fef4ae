"""What is counted about calls to outside systems, in Prometheus' terms.

Labels name systems and outcomes, never people or what was asked.
"""

from __future__ import annotations

from prometheus_client import Counter, Gauge, Histogram

CALLS = Counter(
    "banshi_system_calls_total",
    "Calls to outside systems: ok, refused, unavailable, timeout, error; full and resting were not begun.",
    ["system", "outcome"],
)
SECONDS = Histogram(
    "banshi_system_seconds",
    "Duration of calls that were begun, in seconds.",
    ["system"],
    buckets=(0.01, 0.05, 0.1, 0.25, 0.5, 1, 2, 3, 5, 10),
)
BREAKER_OPEN = Gauge("banshi_system_breaker_open", "1 while a system is left alone.", ["system"])
