"""Routes of the studio, one module for each group of pages. A route is a signature, one call and a response."""

from banshi.web.studio import exchange, insight, notices, oversight, records, release, vocabulary, work_items

routers = (
    vocabulary.router,
    exchange.router,
    records.router,
    release.router,
    insight.router,
    notices.router,
    work_items.router,
    oversight.router,
)
"""In this order: a fixed path is matched before one with a variable in its place."""
