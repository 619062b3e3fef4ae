"""Reminders (智能推送): only to named citizens, only of what they agreed to, and never twice.

Belongs here: which matters are worth a reminder, when, in which words, and their way to the message system. Does not belong here: how a
message reaches a phone, which the message system knows.
"""
