"""Routes of the studio, one module for each group of pages. A route is a signature, one call and a response."""

from banshi.web.studio import (
    approvals,
    catalogue,
    exchange,
    insight,
    material_tables,
    notices,
    oversight,
    records,
    release,
    reports,
    vocabulary,
    work_items,
)

routers = (
    vocabulary.router,
    exchange.router,
    records.router,
    release.router,
    insight.router,
    notices.router,
    work_items.router,
    oversight.router,
    material_tables.router,
    catalogue.router,
    approvals.router,
    reports.router,
)
"""In this order: a fixed path is matched before one with a variable in its place."""
