"""Invented people who have the sample applications. They have no identity numbers, only what stands for the hash of one."""

from __future__ import annotations

from hashlib import sha256

IN_REVIEW_PERSON, IN_CORRECTION_PERSON = "示例甲", "示例乙"
"""Whose the two documented samples are; the first has further applications."""


def demo_identity(person: str) -> str:
    """The keyed hash of an invented person's identity number, as the platform's tokens have it."""
    return sha256(f"示例证件 {person}".encode()).hexdigest()
