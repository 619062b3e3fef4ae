"""What every way to an outside system has in common: limits on a call, signed requests, labels, errors, health.

Belongs here: what holds whichever system it is. Does not belong here: any one system's words.
"""
