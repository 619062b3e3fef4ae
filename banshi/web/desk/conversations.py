"""The queue and taking over: who waits, who has whom, what is said by a person."""

from __future__ import annotations

from fastapi import APIRouter

router = APIRouter(prefix="/api/v1/desk", tags=["desk"])
