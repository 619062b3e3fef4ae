"""HTTP: routes, limits, the mounted action webhook. Belongs here: what speaks HTTP. Does not belong here: logic.

May import: everything of `banshi`; `web/app.py`, the composition root, also `actions`.
"""
