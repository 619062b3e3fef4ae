"""Outside systems: one port each, a demo adapter, an HTTP adapter, a stand-in server.

Belongs here: the ports (what we ask of an outside system, and the errors it may give), their adapters, and how an outside
system's answer is put into plain words. Does not belong here: conversations, our own tables, search, HTTP faces.
May import: `banshi.text`, `banshi.knowledge`.
"""
