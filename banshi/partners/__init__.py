"""Other departments' agents: keys by which their programs are known, and how much each may ask.

Belongs here: making and checking keys, quotas. Does not belong here: HTTP. May import: `banshi.store` and below.
"""
