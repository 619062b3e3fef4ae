"""What must reach an outside system: one sender, a handler for each system, and what people see of it.

Belongs here: what holds whichever system it is. Does not belong here: what is sent; a handler stands with the thing that it sends.
"""
