"""Suggested answers while a citizen speaks or writes, and what operators made of them."""

from __future__ import annotations

from fastapi import APIRouter

router = APIRouter(prefix="/api/v1/desk", tags=["desk"])
