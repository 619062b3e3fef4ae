"""`/api/v1/desk`: what the operators' desk shows and does."""

from __future__ import annotations

from banshi.web.desk import conversations, departments, outbox, suggestions, tickets, validations

routers = (conversations.router, departments.router, outbox.router, suggestions.router, tickets.router, validations.router)
