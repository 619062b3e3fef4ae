"""Types of values that several routes take."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

LARGEST_ID = 2**31 - 1
"""Of a row of the store; PostgreSQL has no larger ones."""

RowId = Annotated[int, Field(ge=0, le=LARGEST_ID)]
"""Number of a row of the store, or of a revision; 0 stands for none."""
