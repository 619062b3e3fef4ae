"""Approval in the OA: what is handed over, and what a decision that comes back does here."""
