"""Keys and quotas of other departments' agents."""

from __future__ import annotations

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Create the tables."""


def downgrade() -> None:
    """Drop them."""
